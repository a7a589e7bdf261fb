"""RFC 9112: how a message's end is found, in both directions."""

import json

import pytest

from harness.wire import chunked, request_bytes

CHUNKED = [("Transfer-Encoding", "chunked")]


def test_response_to_http_1_0_is_never_chunked(server):
    with server("stream:app").connect() as connection:
        response = connection.get("/?n=3&size=5", "HTTP/1.0")
        assert (response.body, response.header("Transfer-Encoding")) == (b"aaaaabbbbbccccc", None)


def test_http_1_0_connection_is_closed(server):
    with server("hello:app").connect() as connection:
        assert connection.get(version="HTTP/1.0").body == b"Hello, world!\n"
        assert connection.is_closed()


@pytest.mark.parametrize("coding", ["chunked", "CHUNKED", " chunked "])
def test_chunked_request_is_decoded(server, coding):
    body = chunked(b"x" * 10, b"y" * 4096, b"z")
    response = server("echo:app").request("POST", headers=[("Transfer-Encoding", coding)], body=body)
    assert response.body == b"x" * 10 + b"y" * 4096 + b"z"


def test_chunk_sizes_may_be_written_in_any_case_with_leading_zeros(server):
    body = b"0000a\r\n0123456789\r\nA\r\nabcdefghij\r\n000\r\n\r\n"
    assert server("echo:app").request("POST", headers=CHUNKED, body=body).body == b"0123456789abcdefghij"


def test_chunk_extensions_are_ignored(server):
    body = b'5;name=value;other="quoted"\r\n12345\r\n0;last\r\n\r\n'
    assert server("echo:app").request("POST", headers=CHUNKED, body=body).body == b"12345"


def test_trailers_do_not_reach_the_environ(server):
    body = b"5\r\n12345\r\n0\r\nX-Trailer: late\r\n\r\n"
    seen = json.loads(server("environ:app").request("POST", headers=CHUNKED, body=body).body)
    assert "HTTP_X_TRAILER" not in seen


def test_empty_body_may_be_announced(server):
    assert server("echo:app").request("POST", headers=[("Content-Length", "0")]).body == b""
    assert server("echo:app").request("POST", headers=CHUNKED, body=chunked()).body == b""


def test_continue_is_sent_when_expected(server):
    with server("echo:app").connect() as connection:
        connection.send(request_bytes("POST", headers=[("Expect", "100-continue"), ("Content-Length", "5")]))
        assert connection.read_head().status == 100
        connection.send(b"12345")
        response = connection.read_response()
        assert (response.status, response.body) == (200, b"12345")


def test_continue_is_sent_for_a_chunked_body(server):
    with server("echo:app").connect() as connection:
        connection.send(request_bytes("POST", headers=[("Expect", "100-Continue"), *CHUNKED]))
        assert connection.read_head().status == 100
        connection.send(chunked(b"12345"))
        assert connection.read_response().body == b"12345"


def test_continue_is_not_sent_to_http_1_0(server):
    headers = [("Expect", "100-continue"), ("Content-Length", "5")]
    assert server("echo:app").request("POST", headers=headers, body=b"12345", version="HTTP/1.0").status == 200


def test_absolute_target_is_taken_apart(server):
    seen = json.loads(server("environ:app").get("http://example.com/some/path?q=1").body)
    assert (seen["PATH_INFO"], seen["QUERY_STRING"]) == ("/some/path", "q=1")
    assert seen["RAW_URI"] == "http://example.com/some/path?q=1"


def test_leading_double_slash_belongs_to_the_path(server):
    assert json.loads(server("environ:app").get("//double/slash").body)["PATH_INFO"] == "//double/slash"


def test_options_may_ask_about_the_whole_server(server):
    assert server("headers:status_without_reason").request("OPTIONS", "*").status == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND", "PURGE"])
def test_any_method_reaches_the_application(server, method):
    running = server("environ:app")
    running.expect_line(r"unknown REQUEST_METHOD|Unknown REQUEST_METHOD|warnings\.warn")  # the validator's opinion
    assert json.loads(running.request(method).body)["REQUEST_METHOD"] == method


def test_request_may_arrive_byte_by_byte(server):
    request = request_bytes("POST", headers=CHUNKED, body=b"4;x\r\nslow\r\n0\r\nX-Trailer: 1\r\n\r\n")
    with server("echo:app").connect() as connection:
        for at in range(len(request)):
            connection.send(request[at : at + 1])
        assert connection.read_response().body == b"slow"


@pytest.mark.parametrize("app, size", [("app", 8 << 20), ("in_pieces", 8 << 20), ("app", 1), ("app", 65536)])
def test_big_response_arrives_whole(server, app, size):
    assert server(f"big:{app}").get(f"/?n={size}").body == b"x" * size


def test_many_pieces_arrive_whole_and_in_order(server):
    expected = b"".join(bytes([ord("a") + number % 26]) * 100 for number in range(5000))
    assert server("stream:app").get("/?n=5000&size=100").body == expected
