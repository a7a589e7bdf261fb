"""A slow client costs memory, never the Python thread: one sync worker serves others meanwhile."""

import os
import signal
import time

import pytest

from harness import small_disk
from harness.wire import request_bytes
from harness.worker_classes import each_class

pytestmark = pytest.mark.differs("a slow client holds Gunicorn's sync worker", hangs=True)

PROMPT = 1.0  # an answer that came within this time waited for nobody


def answers_promptly(server, target="/"):
    start = time.monotonic()
    status = server.get(target).status
    return status == 200 and time.monotonic() - start < PROMPT


@pytest.mark.parametrize("sent", [b"", b"G", b"GET / HTTP/1.1\r\n", b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: "])
def test_client_that_stops_within_its_head_holds_nobody(server, sent):
    running = server("hello:app")
    with running.connect() as slow:
        slow.send(sent)
        time.sleep(0.2)
        assert answers_promptly(running)


def test_client_that_stops_within_its_body_holds_nobody(server):
    running = server("echo:app")
    with running.connect() as slow:
        slow.send(request_bytes("POST", headers=[("Content-Length", "100")], body=b"only a part"))
        time.sleep(0.2)
        assert answers_promptly(running)


def test_client_of_one_byte_at_a_time_is_served_in_the_end(server):
    running = server("echo:app")
    request = request_bytes("POST", body=b"slow and steady")
    with running.connect() as slow:
        for at in range(len(request)):
            slow.send(request[at : at + 1])
            if at % 10 == 0:
                assert answers_promptly(running)
        assert slow.read_response().body == b"slow and steady"


def test_hundred_slow_clients_hold_nobody(server):
    running = server("hello:app")
    slow = [running.connect() for _ in range(100)]
    for turn in range(3):
        for connection in slow:
            connection.send(b"GET / HTTP/1.1\r\n"[turn : turn + 1])
        assert answers_promptly(running)


@pytest.mark.parametrize("app", ["app", "in_pieces"])
def test_client_that_reads_nothing_holds_nobody(server, app):
    size = 16 << 20
    running = server(f"big:{app}")
    with running.connect() as slow:
        slow.send(request_bytes("GET", f"/?n={size}"))
        slow.read_head()
        assert answers_promptly(running, "/?n=10")
        assert slow.receive(size) == b"x" * size


def test_client_that_reads_no_file_holds_nobody(server, tmp_path):
    content = bytes(range(256)) * (16 << 12)
    (tmp_path / "file").write_bytes(content)
    running = server("file_wrapper:app")
    with running.connect() as slow:
        slow.send(request_bytes("GET", f"/?path={tmp_path}/file"))
        slow.read_head()
        assert answers_promptly(running, f"/?path={tmp_path}/file&length=10")
        assert slow.receive(len(content)) == content


@pytest.fixture
def cramped(server, tmp_path):
    """A server with next to no room for files, so that its applications have to wait for slow readers."""
    if os.getuid() != 0:
        pytest.skip("only root can mount")
    folder = tmp_path / "small"
    folder.mkdir()
    (tmp_path / "cramped.toml").write_text(f'tmp_upload_dir = "{folder}"\n')
    return lambda app, *options: server(app, "-c", tmp_path / "cramped.toml", *options, prefix=small_disk.at(folder, "4k"))


@each_class
def test_signal_does_not_disturb_an_application_that_waits_for_its_reader(cramped, options):
    size = 64 << 20
    running = cramped("big:in_pieces", *options)
    with running.connect() as slow:
        slow.send(request_bytes("GET", f"/?n={size}"))
        slow.read_head()
        running.await_waiting_application()
        for _ in range(5):
            os.kill(running.worker(), signal.SIGUSR1)
            time.sleep(0.05)
        received = 0
        while received < size and (piece := slow.receive(min(65536, size - received))):
            received += piece.count(b"x")
        assert received == size


def test_application_that_waits_for_its_reader_is_not_stuck(cramped):
    running = cramped("big:in_pieces", "--timeout", "1")
    worker = running.worker()
    with running.connect() as slow:
        slow.send(request_bytes("GET", f"/?n={64 << 20}"))
        slow.read_head()
        running.await_waiting_application()
        time.sleep(2.5)
        assert running.worker() == worker
        slow.close()
    assert answers_promptly(running, "/?n=10")


def test_connection_stays_taken_over_when_its_reader_was_waited_for(cramped):
    running = cramped("socket_of_client:taken_behind_content", "-k", "gthread", "--timeout", "1")
    size, kept_by_the_server = 64 << 20, 8 << 20
    with running.connect() as slow:
        slow.send(request_bytes("GET", f"/?{size}"))
        slow.read_head()
        running.await_waiting_application()
        slow.receive(size - kept_by_the_server)
        time.sleep(2.5)
        slow.send(b"that will do\n")
        assert slow.receive(kept_by_the_server) == b"x" * kept_by_the_server
    assert running.err.matches(r"Error|Traceback|TIMEOUT") == []


def test_slow_reader_that_leaves_is_forgotten(server):
    running = server("big:app")
    for way in ("close", "reset"):
        slow = running.connect()
        slow.send(request_bytes("GET", "/?n=16777216"))
        slow.read_head()
        getattr(slow, way)()
    assert answers_promptly(running, "/?n=10")


def test_stopping_waits_for_a_slow_reader(server):
    size = 8 << 20
    running = server("big:app", "--graceful-timeout", "20")
    with running.connect() as slow:
        slow.send(request_bytes("GET", f"/?n={size}"))
        slow.read_head()
        running.kill(15)
        running.wait_for_line(r"Handling signal: term")
        assert slow.receive(size) == b"x" * size
    assert running.wait() == 0


def test_stopping_does_not_wait_longer_than_graceful_timeout(server):
    running = server("big:app", "--graceful-timeout", "1")
    running.expect_line(r"SIGKILL|not finished in time|graceful timeout|exited with code")
    with running.connect() as slow:
        slow.send(request_bytes("GET", f"/?n={64 << 20}"))
        slow.read_head()
        start = time.monotonic()
        assert running.stop() == 0
        assert time.monotonic() - start < 6
