"""A refusal reaches the client whatever it still sends, and its log line the operator, whatever the client wrote."""

import json
import re
import socket
import struct

import pytest

from harness.wire import request_bytes

BAD = b"GET / HTTP/1.1\r\nHost: a\r\nNa me: b\r\n\r\n"


def test_answer_is_not_eaten_by_what_is_sent_behind(server):
    running = server("hello:app")
    with running.connect() as connection:
        connection.send(BAD + b"x" * (1 << 20))
        answer = connection.read_until_closed()
    assert answer.startswith(b"HTTP/1.1 400 ") and answer.endswith(b"</html>\n")
    running.wait_for_line(r"Invalid request from ip=")


def test_answer_is_the_same_however_the_request_is_cut(server):
    running = server("hello:app")
    answers = set()
    for size in (1, 7, len(BAD)):
        with running.connect() as connection:
            connection.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for at in range(0, len(BAD), size):
                connection.send(BAD[at : at + size])
            answers.add(connection.read_until_closed())
    assert len(answers) == 1
    running.wait_for_line(r"Invalid request from ip=", count=3)


@pytest.mark.differs("Gunicorn's sync worker answers one request a connection")
def test_good_requests_before_a_bad_one_are_answered_first(server):
    running = server("sleeps:app")
    with running.connect() as connection:
        good = request_bytes("GET", "/?seconds=0.3") + request_bytes("GET", "/")
        connection.send(good + BAD + b"x" * (1 << 20))
        assert [connection.read_response().status for _ in range(3)] == [200, 200, 400]
        assert connection.is_closed()
    running.wait_for_line(r"Invalid request from ip=")


@pytest.mark.ours("a limit on the lines that strangers can have written")
def test_many_refusals_are_counted_instead_of_logged(server):
    running = server("hello:app")
    running.expect_line(r"Invalid request from ip=")
    for _ in range(60):
        with running.connect() as connection:
            connection.send(BAD)
            assert connection.read_response().status == 400
    match = running.wait_for_line(r"(\d+) more requests were refused in the last second")
    assert match
    lines = len(running.err.matches(r"Invalid request from ip="))
    assert 10 <= lines < 60


def test_nothing_that_a_client_sends_reaches_the_log_bare(server):
    running = server("raises:before_start", "--access-logfile", "-")
    running.expect_line(r".*")
    for target, field in (("/\\x1b", b"\x9b2J"), ("/%0a[forged]", "\u009b31m".encode()), ("/", b"\xff\xfe\"quoted\\"), ("/", b"\xe2\x28")):
        with running.connect() as connection:
            connection.send(b"GET " + target.encode() + b" HTTP/1.1\r\nHost: a\r\nUser-Agent: " + field + b"\r\nExpect: " + field + b"\r\n\r\n")
            connection.read_response()
        with running.connect() as connection:
            connection.send(b"GET " + target.encode() + b" HTTP/1.0\r\nUser-Agent: " + field + b"\r\n\r\n")
            connection.read_response()
    running.wait_for_line(r"Invalid request from ip=", count=4)
    running.stop()
    for log in (running.out, running.err):
        for line in log.lines:
            assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffd]", line), line


@pytest.fixture
def proxied(server):
    def start(*options, app="environ:app"):
        return server(app, "--access-logfile", "-", *options)

    return start


def announced(running, header, count=1):

    with running.connect() as connection:
        connection.send(header)
        return [json.loads(connection.get().body) for _ in range(count)]


V1 = b"PROXY TCP4 192.0.2.1 192.0.2.2 4711 443\r\n"
SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"


def v2(command, family, data):
    return SIGNATURE + bytes([0x20 | command, family]) + struct.pack("!H", len(data)) + data


V2 = v2(1, 0x11, bytes([192, 0, 2, 1, 192, 0, 2, 2]) + struct.pack("!HH", 4711, 443) + b"\x04\x00\x01x")
V2_IPV6 = v2(1, 0x21, socket.inet_pton(socket.AF_INET6, "2001:db8::1") * 2 + struct.pack("!HH", 4711, 443))


@pytest.mark.parametrize("mode, header", [("v1", V1), ("v2", V2), ("auto", V1), ("auto", V2)])
def test_announced_client_is_the_client(proxied, mode, header):
    running = proxied("--proxy-protocol", mode)
    (seen,) = announced(running, header)
    assert (seen["REMOTE_ADDR"], seen["REMOTE_PORT"]) == ("192.0.2.1", "4711")
    assert (seen["PROXY_PROTOCOL"], seen["PROXY_ADDR"], seen["PROXY_PORT"]) == ("TCP4", "192.0.2.2", "443")
    running.out.wait_for(r'^192\.0\.2\.1 - - .*"GET / HTTP/1\.1" 200')


@pytest.mark.differs("Gunicorn's sync worker has no second request, gthread forgets the address", hangs=True)
def test_announced_client_is_the_client_of_all_requests(proxied):
    running = proxied("--proxy-protocol", "auto")
    assert {seen["REMOTE_ADDR"] for seen in announced(running, V1, count=3)} == {"192.0.2.1"}


def test_announced_client_may_have_an_ipv6_address(proxied):
    (seen,) = announced(proxied("--proxy-protocol", "auto"), V2_IPV6)
    assert (seen["REMOTE_ADDR"], seen["PROXY_PROTOCOL"]) == ("2001:db8::1", "TCP6")


@pytest.mark.differs("Gunicorn has no address then, or answers 400")
@pytest.mark.parametrize("header", [b"PROXY UNKNOWN\r\n", v2(0, 0, b""), v2(1, 0, b"")])
def test_proxy_that_speaks_for_itself_is_the_client(proxied, header):
    (seen,) = announced(proxied("--proxy-protocol", "auto"), header)
    assert seen["REMOTE_ADDR"] == "127.0.0.1" and "PROXY_ADDR" not in seen


def test_connection_without_announcement_is_served(proxied):
    (seen,) = announced(proxied("--proxy-protocol", "auto"), b"")
    assert seen["REMOTE_ADDR"] == "127.0.0.1"


def test_announcement_of_a_stranger_is_forbidden(proxied):
    running = proxied("--proxy-protocol", "v1", "--proxy-allow-from", "10.0.0.0/8")
    assert running.exchange(V1 + request_bytes("GET")).startswith(b"HTTP/1.1 403 ")
    running.wait_for_line(r"\[WARNING\] .*127\.0\.0\.1")
    assert running.get().status == 200


def test_network_may_be_allowed_to_announce(proxied):
    running = proxied("--proxy-protocol", "v1", "--proxy-allow-from", "10.0.0.0/8,127.0.0.0/8")
    assert announced(running, V1)[0]["REMOTE_ADDR"] == "192.0.2.1"


@pytest.mark.parametrize("header", [b"PROXY TCP4 192.0.2.1\r\n", b"PROXY TCP4 192.0.2.256 1.1.1.1 1 1\r\n", b"PROXY " + b"x" * 200 + b"\r\n"])
def test_broken_announcement_is_refused(proxied, header):
    running = proxied("--proxy-protocol", "v1")
    assert running.exchange(header + request_bytes("GET")).startswith(b"HTTP/1.1 400 ")
    running.wait_for_line(r"Invalid request from ip=127\.0\.0\.1")


def test_announcement_is_no_request_where_it_is_not_expected(proxied):
    running = proxied()
    assert running.exchange(V1).startswith(b"HTTP/1.1 400 ")
    running.wait_for_line(r"Invalid request from ip=127\.0\.0\.1")


@pytest.mark.ours("real_client_address")
class TestRealClientAddress:
    def seen(self, running, *headers):

        return json.loads(running.get(headers=headers).body)

    def test_is_taken_from_x_forwarded_for(self, proxied):
        running = proxied("--real-client-address", "x-forwarded-for", "--forwarded-allow-ips", "127.0.0.1,10.0.0.0/8")
        seen = self.seen(running, ("X-Forwarded-For", "198.51.100.7, 192.0.2.1"), ("X-Forwarded-For", "10.1.2.3"))
        assert seen["REMOTE_ADDR"] == "192.0.2.1" and "REMOTE_PORT" not in seen
        running.out.wait_for(r"^192\.0\.2\.1 - - ")

    def test_is_taken_from_forwarded(self, proxied):
        running = proxied("--real-client-address", "forwarded")
        seen = self.seen(running, ("Forwarded", 'for=198.51.100.7, for="[2001:db8::1]:4711";proto=https'))
        assert (seen["REMOTE_ADDR"], seen["REMOTE_PORT"]) == ("2001:db8::1", "4711")

    def test_is_refused_where_entries_cannot_be_told_apart(self, proxied):
        running = proxied("--real-client-address", "forwarded")
        response = running.get(headers=[("Forwarded", 'for=", for=192.0.2.7')])
        assert response.status == 400
        running.wait_for_line(r"Invalid request from ip=127\.0\.0\.1: Invalid HTTP Header: 'FORWARDED'")

    def test_is_not_taken_from_strangers(self, proxied):
        running = proxied("--real-client-address", "x-forwarded-for", "--forwarded-allow-ips", "10.0.0.1")
        assert self.seen(running, ("X-Forwarded-For", "192.0.2.1"))["REMOTE_ADDR"] == "127.0.0.1"

    def test_is_the_connection_s_by_default(self, proxied):
        assert self.seen(proxied(), ("X-Forwarded-For", "192.0.2.1"))["REMOTE_ADDR"] == "127.0.0.1"

    def test_is_that_of_a_refused_request_too(self, proxied):
        running = proxied("--real-client-address", "x-forwarded-for", "--limit-request-body", "1")
        response = running.request("POST", headers=[("X-Forwarded-For", "192.0.2.1")], body=b"xx")
        assert response.status == 413
        running.wait_for_line(r"Invalid request from ip=192\.0\.2\.1")
        running.out.wait_for(r"^192\.0\.2\.1 - - .* 413 ")
