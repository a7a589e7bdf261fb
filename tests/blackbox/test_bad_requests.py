"""One reading of every byte, or an error answer, a line in the log and a closed connection."""

import pytest

from harness.wire import request_bytes

HOST = "Host: localhost\r\n"
WAITS = pytest.mark.differs("Gunicorn waits for a CRLF that never comes", hangs=True)
CLOSES = pytest.mark.differs("Gunicorn closes without an answer")
SERVES = pytest.mark.differs("Gunicorn serves it")


def get(header="", line="GET / HTTP/1.1"):
    return f"{line}\r\n{HOST}{header}\r\n".encode("latin-1")


def post(header, body=""):
    return f"POST / HTTP/1.1\r\n{HOST}{header}\r\n{body}".encode("latin-1")


def chunks(body):
    return post("Transfer-Encoding: chunked\r\n", body)


def case(name, data, *statuses, marks=()):
    return pytest.param(data, statuses or (400,), id=name, marks=marks)


REQUEST_LINES = [
    case("no-http", b"hello\r\n\r\n"),
    case("no-version", b"GET /\r\n\r\n"),
    case("lower-case-method", get(line="get / HTTP/1.1")),
    case("method-with-bracket", get(line="GE(T / HTTP/1.1")),
    case("two-blanks", get(line="GET  / HTTP/1.1")),
    case("blank-in-target", get(line="GET /a b HTTP/1.1")),
    case("version-2", get(line="GET / HTTP/2.0"), 400, 505),
    case("version-of-three-digits", get(line="GET / HTTP/1.10")),
    case("no-slash", get(line="GET index.html HTTP/1.1")),
    case("asterisk-without-options", get(line="GET * HTTP/1.1")),
    case("control-byte-in-target", get(line="GET /a\x01b HTTP/1.1"), marks=SERVES),
    case("bare-line-feeds", b"GET / HTTP/1.1\nHost: localhost\n\n", marks=WAITS),
    case("tls-hello", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(32), marks=WAITS),
]

HEADERS = [
    case("no-colon", get("Nothing\r\n")),
    case("empty-name", get(": value\r\n")),
    case("blank-before-colon", get("Name : value\r\n")),
    case("blank-in-name", get("Na me: value\r\n")),
    case("bracket-in-name", get("Na(me: value\r\n")),
    case("folded", get("Name: one\r\n two\r\n")),
    case("nul-in-value", get("Name: a\0b\r\n")),
    case("bare-cr-in-value", get("Name: a\rb\r\n")),
    case("bare-lf-in-value", get("Name: a\nInjected: b\r\n")),
    case("delete-in-value", get("Name: a\x7fb\r\n")),
    case("two-hosts", get("Host: other\r\n")),
]

FRAMING = [
    case("length-with-plus", post("Content-Length: +1\r\n", "x")),
    case("length-with-minus", post("Content-Length: -1\r\n", "x")),
    case("length-in-hex", post("Content-Length: 0x1\r\n", "x")),
    case("length-empty", post("Content-Length: \r\n", "x")),
    case("length-list", post("Content-Length: 1, 1\r\n", "x")),
    case("length-of-two-numbers", post("Content-Length: 1 1\r\n", "x")),
    case("length-underscored", post("Content-Length: 0_1\r\n", "x")),
    case("length-overflowing", post(f"Content-Length: {1 << 64}\r\n", "x"), 400, 413, marks=WAITS),
    case("two-lengths", post("Content-Length: 1\r\nContent-Length: 2\r\n", "xx")),
    case("same-length-twice", post("Content-Length: 1\r\nContent-Length: 1\r\n", "x")),
    case("length-and-chunked", post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
    case("chunked-and-length", post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n")),
    case("chunked-twice", post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n")),
    case("chunked-twice-in-two-lines", post("Transfer-Encoding: chunked\r\n" * 2, "0\r\n\r\n")),
    case("chunked-not-last", post("Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n")),
    case("unknown-coding", post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), 501),
    case("quoted-coding", post('Transfer-Encoding: "chunked"\r\n', "0\r\n\r\n"), 400, 501),
    case("chunked-in-1.0", b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    case("no-break-space-before-chunked", post("Transfer-Encoding: \xa0chunked\r\n", "0\r\n\r\n"), 400, 501, marks=SERVES),
]

CHUNKS = [
    case("size-no-number", chunks("zz\r\nhello\r\n0\r\n\r\n"), marks=CLOSES),
    case("size-with-prefix", chunks("0x5\r\nhello\r\n0\r\n\r\n"), marks=CLOSES),
    case("size-with-minus", chunks("-5\r\nhello\r\n0\r\n\r\n"), marks=CLOSES),
    case("size-with-plus", chunks("+5\r\nhello\r\n0\r\n\r\n"), marks=CLOSES),
    case("size-missing", chunks("\r\nhello\r\n0\r\n\r\n"), marks=CLOSES),
    case("size-overflowing", chunks("fffffffffffffffff\r\nhello\r\n0\r\n\r\n"), 400, 413, marks=WAITS),
    case("blank-before-size", chunks(" 5\r\nhello\r\n0\r\n\r\n"), marks=CLOSES),
    case("data-too-long", chunks("5\r\nhello!\r\n0\r\n\r\n"), marks=CLOSES),
    case("line-feed-after-size", chunks("5\nhello\r\n0\r\n\r\n"), marks=WAITS),
    case("bare-cr-in-extension", chunks("5;a\rb\r\nhello\r\n0\r\n\r\n"), marks=CLOSES),
    case("length-as-trailer", chunks("5\r\nhello\r\n0\r\nContent-Length: 5\r\n\r\n")),
    case("folded-trailer", chunks("5\r\nhello\r\n0\r\nX-T: a\r\n b\r\n\r\n")),
]


@pytest.mark.parametrize("data, statuses", [*REQUEST_LINES, *HEADERS, *FRAMING, *CHUNKS])
def test_refused(server, data, statuses):
    running = server("echo:app")
    with running.connect() as connection:
        connection.send(data)
        response = connection.read_response()
        assert response.status in statuses
        assert response.header("Connection") == "close"
        assert connection.is_closed()
    running.wait_for_line(r"\[WARNING\] Invalid request from ip=127\.0\.0\.1: .")
    assert running.request("POST", body=b"served all the same").status == 200


@pytest.mark.parametrize("data, statuses", [*REQUEST_LINES, *HEADERS, *FRAMING, *CHUNKS])
def test_refused_byte_by_byte(server, data, statuses):
    running = server("echo:app")
    with running.connect() as connection:
        try:
            for at in range(len(data)):
                connection.send(data[at : at + 1])
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused before its end
        assert connection.read_response().status in statuses
    running.wait_for_line(r"\[WARNING\] Invalid request from ip=127\.0\.0\.1: .")


def test_unmet_expectation_is_refused(server):
    running = server("echo:app")
    assert running.request("POST", headers=[("Expect", "the-impossible")], body=b"x").status == 417
    running.wait_for_line(r"Invalid request from ip=")


def test_contradictory_schemes_are_refused(server):
    running = server("hello:app")
    response = running.get(headers=[("X-Forwarded-Proto", "https"), ("X-Forwarded-SSL", "off")])
    assert response.status == 400
    running.wait_for_line(r"Invalid request from ip=")


@pytest.mark.differs("Gunicorn answers 400")
def test_long_request_line_is_414(server):
    running = server("hello:app", "--limit-request-line", "100")
    assert running.get("/" + "a" * 80).status == 200
    assert running.get("/" + "a" * 100).status == 414
    running.wait_for_line(r"Invalid request from ip=127\.0\.0\.1: .*100")


@pytest.mark.differs("Gunicorn waits for the end of the line", hangs=True)
def test_endless_request_line_is_cut_off(server):
    running = server("hello:app")
    with running.connect() as connection:
        connection.send(b"GET /" + b"a" * 100_000)
        assert connection.read_response().status == 414
    running.wait_for_line(r"Invalid request from ip=")


def test_too_many_headers_are_431(server):
    running = server("hello:app", "--limit-request-fields", "10")
    assert running.get(headers=[(f"X-{number}", "v") for number in range(7)]).status == 200
    assert running.get(headers=[(f"X-{number}", "v") for number in range(11)]).status == 431
    running.wait_for_line(r"Invalid request from ip=")


def test_long_header_is_431(server):
    running = server("hello:app", "--limit-request-field_size", "200")
    assert running.get(headers=[("X-Fits", "v" * 180)]).status == 200
    assert running.get(headers=[("X-Long", "v" * 220)]).status == 431
    running.wait_for_line(r"Invalid request from ip=")


def test_default_limits_are_those_of_gunicorn(server):
    running = server("hello:app")
    assert running.get("/" + "a" * 4000).status == 200
    assert running.get(headers=[(f"X-{number}", "v") for number in range(95)]).status == 200
    assert running.get(headers=[("X-Long", "v" * 8100)]).status == 200
    assert running.get(headers=[("X-Long", "v" * 8300)]).status == 431
    running.wait_for_line(r"Invalid request from ip=")


@pytest.mark.differs("Gunicorn writes what the client sent into the page, escaped")
def test_error_page_does_not_repeat_the_request(server):
    running = server("hello:app")
    answer = running.exchange(get(line="GET <script> HTTP/1.1"))
    assert b" 400 " in answer and b"script" not in answer
    running.wait_for_line(r"Invalid request from ip=")


@pytest.mark.parametrize("part", [b"", b"GET", b"GET / HTTP/1.1\r\nHost: x\r\n", request_bytes("POST", body=b"x" * 9)[:-5]])
@pytest.mark.parametrize("way", ["close", "reset"])
def test_client_that_leaves_midway_is_no_trouble(server, part, way):
    running = server("echo:app")
    running.expect_line(r"Invalid request from ip=.*(closed|incomplete|EOF)|Ignoring (connection|EOF)")
    connection = running.connect()
    connection.send(part)
    getattr(connection, way)()
    assert running.request("POST", body=b"next").body == b"next"
