"""Behind nginx and HAProxy, as the documentation of either has it: nothing is lost, changed or delayed."""

import hashlib
import json
import os
import re
import signal
import socket
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness import programs
from harness.load import Load
from harness.patience import LATER, eventually
from harness.wire import Connection, chunked, request_bytes
from harness.worker_classes import GTHREAD, each_class

pytestmark = pytest.mark.xdist_group("proxies")


@pytest.fixture
def behind(server, tmp_path):
    """Starts a proxy before a running server: behind(programs.nginx, running)."""
    proxies = []

    def start(kind, running, *options, **more):
        proxies.append(kind(tmp_path / f"proxy{len(proxies)}", running.address, *options, **more))
        return proxies[-1]

    yield start
    for proxy in proxies:
        proxy.stop()
        print(f"{proxy.log}:\n{proxy.log.read_text()}")


def ask(proxy, method="GET", target="/", headers=(), body=b""):
    with Connection(proxy.address, LATER) as connection:
        return connection.request(method, target, [*headers, ("Connection", "close")], body)


HTTP_PROXIES = [
    pytest.param(programs.nginx, (), id="nginx"),
    pytest.param(programs.nginx, ("proxy_buffering off", "proxy_request_buffering off"), id="nginx-unbuffered"),
    pytest.param(programs.haproxy, ("http-reuse always",), id="haproxy"),
]
BIND = [pytest.param("127.0.0.1:0", id="tcp"), pytest.param("unix:listening.sock", id="unix")]


@pytest.mark.parametrize("bind", BIND)
@pytest.mark.parametrize("kind, options", HTTP_PROXIES)
def test_requests_of_many_clients_are_answered(server, behind, kind, options, bind):
    running = server("pid:app", "-w", "2", *GTHREAD, bind=bind)
    proxy = behind(kind, running, *options)

    def visit(_):
        with Connection(proxy.address, LATER) as connection:
            return [connection.get().status for _ in range(50)]

    with ThreadPoolExecutor(8) as pool:
        statuses = [status for found in pool.map(visit, range(8)) for status in found]
    assert statuses == [200] * 400


@pytest.mark.parametrize("kind, options", HTTP_PROXIES)
def test_connections_to_the_server_are_used_again(server, behind, target, kind, options):
    running = server("environ:app", *target.keep_alive)
    proxy = behind(kind, running, *options)
    ports = {json.loads(ask(proxy).body)["REMOTE_PORT"] for _ in range(40)}
    assert len(ports) <= 8


@pytest.mark.parametrize("kind, options", HTTP_PROXIES)
@pytest.mark.parametrize("framing", ["length", "chunked"])
def test_upload_arrives_whole(server, behind, kind, options, framing):
    proxy = behind(kind, server("input_calls:digest"), *options)
    content = os.urandom(5 << 20)
    if framing == "length":
        answer = ask(proxy, "POST", body=content)
    else:
        pieces = chunked(*(content[at : at + 100_000] for at in range(0, len(content), 100_000)))
        answer = ask(proxy, "POST", "/", [("Transfer-Encoding", "chunked")], pieces)
    assert answer.text == f"{hashlib.sha256(content).hexdigest()} {len(content)}"


@pytest.mark.parametrize("kind, options", HTTP_PROXIES)
def test_download_arrives_whole(server, behind, tmp_path, kind, options):
    content = os.urandom(5 << 20)
    (tmp_path / "file").write_bytes(content)
    running = server("files:app")
    proxy = behind(kind, running, *options)
    target = f"/?path={tmp_path}/file&record={tmp_path}/record"
    assert ask(proxy, target=target).body == content
    assert ask(proxy, target=f"{target}&length={len(content)}").body == content


@pytest.mark.parametrize("kind, options", [HTTP_PROXIES[1], HTTP_PROXIES[2]])
def test_stream_is_not_delayed(server, behind, tmp_path, kind, options):
    proxy = behind(kind, server("gate:chunked"), *options)
    gate = tmp_path / "gate"
    with Connection(proxy.address, LATER) as connection:
        connection.send(request_bytes("GET", f"/?file={gate}"))
        connection.read_head()
        assert connection.receive(len(b"6\r\nbefore\r\n")) == b"6\r\nbefore\r\n"
        gate.touch()
        assert connection.receive(len(b"5\r\nafter\r\n0\r\n\r\n")) == b"5\r\nafter\r\n0\r\n\r\n"


@pytest.mark.parametrize("kind, options", HTTP_PROXIES)
def test_head_and_bodyless_answers_leave_the_connection_usable(server, behind, target, kind, options):
    running = server("status:answer", *target.keep_alive)
    running.expect_line("no-body response")
    proxy = behind(kind, running, *options)
    with Connection(proxy.address, LATER) as connection:
        for _ in range(3):
            assert connection.get("/204").status == 204
            assert connection.get("/304/body").status == 304
            assert connection.request("HEAD", "/200").body == b""
            assert connection.get("/200").body == b"body"


def test_client_that_leaves_nginx_ends_its_stream(server, behind, tmp_path):
    proxy = behind(programs.nginx, server("leaving:app", *GTHREAD), "proxy_buffering off")
    record = tmp_path / "record"
    with Connection(proxy.address, LATER) as connection:
        connection.send(request_bytes("GET", f"/ticking?record={record}"))
        connection.read_head()
    eventually(record.exists, what="the generator closed")
    assert ask(proxy).body == b"calm"


def test_scheme_comes_from_the_proxy(server, behind):
    proxy = behind(programs.nginx, server("environ:app"), scheme="https")
    seen = json.loads(ask(proxy).body)
    assert seen["wsgi.url_scheme"] == "https"
    assert (seen["REMOTE_ADDR"], seen["HTTP_X_FORWARDED_FOR"]) == ("127.0.0.1", "127.0.0.1")


@pytest.mark.parametrize("kind", [programs.nginx_stream, programs.haproxy])
def test_bytes_are_passed_on(server, behind, kind):
    running = server("hello:app", *GTHREAD)
    proxy = behind(kind, running, **({"mode": "tcp"} if kind is programs.haproxy else {}))
    with Connection(proxy.address, LATER) as connection:
        assert [connection.get().body for _ in range(20)] == [b"Hello, world!\n"] * 20


def test_haproxy_checks_the_server(server, behind):
    running = server("hello:app", "--access-logfile", "-")
    proxy = behind(programs.haproxy, running, "option httpchk GET /check", "http-check expect status 200",
                   per_server="check inter 100ms fall 1 rise 1")
    running.out.wait_for(r'"GET /check HTTP/1\.[01]" 200', count=3)
    assert ask(proxy).status == 200
    assert "DOWN" not in proxy.log.read_text()


@pytest.mark.differs("Gunicorn retires the old workers before the new ones serve", hangs=True)
@each_class
@pytest.mark.parametrize("kind, how", [HTTP_PROXIES[0], HTTP_PROXIES[2]])
def test_reloads_behind_a_proxy_lose_nothing(server, behind, kind, how, options):
    running = server("hello:app", "-w", "2", *options)
    proxy = behind(kind, running, *how)
    with Load(proxy.address, fresh=2, kept=3) as load:
        for done in range(1, 6):
            running.kill(signal.SIGHUP)
            running.wait_for_line(r"Reload complete: 2 new workers serve", LATER, count=done)
        eventually(lambda: load.answered >= 20, LATER, "answers to some of the clients")
    assert load.losses == []
    assert set(load.answers) == {200}
    running.await_workers(2)


def ask_from(address, proxy):
    """The environ of a request that a client at `address` sends through the proxy, twice on one connection."""
    with socket.create_connection(proxy.address, LATER, source_address=(address, 0)) as client:
        found = []
        for _ in range(2):
            client.sendall(request_bytes("GET"))
            found.append(json.loads(read_body(client)))
        return found, client.getsockname()


def read_body(client):
    received = b""
    while b"\r\n\r\n" not in received:
        received += client.recv(65536)
    head, _, body = received.partition(b"\r\n\r\n")
    length = int(re.search(rb"(?i)content-length: (\d+)", head)[1])
    while len(body) < length:
        body += client.recv(65536)
    return body


PROXY_SENDERS = [
    pytest.param(programs.nginx_stream, ("proxy_protocol on",), {}, id="nginx"),
    pytest.param(programs.haproxy, (), {"mode": "tcp", "per_server": "send-proxy"}, id="haproxy-v1"),
    pytest.param(programs.haproxy, (), {"mode": "tcp", "per_server": "send-proxy-v2"}, id="haproxy-v2"),
    pytest.param(programs.haproxy, ("http-reuse never",), {"per_server": "send-proxy"}, id="haproxy-http-v1"),
    pytest.param(programs.haproxy, ("http-reuse never",), {"per_server": "send-proxy-v2"}, id="haproxy-http-v2"),
]


@pytest.mark.differs("Gunicorn's gthread forgets the client's address with the second request")
@pytest.mark.parametrize("kind, options, more", PROXY_SENDERS)
def test_address_of_the_client_comes_with_the_proxy_protocol(server, behind, kind, options, more):
    running = server("environ:app", *GTHREAD, "--proxy-protocol", "auto")
    proxy = behind(kind, running, *options, **more)
    found, (address, port) = ask_from("127.0.0.9", proxy)
    for seen in found:
        assert (seen["REMOTE_ADDR"], seen["REMOTE_PORT"]) == (address, str(port)) == ("127.0.0.9", str(port))


@pytest.mark.differs("Gunicorn has no address for a check: REMOTE_ADDR is None")
def test_check_of_haproxy_by_the_proxy_protocol_is_answered(server, behind):
    running = server("environ:app", "--proxy-protocol", "v2", "--access-logfile", "-")
    proxy = behind(programs.haproxy, running, "option httpchk GET /check", "http-check expect status 200",
                   per_server="send-proxy-v2 check check-send-proxy inter 100ms fall 1 rise 1")
    running.out.wait_for(r'"GET /check HTTP/1\.[01]" 200', count=2)
    assert ask(proxy).status == 200
    assert "DOWN" not in proxy.log.read_text()
