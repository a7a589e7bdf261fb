"""What Gunicorn's environ offers beyond PEP 3333: early hints, and the client's socket."""

import time

import pytest

from harness.target import APPS
from harness.websocket import WebSocket
from harness.wire import request_bytes
from harness.worker_classes import GTHREAD, each_class

SITE = APPS / "websocket_site"


def heads(server, version="HTTP/1.1", target="/"):
    """All heads of an answer up to the final one, which has its body."""
    with server.connect() as connection:
        connection.send(request_bytes("GET", target, [("Connection", "close")], version=version))
        found = [connection.read_head()]
        while found[-1].status < 200:
            found.append(connection.read_head())
        found[-1].body = connection.read_until_closed()
        return found


def test_early_hints_come_before_the_answer(server):
    hints, final = heads(server("hints:app"))
    assert (hints.status, hints.reason) == (103, "Early Hints")
    assert hints.headers == [
        ("Link", "</style.css>; rel=preload; as=style"), ("Link", "</script.js>; rel=preload; as=script")
    ]
    assert final.status == 200 and b"final" in final.body and final.all("Link") == []


def test_early_hints_may_come_in_several_answers(server):
    first, second, final = heads(server("hints:twice"))
    assert (first.headers, second.headers) == ([("Link", "<first>")], [("Link", "<second>"), ("X-Other", "y")])
    assert b"final" in final.body


def test_http_1_0_gets_no_early_hints(server):
    (final,) = heads(server("hints:app"), version="HTTP/1.0")
    assert final.status == 200 and b"final" in final.body


def test_early_hints_after_the_head_are_left_out(server):
    (final,) = heads(server("hints:late"))
    assert final.body == b"onetwo"


def test_early_hints_cannot_inject_a_header(server):
    running = server("hints:forged")
    answers = heads(running)
    assert all(answer.all("X-Injected") == [] for answer in answers)
    assert answers[-1].status >= 400
    running.wait_for_line(r"\[(ERROR|WARNING)\]")
    running.expect_line(r"Invalid|Error")


@pytest.mark.differs("Gunicorn's go to a connection that has ended, or belongs to somebody else")
def test_early_hints_end_with_their_request(server, target):
    running = server("hints:kept", *target.keep_alive)
    with running.connect() as connection:
        assert connection.get().body == b"nothing kept"
        assert connection.get().body == b"the request these early_hints belong to is over"


def test_socket_of_the_client_can_be_looked_at(server, target):
    running = server("socket_of_client:looked_at", *target.keep_alive)
    with running.connect() as connection:
        for _ in range(3):
            assert connection.get().text == "{}:{}".format(*connection.socket.getsockname())


@each_class
def test_connection_can_be_taken_over(server, options):
    running = server("socket_of_client:taken", *options)
    with running.connect() as connection:
        connection.send(request_bytes("GET", headers=[("Connection", "Upgrade"), ("Upgrade", "shouting")]))
        assert connection.read_head().status == 101
        for word in (b"one", b"two"):
            connection.send(word + b"\n")
            assert connection.receive(4) == word.upper() + b"\n"
        connection.send(b"\n")
        assert connection.read_until_closed() == b""
    assert running.err.matches(r"Error|Traceback") == []


def test_connection_taken_over_may_last_longer_than_timeout(server):
    running = server("socket_of_client:taken", *GTHREAD, "--timeout", "1")
    with running.connect() as connection:
        connection.send(request_bytes("GET", headers=[("Connection", "Upgrade"), ("Upgrade", "shouting")]))
        assert connection.read_head().status == 101
        end = time.monotonic() + 2.5
        while time.monotonic() < end:
            connection.send(b"one\n")
            assert connection.receive(4) == b"ONE\n"
            time.sleep(0.1)
        connection.send(b"\n")
        assert connection.read_until_closed() == b""


@pytest.fixture
def site(launch, packages):
    def start(*options):
        env = {"PYTHONPATH": packages(SITE / "requirements.txt")}
        return launch("-b", "127.0.0.1:0", "--chdir", SITE, *options, "app:app", env=env).await_ready()

    return start


def test_flask_sock_speaks_websocket(site):
    running = site(*GTHREAD)
    with running.connect() as connection:
        socket = WebSocket(connection, "/echo")
        for word in ("hello", "again"):
            socket.send(word)
            assert socket.receive() == (1, word.encode())
        assert running.get().body == b"hello"
        socket.send("bye")
        assert socket.receive()[0] == 8
        socket.send("\x03\xe8", opcode=8)
    assert running.err.matches(r"Traceback") == []


def test_flask_socketio_speaks_websocket(site):
    running = site(*GTHREAD)
    with running.connect() as connection:
        socket = WebSocket(connection, "/socket.io/?EIO=4&transport=websocket")
        assert socket.receive()[1].startswith(b"0{")  # the session
        socket.send("40")
        assert socket.receive()[1].startswith(b"40{")  # connected to the namespace
        socket.send('421["shout","hey"]')
        assert socket.receive() == (1, b'431["HEY"]')
    assert running.get().body == b"hello"
