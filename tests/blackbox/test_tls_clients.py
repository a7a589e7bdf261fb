"""HTTPS under clients that are slow, mute, gone, greedy, or not speaking TLS at all."""

import os
import socket
import ssl
import time

import pytest
from harness.patience import LATER
from harness.tls import MemoryTls, TlsConnection
from harness.wire import Connection, request_bytes

TLS12, TLS13 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3
VERSIONS = pytest.mark.parametrize("version", [TLS12, TLS13])
HOLDS = pytest.mark.differs("a worker of Gunicorn is held by its client", hangs=True)


@pytest.fixture
def plain():
    connections = []

    def open_connection(process, timeout=LATER):
        connections.append(Connection(process.address, timeout))
        return connections[-1]

    yield open_connection
    for connection in connections:
        connection.close()


def one_byte_at_a_time(connection):
    connection.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(data):
        for position in range(len(data)):
            connection.send(data[position : position + 1])

    return send


@VERSIONS
def test_client_whose_records_come_byte_by_byte_is_served(https, authority, plain, version):
    connection = plain(https("echo:app"))
    client = MemoryTls(authority.context(version), connection.socket, one_byte_at_a_time(connection))
    client.handshake()
    client.write(request_bytes("POST", "/", body=b"slowly"))
    assert client.read_up_to(b"slowly").startswith(b"HTTP/1.1 200")


@VERSIONS
def test_two_requests_in_records_cut_anywhere_are_both_served(https, authority, plain, target, version):
    connection = plain(https("hello:app", *target.keep_alive))
    sent = []
    client = MemoryTls(authority.context(version), connection.socket, connection.send)
    client.handshake()
    client.send = sent.append
    client.write(request_bytes("GET", "/"))
    client.write(request_bytes("GET", "/"))
    data = b"".join(sent)
    cut = len(data) // 2 + 7  # within the second record
    connection.send(data[:cut])
    assert client.read_up_to(b"Hello, world!\n").startswith(b"HTTP/1.1 200")
    connection.send(data[cut:])
    assert client.read_up_to(b"Hello, world!\n").startswith(b"HTTP/1.1 200")


# More than one read takes off the socket, in one go: no event tells of what is here already.
@VERSIONS
def test_body_that_came_at_once_is_read_to_its_end(https, authority, plain, version):
    body = os.urandom(400_000)
    connection = plain(https("echo:app"))
    sent = []
    client = MemoryTls(authority.context(version), connection.socket, connection.send)
    client.handshake()
    client.send = sent.append
    for begin in range(0, len(body), 1000):  # hundreds of small records
        client.write((request_bytes("POST", "/", body=body[:1000]).replace(b": 1000", b": 400000") if begin == 0
                      else body[begin : begin + 1000]))
    connection.send(b"".join(sent))
    answer = client.read()
    while len(answer.partition(b"\r\n\r\n")[2]) < len(body):
        answer += client.read()
    assert answer.endswith(body)


@pytest.mark.ours("Gunicorn waits for ever")
def test_client_that_says_nothing_is_let_go(https, plain):
    process = https("hello:app", "--log-level", "debug")
    assert plain(process).is_closed()
    process.wait_for_line(r"TLS handshake with 127\.0\.0\.1 failed: not done after 10 s")


@HOLDS
def test_client_that_says_nothing_holds_nobody(https, connect, plain):
    process = https("hello:app")
    for _ in range(5):
        plain(process)
    half = plain(process)
    half.send(b"\x16\x03\x01")
    assert connect(process).get().status == 200


@HOLDS
@VERSIONS
@pytest.mark.parametrize("app", ["app", "in_pieces"])
def test_client_that_reads_nothing_holds_nobody(https, connect, version, app):
    size = 16 << 20
    process = https(f"big:{app}")
    slow = connect(process, version)
    slow.send(request_bytes("GET", f"/?n={size}"))
    slow.read_head()
    assert connect(process, version).get("/?n=10").body == b"x" * 10
    assert slow.receive(size) == b"x" * size


@HOLDS
def test_client_that_reads_no_file_holds_nobody(https, connect, tmp_path):
    content = bytes(range(256)) * (16 << 12)
    (tmp_path / "file").write_bytes(content)
    process = https("file_wrapper:app")
    slow = connect(process)
    slow.send(request_bytes("GET", f"/?path={tmp_path}/file"))
    slow.read_head()
    assert connect(process).get(f"/?path={tmp_path}/file&length=10").body == content[:10]
    assert slow.receive(len(content)) == content


def test_client_that_leaves_within_its_answer_is_forgotten(https, connect):
    process = https("big:app")
    leaving = connect(process)
    leaving.send(request_bytes("GET", "/?n=16777216"))
    leaving.read_head()
    leaving.reset()
    assert connect(process).get("/?n=10").body == b"x" * 10


@pytest.mark.differs("Gunicorn closes, and logs a traceback")
def test_plain_http_is_answered_in_plain_text(https, plain):
    process = https("hello:app")
    process.expect_line("Invalid request from ip=127.0.0.1: The plain HTTP request was sent to HTTPS port")
    connection = plain(process)
    response = connection.get()
    assert response.status == 400
    assert "The plain HTTP request was sent to HTTPS port" in response.text
    assert connection.read_until_closed() == b""
    process.wait_for_line("The plain HTTP request was sent to HTTPS port")


@pytest.mark.differs("Gunicorn closes, and logs a traceback")
def test_plain_http_with_a_large_body_still_gets_its_answer(https, plain):
    process = https("hello:app")
    process.expect_line("The plain HTTP request was sent to HTTPS port")
    connection = plain(process)
    connection.send(request_bytes("POST", "/", body=b"x" * 60_000))
    assert connection.read_response().status == 400


@pytest.mark.ours("Gunicorn logs nothing")
@pytest.mark.parametrize("said, reason", [
    (b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00", "failed: "),
    (b"\x00" * 64, "failed: An invalid SSL record was received"),
    (b"\x80\x2e\x01\x03\x01" + b"\0" * 60, "failed: "),
], ids=["short hello", "zeros", "SSLv2"])
def test_nonsense_is_refused_with_an_end(https, plain, said, reason):
    process = https("hello:app", "--log-level", "debug")
    connection = plain(process)
    connection.send(said)
    connection.finish_sending()
    connection.read_until_closed()
    process.wait_for_line(rf"TLS handshake with 127\.0\.0\.1 {reason}")


@pytest.mark.ours("Gunicorn logs nothing")
def test_client_that_refuses_our_certificate_is_logged_with_its_reason(https):
    process = https("hello:app", "--log-level", "debug")
    with pytest.raises(ssl.SSLCertVerificationError):
        TlsConnection(process.address, ssl.create_default_context())
    process.wait_for_line(r"TLS handshake with 127\.0\.0\.1 failed: the client refused: unknown CA \(alert 48\)")


def test_connections_that_come_and_go_leave_nothing_behind(https, connect, plain):
    process = https("hello:app")
    for _ in range(20):
        plain(process).close()
        plain(process).reset()
    assert connect(process).get().status == 200


@pytest.mark.ours("a test of speed")
def test_handshakes_do_not_hold_a_client_that_is_connected(https, connect):
    process = https("hello:app", "-k", "gthread", "--threads", "2")
    connection = connect(process)
    connection.get()
    others = [connect(process) for _ in range(20)]
    began = time.monotonic()
    assert connection.get().status == 200
    assert time.monotonic() - began < 1
    assert all(other.get().status == 200 for other in others)


@pytest.mark.differs("Gunicorn looks for the header within TLS, where no proxy puts it", hangs=True)
@VERSIONS
def test_proxy_announces_its_client_before_the_handshake(https, authority, plain, version):
    connection = plain(https("environ:app", "--proxy-protocol", "v1"))
    connection.send(b"PROXY TCP4 192.0.2.7 198.51.100.1 5555 443\r\n")
    client = MemoryTls(authority.context(version), connection.socket, connection.send)
    client.handshake()
    client.write(request_bytes("GET", "/"))
    answer = client.read_up_to(b"}")
    assert b'"REMOTE_ADDR": "192.0.2.7"' in answer
    assert b'"wsgi.url_scheme": "https"' in answer


@pytest.mark.differs("Gunicorn looks for the header within TLS, where no proxy puts it", hangs=True)
def test_bad_announcement_is_answered_in_plain_text(https, plain):
    process = https("hello:app", "--proxy-protocol", "v1")
    process.expect_line("Invalid PROXY header")
    connection = plain(process)
    connection.send(b"PROXY TCP4 nonsense\r\n")
    assert connection.read_response().status == 400
