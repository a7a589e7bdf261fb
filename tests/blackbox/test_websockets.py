"""WebSockets (RFC 6455) of ASGI applications."""

import json
import signal

import pytest
from harness.patience import eventually, never
from harness.record import lines
from harness.websocket import BINARY, CLOSE, PING, PONG, TEXT, WebSocket, close_payload, frame, handshake


@pytest.fixture
def sockets(server):
    def start(*options, **how):
        return server("asgi_sockets:app", "-k", "asgi", "--asgi-lifespan", "off", *options, **how)

    return start


def is_over(connection):
    assert connection.read_until_closed() == b""


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65535, 65536, 3_000_000])
@pytest.mark.parametrize("opcode", [TEXT, BINARY])
def test_messages_go_both_ways(sockets, size, opcode):
    socket = WebSocket(sockets().connect(), "/echo")
    for _ in range(2):
        socket.send(b"x" * size, opcode)
        assert socket.receive() == (opcode, b"x" * size)


def test_text_is_text(sockets):
    socket = WebSocket(sockets().connect(), "/echo")
    socket.send("caf\u00e9 \u20ac \U0001f984")
    assert socket.receive() == (TEXT, "caf\u00e9 \u20ac \U0001f984".encode())


def test_fragments_are_put_together(sockets):
    socket = WebSocket(sockets().connect(), "/echo")
    socket.send("one ", last=False)
    socket.send("still there?", PING)
    socket.send("two ", 0, last=False)
    socket.send("three", 0)
    assert socket.receive() == (PONG, b"still there?")
    assert socket.receive() == (TEXT, b"one two three")


@pytest.mark.differs("Gunicorn loses messages that come with the handshake")
def test_messages_may_come_before_the_answer(sockets):
    connection = sockets().connect()
    connection.send(handshake("/echo") + frame(TEXT, b"early") + frame(TEXT, b"bird"))
    assert connection.read_head().status == 101
    assert connection.receive(7 + 6) == b"\x81\x05early\x81\x04bird"


def test_scope_describes_the_request(sockets):
    running = sockets("--root-path", "/shop")
    socket = WebSocket(running.connect(), "/scope?a=b", {"Sec-WebSocket-Protocol": "chat, superchat", "X-One": "1"})
    scope = json.loads(socket.receive()[1])
    assert (scope["type"], scope["scheme"], scope["http_version"]) == ("websocket", "ws", "1.1")
    assert (scope["path"], scope["query_string"], scope["root_path"]) == ("/scope", "a=b", "/shop")
    assert scope["subprotocols"] == ["chat", "superchat"]
    assert ["x-one", "1"] in scope["headers"]
    assert "method" not in scope


def test_application_chooses_the_subprotocol(sockets):
    socket = WebSocket(sockets().connect(), "/subprotocol", {"Sec-WebSocket-Protocol": "chat, superchat"})
    assert socket.head.header("Sec-WebSocket-Protocol") == "superchat"
    assert socket.head.header("X-Extra") == "yes"


@pytest.mark.ours("Gunicorn does not end the connection")
def test_client_closes(sockets, record):
    connection = sockets().connect()
    socket = WebSocket(connection, f"/noting?record={record}")
    socket.send("hello")
    socket.send(close_payload(3001, "home"), CLOSE)
    assert socket.receive_close() == (3001, "home")
    is_over(connection)
    eventually(lambda: lines(record) == ["open", "hello", "3001 home"])


@pytest.mark.ours("Gunicorn tells the application otherwise")
def test_application_closes(sockets, record):
    connection = sockets().connect()
    socket = WebSocket(connection, f"/says_goodbye?record={record}")
    assert socket.receive() == (TEXT, b"last words")
    assert socket.receive_close() == (3000, "enough")
    socket.send(close_payload(3000), CLOSE)
    is_over(connection)
    eventually(lambda: lines(record) == ["3000"])


@pytest.mark.ours("Gunicorn closes without a code")
def test_application_that_returns_closes(sockets):
    connection = sockets().connect()
    socket = WebSocket(connection, "/returns")
    assert socket.receive_close() == (1000, "")
    is_over(connection)


@pytest.mark.ours("Gunicorn tells the application nothing")
@pytest.mark.parametrize("way", ["close", "reset"])
def test_client_that_is_gone_has_closed(sockets, record, way):
    connection = sockets().connect()
    WebSocket(connection, f"/noting?record={record}")
    eventually(lambda: lines(record) == ["open"])
    getattr(connection, way)()
    eventually(lambda: [line.strip() for line in lines(record)] in (["open", "1006"], ["open", "1005"]))


@pytest.mark.differs("Gunicorn sends a close frame where an answer belongs")
def test_refusal_is_403(sockets):
    connection = sockets().connect()
    connection.send(handshake("/refuses"))
    assert connection.read_response().status == 403


@pytest.mark.differs("Gunicorn knows no answer to a handshake but its own")
def test_refusal_may_be_any_answer(sockets):
    connection = sockets().connect()
    connection.send(handshake("/refuses_politely"))
    response = connection.read_response()
    assert (response.status, response.header("WWW-Authenticate"), response.body) == (401, "Basic", b"who are you?")


def test_exception_closes_with_1011(sockets):
    running = sockets()
    socket = WebSocket(running.connect(), "/raises")
    assert socket.receive_close()[0] == 1011
    running.wait_for_line(r"ValueError: something of the application's")
    running.expect_line(r"(?s).*")


@pytest.mark.differs("Gunicorn closes the connection without an answer")
def test_exception_before_the_answer_is_500(sockets):
    running = sockets()
    connection = running.connect()
    connection.send(handshake("/raises_early"))
    assert connection.read_response().status == 500
    running.wait_for_line(r"ValueError: something of the application's")
    running.expect_line(r"(?s).*")


@pytest.mark.ours("Gunicorn takes most of them")
@pytest.mark.parametrize("data, code", [
    pytest.param(frame(TEXT, b"bare", masked=False), 1002, id="unmasked"),
    pytest.param(frame(3, b"reserved"), 1002, id="opcode"),
    pytest.param(frame(0, b"of nothing"), 1002, id="continuation"),
    pytest.param(frame(PING, b"x" * 126), 1002, id="control"),
    pytest.param(frame(TEXT, b"\xff"), 1007, id="utf8"),
    pytest.param(frame(CLOSE, close_payload(1006)), 1002, id="code"),
    pytest.param(b"\x82\xff" + (17 << 20).to_bytes(8) + bytes(4), 1009, id="length"),
])
def test_what_is_against_the_protocol_ends_it(sockets, record, data, code):
    connection = sockets().connect()
    socket = WebSocket(connection, f"/noting?record={record}")
    eventually(lambda: lines(record) == ["open"])
    connection.send(data)
    assert socket.receive_close()[0] == code
    eventually(lambda: len(lines(record)) == 2)


@pytest.mark.differs("Gunicorn does not look at handshakes")
@pytest.mark.parametrize("headers, status", [
    ({"Sec-WebSocket-Key": "short"}, (400,)), ({"Sec-WebSocket-Key": None}, (400,)), ({"Sec-WebSocket-Version": "8"}, (400, 426))
])
def test_bad_handshake_is_refused(sockets, headers, status):
    connection = sockets().connect()
    connection.send(handshake("/echo", headers=headers))
    assert connection.read_response().status in status


def test_plain_requests_are_served_beside(sockets):
    running = sockets()
    socket = WebSocket(running.connect(), "/echo")
    assert running.get().body == b"plain"
    socket.send("still here")
    assert socket.receive() == (TEXT, b"still here")


@pytest.mark.differs("Gunicorn keeps all of it in memory", hangs=True)
def test_application_that_is_faster_than_its_client_waits(sockets, record):
    running = sockets()
    connection = running.connect()
    WebSocket(connection, f"/floods?record={record}")
    previous = -1
    while previous != (previous := len(lines(record))):
        never(lambda: False, 0.3, "")
    assert 0 < previous < 1000  # of 64 KiB: what the kernel holds
    connection.close()
    eventually(lambda: lines(record)[-1] == "OSError")


@pytest.mark.differs("Gunicorn keeps all of it in memory", hangs=True)
def test_client_that_is_faster_than_its_application_waits(sockets, tmp_path):
    running = sockets()
    connection = running.connect()
    socket = WebSocket(connection, f"/takes_its_time?file={tmp_path / 'open'}")
    connection.socket.settimeout(0.5)
    sent, message = 0, frame(BINARY, b"x" * 100_000)
    with pytest.raises(TimeoutError):
        while sent < 1000:
            rest = memoryview(message)
            while rest:
                rest = rest[connection.socket.send(rest):]
            sent += 1
    (tmp_path / "open").touch()
    connection.socket.settimeout(10)
    connection.send(rest)
    socket.send("how much?")
    assert socket.receive() == (TEXT, str((sent + 1) * 100_000).encode())


@pytest.mark.ours("Gunicorn cuts the connection")
def test_term_closes_with_1012(sockets, record):
    running = sockets()
    connection = running.connect()
    socket = WebSocket(connection, f"/noting?record={record}")
    eventually(lambda: lines(record) == ["open"])
    running.kill(signal.SIGTERM)
    assert socket.receive_close()[0] == 1012
    assert running.wait() == 0
    assert lines(record) == ["open", "1012 "]


@pytest.mark.differs("Gunicorn writes none")
def test_access_log_has_a_line(sockets, tmp_path):
    log = tmp_path / "access"
    running = sockets("--access-logfile", log)
    connection = running.connect()
    socket = WebSocket(connection, "/echo")
    socket.send(close_payload(1000), CLOSE)
    assert socket.receive_close()[0] == 1000
    eventually(lambda: log.exists() and '"GET /echo HTTP/1.1" 101' in log.read_text())


def test_over_tls(server, pair, connect):
    running = server(
        "asgi_sockets:app", "-k", "asgi", "--asgi-lifespan", "off",
        "--certfile", pair.certificate, "--keyfile", pair.key,
    )
    connection = connect(running)
    socket = WebSocket(connection, "/scope")
    assert json.loads(socket.receive()[1])["scheme"] == "wss"
    socket = WebSocket(connect(running), "/echo")
    for size in (1, 200_000):
        socket.send(b"x" * size)
        assert socket.receive() == (TEXT, b"x" * size)


def test_library_is_content(sockets):
    """The client most Python programs use."""
    from websockets.sync.client import connect as open_socket

    running = sockets()
    with open_socket(f"ws://127.0.0.1:{running.address[1]}/echo") as socket:
        for message in ("text", b"bytes", "x" * 1_000_000):
            socket.send(message)
            assert socket.recv() == message
        assert socket.ping().wait(10)
    assert socket.close_code == 1000
