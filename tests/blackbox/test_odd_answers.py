"""Answers that end in unusual ways, and requests that are unusual but mean something."""

import json

import pytest

from harness.wire import request_bytes


@pytest.mark.differs("Gunicorn closes a connection that it has promised to keep")
@pytest.mark.parametrize("app", ["fails_in_close", "fails_behind_the_last_byte"])
def test_failure_behind_a_whole_answer_does_not_break_the_promise_to_keep_the_connection(server, target, app):
    running = server(f"odd:{app}", *target.keep_alive)
    running.expect_line(r"Error handling request|too late to matter|Traceback")
    with running.connect() as connection:
        for _ in range(3):
            response = connection.get()
            assert (response.body, response.header("Connection")) == (b"whole", "keep-alive")


@pytest.mark.differs("Gunicorn goes on, and the bytes that somebody before it tunnels are requests to it")
def test_connection_ends_behind_a_connect(server):
    with server("odd:always").connect() as connection:
        connection.send(request_bytes("CONNECT", "somewhere:443") + request_bytes("GET", "/hidden"))
        head = connection.read_head()
        assert head.status == 200
        assert head.header("Connection") == "close"
        assert head.header("Content-Length") is None and head.header("Transfer-Encoding") is None
        assert connection.read_until_closed() == b"whole"


@pytest.mark.differs("Gunicorn sends it, and the client waits for more")
@pytest.mark.parametrize("status", ["100+Continue", "102+Processing", "103+Early+Hints"])
def test_interim_status_ends_no_request(server, status):
    running = server("odd:interim")
    running.expect_line(r"Error handling request|is not a final one|Traceback")
    assert running.get(f"/?{status}").status == 500


@pytest.mark.differs("Gunicorn names no protocol but websocket")
def test_protocols_to_switch_to_are_named(server):
    running = server("odd:upgrade_required")
    response = running.get()
    assert (response.status, response.header("Upgrade")) == (426, "h2c, websocket")
    assert response.header("Connection") == "close, upgrade"
    with running.connect() as connection:
        assert connection.get().header("Connection") == "upgrade"


@pytest.mark.differs("Gunicorn names no protocol but websocket")
def test_write_of_nothing_sends_the_head_of_a_switch(server):
    with server("odd:switches", "--threads", "2").connect() as connection:
        connection.send(request_bytes("GET", headers=[("Connection", "Upgrade"), ("Upgrade", "echo")]))
        said = connection.read_until_closed()
    head, _, rest = said.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 101 Switching Protocols\r\n")
    assert b"\r\nConnection: upgrade\r\n" in head and b"\r\nUpgrade: echo" in head
    assert rest == b"from here on it is ours"


@pytest.mark.parametrize("options", [
    pytest.param((), id="", marks=pytest.mark.differs("Gunicorn sends what the descriptor holds")),
    pytest.param(("--no-sendfile",), id="no-sendfile"),
])
def test_file_that_is_decompressed_arrives_as_it_is_read(server, tmp_path, options):
    assert server("odd:compressed", *options).get(f"/?{tmp_path}/file.gz").body == b"plain " * 1000


@pytest.mark.differs("Gunicorn believes that it is empty")
def test_file_of_the_kernel_arrives(server):
    with open("/proc/version", "rb") as version:
        assert server("odd:of_the_kernel").get().body == version.read()


def test_temporary_file_arrives(server):
    assert server("odd:temporary").get().body == b"temporary " * 1000


@pytest.mark.ours("Gunicorn's refusals have none")
def test_refusal_has_a_date(server):
    running = server("hello:app")
    running.expect_line("Invalid request")
    answer = running.exchange(b"GET / HTTP/1.1\r\nHost : x\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400 ") and b" GMT\r\n" in answer.split(b"\r\nDate: ")[1]


def environ(server, request, *options):
    answer = server("environ:app", *options).exchange(request)
    return json.loads(answer.split(b"\r\n\r\n", 1)[1])


@pytest.mark.differs("Gunicorn's PATH_INFO is empty, against PEP 3333")
def test_target_without_a_path_is_the_root(server):
    seen = environ(server, b"GET http://there?x=1 HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
    assert (seen["PATH_INFO"], seen["QUERY_STRING"]) == ("/", "x=1")


@pytest.mark.differs("Gunicorn encodes the path twice, and takes the bytes of the query as they are")
def test_target_may_have_bytes_beyond_ascii(server):
    seen = environ(server, b"GET /caf\xc3\xa9?x=\xe6\x97\xa5&y=%20 HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
    assert seen["PATH_INFO"] == "/caf\u00c3\u00a9"
    assert seen["QUERY_STRING"] == "x=\u00e6\u0097\u00a5&y=%20"


@pytest.mark.parametrize("size", [1, 7])
def test_bytes_beyond_ascii_may_come_in_pieces(server, size):
    request = b"GET /?x=\xe6\x97\xa5 HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n"
    with server("environ:app").connect() as connection:
        for begin in range(0, len(request), size):
            connection.send(request[begin:begin + size])
        assert json.loads(connection.read_response().body)["QUERY_STRING"] == "x=\u00e6\u0097\u00a5"


def test_last_mount_is_that_of_the_nearest_proxy(server):
    seen = environ(server, b"GET /m/x HTTP/1.1\r\nHost: here\r\nSCRIPT_NAME: /m\r\nSCRIPT_NAME: /m/x\r\n"
                           b"Connection: close\r\n\r\n")
    assert (seen["SCRIPT_NAME"], seen["PATH_INFO"]) == ("/m/x", "")
