"""One connection, many requests: when it is kept, when it is closed, and in which order answers come."""

import time

import pytest

from harness.patience import SOON, eventually
from harness.wire import chunked, request_bytes

PIPELINING = pytest.mark.differs("Gunicorn answers a pipelined request only once more bytes arrive", hangs=True)


@pytest.fixture
def keeping(server, target):
    """A server whose worker keeps connections."""
    return lambda app, *options: server(app, *target.keep_alive, *options)


def test_connection_serves_many_requests(keeping):
    with keeping("echo:app").connect() as connection:
        for number in range(50):
            body = b"%d" % number
            assert connection.request("POST", body=body).body == body


def test_chunked_bodies_do_not_end_the_connection(keeping):
    with keeping("echo:app").connect() as connection:
        for _ in range(3):
            response = connection.request("POST", headers=[("Transfer-Encoding", "chunked")], body=chunked(b"abc"))
            assert response.body == b"abc"


def test_streamed_responses_do_not_end_the_connection(keeping):
    with keeping("stream:app").connect() as connection:
        for _ in range(3):
            assert connection.get("/?n=2&size=3").body == b"aaabbb"


def test_client_may_ask_to_close(keeping):
    with keeping("hello:app").connect() as connection:
        assert connection.get(headers=[("Connection", "close")]).header("Connection") == "close"
        assert connection.is_closed()


def test_http_1_0_may_ask_to_keep(keeping):
    with keeping("hello:app").connect() as connection:
        for _ in range(3):
            response = connection.get(version="HTTP/1.0", headers=[("Connection", "keep-alive")])
            assert response.header("Connection") == "keep-alive"


def test_idle_connection_is_closed_after_keepalive(keeping):
    with keeping("hello:app", "--keep-alive", "1").connect() as connection:
        connection.get()
        start = time.monotonic()
        assert connection.is_closed()
        assert 0.5 < time.monotonic() - start < SOON / 2


def test_keepalive_of_zero_closes_at_once(keeping):
    with keeping("hello:app", "--keep-alive", "0").connect() as connection:
        start = time.monotonic()
        connection.get()
        assert connection.is_closed()
        assert time.monotonic() - start < 1


def test_idle_connections_do_not_hold_the_worker(keeping):
    running = keeping("hello:app")
    idle = [running.connect() for _ in range(100)]
    for connection in idle:
        connection.get()
    assert running.get().status == 200


@PIPELINING
def test_pipelined_requests_are_answered_in_order(keeping):
    with keeping("echo:app").connect() as connection:
        connection.send(b"".join(request_bytes("POST", body=b"%d" % number) for number in range(1, 101)))
        assert [connection.read_response().body for _ in range(100)] == [b"%d" % number for number in range(1, 101)]


@PIPELINING
def test_pipelined_requests_of_all_kinds(keeping):
    requests = [
        ("GET", request_bytes("GET")),
        ("HEAD", request_bytes("HEAD")),
        ("POST", request_bytes("POST", headers=[("Transfer-Encoding", "chunked")], body=chunked(b"ab", b"c"))),
        ("POST", request_bytes("POST", body=b"def")),
        ("GET", request_bytes("GET", headers=[("Connection", "close")])),
    ]
    with keeping("echo:app").connect() as connection:
        connection.send(b"".join(data for _, data in requests))
        assert [connection.read_response(method).body for method, _ in requests] == [b"", b"", b"abc", b"def", b""]
        assert connection.is_closed()


@PIPELINING
def test_answer_does_not_wait_for_a_slow_request_behind_it(keeping, tmp_path):
    gate, started = tmp_path / "gate", tmp_path / "started"
    with keeping("gate:closed").connect() as connection:
        connection.send(request_bytes("GET") * 3 + request_bytes("GET", f"/?file={gate}&started={started}"))
        assert [connection.read_response().status for _ in range(3)] == [200] * 3
        eventually(started.exists, what="the slow request in the application")
        gate.touch()
        assert connection.read_response().status == 200


@pytest.mark.ours("Gunicorn's workers do not pipeline")
def test_answers_before_a_request_that_takes_too_long_arrive(server, tmp_path, target):
    running = server("gate:closed", *target.keep_alive, "--timeout", "2")
    running.expect_line("WORKER TIMEOUT|Stuck|stacks|exited with code")
    with running.connect() as connection:
        connection.send(request_bytes("GET") * 3 + request_bytes("GET", f"/?file={tmp_path}/never"))
        assert [connection.read_response().status for _ in range(4)] == [200, 200, 200, 504]


@PIPELINING
def test_pipelined_request_cut_anywhere(keeping):
    data = request_bytes("POST", body=b"one") + request_bytes("POST", body=b"two")
    running = keeping("echo:app")
    for cut in range(1, len(data), 7):
        with running.connect() as connection:
            connection.send(data[:cut])
            time.sleep(0.002)  # so that the server reads the first part alone
            connection.send(data[cut:])
            assert [connection.read_response().body, connection.read_response().body] == [b"one", b"two"]


def test_request_after_close_is_not_answered(keeping):
    request = request_bytes("GET", headers=[("Connection", "close")]) + request_bytes("GET")
    with keeping("hello:app").connect() as connection:
        connection.send(request)
        connection.read_response()
        assert connection.is_closed()


def test_request_after_a_bad_one_is_not_answered(keeping):
    running = keeping("hello:app")
    with running.connect() as connection:
        connection.send(b"GET / HTTP/1.1\r\nBad Header: x\r\n\r\n" + request_bytes("GET"))
        assert connection.read_response().status == 400
        assert connection.is_closed()
    running.wait_for_line(r"Invalid request from ip=127\.0\.0\.1")


def test_half_closed_client_still_gets_its_answer(keeping):
    with keeping("hello:app").connect() as connection:
        connection.send(request_bytes("GET"))
        connection.finish_sending()
        assert connection.read_response().body == b"Hello, world!\n"


@pytest.mark.differs("Gunicorn waits for keepalive or graceful_timeout to pass", hangs=True)
def test_stopping_closes_idle_connections(keeping):
    running = keeping("hello:app", "--keep-alive", "60")
    with running.connect() as connection:
        connection.get()
        start = time.monotonic()
        assert running.stop() == 0
        assert time.monotonic() - start < SOON
        assert connection.is_closed()
