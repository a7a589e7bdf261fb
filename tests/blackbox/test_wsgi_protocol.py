"""PEP 3333: what an application is given, and what becomes of what it gives back."""

import json

import pytest

from harness.patience import eventually
from harness.wire import Truncated, chunked, chunks, request_bytes


def environ_of(server, *arguments, **keywords):
    return json.loads(server.request(*arguments, **keywords).body)


def test_hello_is_answered_whole(server):
    response = server("hello:app").get()
    assert (response.status, response.reason, response.body) == (200, "OK", b"Hello, world!\n")
    assert response.header("Content-Length") == "14"
    assert response.header("Date").endswith(" GMT")
    assert response.header("Server")


def test_environ_describes_the_request(server):
    running = server("environ:app")
    seen = environ_of(running, "GET", "/caf%C3%A9/a%20b?x=1&y=%20")
    assert seen["REQUEST_METHOD"] == "GET"
    assert seen["PATH_INFO"] == "/caf\u00c3\u00a9/a b"  # unquoted bytes as latin-1
    assert seen["QUERY_STRING"] == "x=1&y=%20"
    assert seen["RAW_URI"] == "/caf%C3%A9/a%20b?x=1&y=%20"
    assert seen["SCRIPT_NAME"] == ""
    assert seen["SERVER_PROTOCOL"] == "HTTP/1.1"
    assert (seen["SERVER_NAME"], seen["SERVER_PORT"]) == ("127.0.0.1", str(running.address[1]))
    assert seen["REMOTE_ADDR"] == "127.0.0.1"
    assert 0 < int(seen["REMOTE_PORT"]) < 65536
    assert seen["HTTP_HOST"] == "localhost"
    assert "CONTENT_TYPE" not in seen and "CONTENT_LENGTH" not in seen


def test_environ_describes_the_server(server):
    seen = environ_of(server("environ:app"), "GET")
    assert seen["wsgi.version"] == "(1, 0)"
    assert seen["wsgi.url_scheme"] == "http"
    assert seen["wsgi.multithread"] == "False"
    assert seen["wsgi.multiprocess"] == "False"
    assert seen["wsgi.run_once"] == "False"
    assert seen["wsgi.input_terminated"] == "True"
    assert seen["SERVER_SOFTWARE"].split("/")[0] in ("monoceros", "gunicorn")


def test_environ_tells_of_threads_and_processes(server):
    seen = environ_of(server("environ:app", "-w", "2", "-k", "gthread", "--threads", "2"), "GET")
    assert (seen["wsgi.multiprocess"], seen["wsgi.multithread"]) == ("True", "True")


def test_headers_reach_the_environ(server):
    headers = [("X-One", "first"), ("x-one", "second"), ("X-Blank", ""), ("X-Latin", "caf\xe9"), ("X-Trim", "\t v \t")]
    seen = environ_of(server("environ:app"), "GET", headers=headers)
    assert seen["HTTP_X_ONE"] == "first,second"
    assert (seen["HTTP_X_BLANK"], seen["HTTP_X_LATIN"], seen["HTTP_X_TRIM"]) == ("", "caf\xe9", "v")


def test_content_headers_have_names_without_http(server):
    seen = environ_of(server("environ:app"), "POST", headers=[("Content-Type", "text/x-y")], body=b"12345")
    assert (seen["CONTENT_TYPE"], seen["CONTENT_LENGTH"]) == ("text/x-y", "5")
    assert "HTTP_CONTENT_TYPE" not in seen and "HTTP_CONTENT_LENGTH" not in seen


def test_header_with_underscore_is_dropped(server):
    seen = environ_of(server("environ:app"), "GET", headers=[("X_Forged", "1"), ("X-Real", "2")])
    assert "HTTP_X_FORGED" not in seen
    assert seen["HTTP_X_REAL"] == "2"


def test_proxy_header_of_the_client_is_not_taken_for_the_address(server):
    seen = environ_of(server("environ:app"), "GET", headers=[("X-Forwarded-For", "203.0.113.9")])
    assert seen["REMOTE_ADDR"] == "127.0.0.1"
    assert seen["HTTP_X_FORWARDED_FOR"] == "203.0.113.9"


def test_scheme_is_taken_from_a_trusted_proxy(server):
    seen = environ_of(server("environ:app"), "GET", headers=[("X-Forwarded-Proto", "https")])
    assert seen["wsgi.url_scheme"] == "https"


def test_scheme_is_not_taken_from_anybody_else(server):
    running = server("environ:app", "--forwarded-allow-ips", "192.0.2.1")
    assert environ_of(running, "GET", headers=[("X-Forwarded-Proto", "https")])["wsgi.url_scheme"] == "http"


def test_client_of_a_unix_socket_has_no_address(server):
    seen = environ_of(server("environ:app", bind="unix:listening.sock"), "GET")
    assert seen["REMOTE_ADDR"] == ""
    assert (seen["SERVER_NAME"], seen["SERVER_PORT"]) == ("localhost", "80")


@pytest.mark.ours("Gunicorn's SERVER_PORT is empty")
@pytest.mark.parametrize("request_head", [b"GET / HTTP/1.0\r\n\r\n", b"GET / HTTP/1.0\r\nHost: localhost:\r\n\r\n",
                                          b"GET http://localhost HTTP/1.0\r\n\r\n"])
def test_server_behind_a_unix_socket_has_a_name(server, request_head):
    answer = server("environ:app", bind="unix:listening.sock").exchange(request_head)
    seen = json.loads(answer.split(b"\r\n\r\n", 1)[1])
    assert (seen["SERVER_NAME"], seen["SERVER_PORT"]) == ("localhost", "80")


@pytest.mark.parametrize("way", ["", "pieces", "lines", "readlines", "iterate", "past-the-end"])
@pytest.mark.parametrize("framing", ["length", "chunked"])
def test_body_can_be_read_every_way(server, way, framing):
    body = b"one\ntwo, longer than seven bytes\n\nlast without newline"
    running = server("echo:app")
    if framing == "length":
        response = running.request("POST", f"/{way}", body=body)
    else:
        pieces = chunked(body[:1], body[1:20], body[20:])
        response = running.request("POST", f"/{way}", [("Transfer-Encoding", "chunked")], pieces)
    assert response.body == body


def test_request_without_body_reads_as_empty(server):
    assert server("echo:app").get("/past-the-end").body == b""


def test_body_larger_than_any_buffer_arrives_whole(server):
    body = bytes(range(256)) * 4096 * 8
    assert server("echo:app").request("POST", body=body).body == body


def test_unread_body_does_not_become_the_next_request(server, target):
    running = server("echo:ignore", *target.keep_alive)
    with running.connect() as connection:
        assert connection.request("POST", body=b"GET /smuggled HTTP/1.1\r\n\r\n").body == b"ignored"
        assert connection.get().body == b"ignored"


def test_iterable_is_sent_piece_by_piece(server):
    response = server("stream:app").get("/?n=3&size=5")
    assert response.body == b"aaaaabbbbbccccc"
    assert response.header("Transfer-Encoding") == "chunked"
    assert response.chunks == [5, 5, 5]  # empty items are no chunks


def test_nothing_yielded_is_delayed(server, tmp_path):
    gate = tmp_path / "gate"
    with server("gate:chunked").connect() as connection:
        connection.send(f"GET /?file={gate} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        head = connection.read_head()
        assert head.header("Transfer-Encoding") == "chunked"
        assert connection.receive(len(b"6\r\nbefore\r\n")) == b"6\r\nbefore\r\n"
        gate.touch()
        assert connection.receive(len(b"5\r\nafter\r\n0\r\n\r\n")) == b"5\r\nafter\r\n0\r\n\r\n"


def test_write_sends_before_what_is_returned(server):
    assert server("write_callable:app").get().body == b"written, written again, returned"


def test_write_alone_is_enough(server):
    assert server("write_callable:write_only").get().body == b"only written"


def test_exc_info_replaces_a_head_that_was_not_sent(server):
    response = server("exc_info:app").get()
    assert (response.status, response.reason, response.body) == (500, "Replaced", b"replaced")
    assert response.header("X-Second") == "yes"


@pytest.mark.differs("Gunicorn adds the new headers to the old ones instead of replacing them")
def test_exc_info_drops_the_headers_of_the_first_head(server):
    assert server("exc_info:app").get().header("X-First") is None


def test_exc_info_after_the_head_ends_the_response_visibly(server):
    running = server("exc_info:late")
    with pytest.raises(Truncated) as truncated:
        running.get()
    assert truncated.value.partial.endswith(b"sent")
    running.wait_for_line(r"Error handling request")


def test_second_start_response_without_exc_info_is_an_error(server):
    running = server("exc_info:without")
    assert running.get().status == 500
    running.wait_for_line(r"Error handling request")


@pytest.mark.parametrize("options", [(), ("--no-sendfile",)], ids=["sendfile", "copy"])
@pytest.mark.parametrize("size", [0, 1, 300_000])
def test_file_wrapper_sends_the_file(server, tmp_path, options, size):
    content = (bytes(range(256)) * (size // 256 + 1))[:size]
    (tmp_path / "file").write_bytes(content)
    assert server("file_wrapper:app", *options).get(f"/?path={tmp_path}/file").body == content


@pytest.mark.parametrize("options", [(), ("--no-sendfile",)], ids=["sendfile", "copy"])
def test_file_wrapper_starts_where_the_file_stands(server, tmp_path, options):
    (tmp_path / "file").write_bytes(b"0123456789")
    assert server("file_wrapper:app", *options).get(f"/?path={tmp_path}/file&offset=4").body == b"456789"


def test_file_wrapper_sends_no_more_than_promised(server, tmp_path):
    (tmp_path / "file").write_bytes(b"0123456789")
    assert server("file_wrapper:app").get(f"/?path={tmp_path}/file&offset=2&length=3").body == b"234"


def test_file_wrapper_needs_no_content_length(server, tmp_path):
    (tmp_path / "file").write_bytes(b"0123456789" * 5000)
    assert server("file_wrapper:unknown_length").get(f"/?path={tmp_path}/file").body == b"0123456789" * 5000


def test_file_wrapper_takes_objects_that_are_no_files(server):
    assert server("file_wrapper:in_memory").get().body == b"not a file at all"


@pytest.mark.parametrize("status", [200, 201, 301, 404, 418, 500, 503])
def test_status_of_the_application_is_kept(server, status):
    assert server("status:app").get(f"/{status}").status == status


@pytest.mark.parametrize("status", [204, 304])
@pytest.mark.parametrize("tail", ["", "/body"])
def test_bodyless_status_has_no_body_even_if_the_application_sends_one(server, target, status, tail):
    running = server("status:answer", *target.keep_alive)
    running.expect_line(r"no-body response")
    with running.connect() as connection:
        response = connection.get(f"/{status}{tail}")
        assert (response.status, response.header("Transfer-Encoding")) == (status, None)
        assert connection.get("/200").body == b"body"


@pytest.mark.parametrize("app", ["hello:app", "stream:app", "write_callable:app", "lengths:none_for_head"])
def test_head_has_the_headers_of_get_and_no_body(server, target, app):
    running = server(app, *target.keep_alive)
    running.expect_line(r"no-body response")
    with running.connect() as connection:
        head = connection.request("HEAD")
        assert head.status == 200
        got = connection.get()
        assert got.body
        assert head.header("Content-Length") in (None, got.header("Content-Length"))


def test_response_headers_are_sent_as_given(server):
    response = server("headers:app").get()
    assert ("X-MiXeD-Case", "kept") in response.headers
    assert response.all("Set-Cookie") == ["a=1", "b=2"]
    assert (response.header("X-Latin"), response.header("X-Empty"), response.reason) == ("caf\xe9", "", "Fine by me")


def test_response_headers_may_be_lists(server):
    response = server("headers:in_lists").get()
    assert (response.status, response.header("X-Listed"), response.body) == (200, "yes", b"lists")


def test_headers_of_the_connection_belong_to_the_server(server):
    response = server("headers:hop_by_hop").get()
    assert response.body == b"owned"
    assert response.all("Transfer-Encoding") == [] and response.all("Keep-Alive") == []
    assert response.header("Server") != "mine"


def test_header_cannot_inject_another(server):
    running = server("headers:injected")
    response = running.get()
    assert response.status >= 400
    assert response.all("X-Injected") == []
    running.wait_for_line(r"\[(WARNING|ERROR)\]")


def test_header_value_that_is_no_text_is_an_error(server):
    running = server("headers:not_text")
    assert running.get().status == 500
    running.wait_for_line(r"Error handling request")


def test_status_may_lack_its_reason(server):
    assert server("headers:status_without_reason").get().body == b"ok"


def test_body_is_cut_at_its_content_length(server):
    assert server("lengths:too_long").get().body == b"12345"
    assert server("lengths:too_long_in_one").get().body == b"12345"


@pytest.mark.differs("Gunicorn keeps the connection and lets the client wait", hangs=True)
def test_body_shorter_than_its_content_length_ends_the_connection(server):
    running = server("lengths:too_short")
    running.expect_line(r"promised 10 bytes|Error handling request")
    with running.connect() as connection, pytest.raises(Truncated) as truncated:
        connection.get()
    assert truncated.value.partial == b"12345"


@pytest.mark.differs("Gunicorn sends such bodies chunked")
@pytest.mark.parametrize("app, length", [("none_single", "6"), ("empty_list", "0")])
def test_content_length_of_a_short_list_is_derived(server, app, length):
    assert server(f"lengths:{app}").get().header("Content-Length") == length


def test_body_of_a_tuple_arrives_whole(server):
    assert server("lengths:none_tuple").get().body == b"one, two"


SENT_TOO_EARLY = pytest.mark.differs("Gunicorn sends the head before it looks at the item")


@pytest.mark.parametrize(
    "app", ["before_start", "after_start", "on_first_item", "none_body", pytest.param("text_body", marks=SENT_TOO_EARLY)]
)
def test_failure_before_the_first_byte_is_a_500(server, app):
    running = server(f"raises:{app}")
    response = running.get()
    assert (response.status, response.header("Connection")) == (500, "close")
    running.wait_for_line(r"Error handling request")
    running.wait_for_line(r"Mishap|TypeError|AttributeError")


@pytest.mark.differs("Gunicorn's sync worker sends the status line `HTTP/1.1 None`")
def test_application_that_never_starts_its_response_is_a_500(server):
    running = server("raises:no_start")
    assert running.get().status == 500
    running.wait_for_line(r"Error handling request")


@pytest.mark.parametrize("app", ["midway", "midway_with_length"])
def test_failure_after_the_first_byte_ends_the_response_visibly(server, app):
    running = server(f"raises:{app}")
    with pytest.raises(Truncated):
        running.get()
    running.wait_for_line(r"Error handling request")


def test_failure_in_close_does_not_spoil_the_response(server):
    running = server("raises:in_close")
    running.expect_line(r"Error handling request|Mishap|close\(\)")
    assert running.get().body == b"sent"


def test_failure_in_close_does_not_cut_off_a_slow_reader(server, target):
    running = server("raises:in_close_of_much")
    running.expect_line(r"Error handling request|Mishap|close\(\)")
    with running.connect() as slow:
        slow.send(request_bytes("GET"))
        slow.read_head()
        if not target.is_gunicorn:  # which waits for its client before it calls close()
            running.wait_for_line("Error handling request")
        assert slow.receive(32 << 20) == b"x" * (32 << 20)


@pytest.mark.parametrize("app", ["app", "when_failing"])
def test_close_is_called_once(server, tmp_path, app):
    running, record = server(f"closing:{app}"), tmp_path / "record"
    running.expect_line(r"while iterating|Error handling request")
    running.exchange(f"GET /?record={record} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    running.stop()
    assert record.read_text() == "closed\n"


def test_close_is_called_for_head(server, tmp_path):
    running, record = server("closing:app"), tmp_path / "record"
    running.expect_line(r"no-body response")
    assert running.request("HEAD", f"/?record={record}").status == 200
    running.stop()
    assert record.read_text() == "closed\n"


def test_close_is_called_when_the_client_leaves(server, tmp_path):
    running, record = server("closing:when_endless"), tmp_path / "record"
    with running.connect() as connection:
        connection.send(f"GET /?record={record} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        connection.read_head()
    eventually(record.exists, what="close() called")
    running.stop()
    assert record.read_text() == "closed\n"


def test_wsgi_errors_reaches_the_error_log(server):
    running = server("noisy:app")
    assert running.get().body == b"noisy"
    running.wait_for_line(r"^to wsgi\.errors$")
    running.wait_for_line(r"^to stderr$")
    running.out.wait_for(r"^to stdout$")


@pytest.mark.differs("Gunicorn's go to a connection that has ended, or belongs to somebody else")
def test_what_an_application_keeps_is_over_with_its_request(server, target):
    over = "the request this start_response belongs to is over"
    with server("kept:app", *target.keep_alive).connect() as connection:
        for path, found in (("/", ""), ("/start", over), ("/write", over), ("/read", "")):
            assert connection.request("POST", path, body=b"mine").text == f"{found};mine"


def content_of(sizes):
    return b"".join(b"%d" % (number % 10) * size for number, size in enumerate(sizes))


@pytest.mark.parametrize("kind", ["list", "tuple"])
@pytest.mark.parametrize("sizes", [(0,), (0, 0), (3, 0, 4), (1,) * 300, (5000,) * 40, (10, 9000, 10, 10, 100_000, 7), (1 << 20, 1 << 20)],
                         ids=lambda sizes: f"{len(sizes)}x{max(sizes)}")
def test_items_of_a_list_arrive_in_order(server, kind, sizes):
    answer = server("in_list:app").get(f"/{kind}?" + ",".join(map(str, sizes)))
    assert answer.body == content_of(sizes)


def test_items_of_a_list_are_a_chunk_each(server):
    sent = server("in_list:app").exchange(request_bytes("GET", "/list?3,0,4,9000,2,1", [("Connection", "close")]))
    assert sent.partition(b"\r\n\r\n")[2] == chunked(b"000", b"2222", b"3" * 9000, b"44", b"5")


@pytest.mark.differs("Gunicorn says it with a traceback")
def test_items_before_one_that_is_no_bytes_are_sent(server):
    running = server("in_list:app")
    sent = running.exchange(request_bytes("GET", "/list?3,4,x,5", [("Connection", "close")]))
    assert sent.partition(b"\r\n\r\n")[2] == chunks(b"000", b"1111")
    running.wait_for_line("the application must yield bytes, not str")
