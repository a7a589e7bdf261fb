"""HTTPS: certificates, versions, ciphers, clients of all manners, and certificates that change under way."""

import hashlib
import json
import os
import re
import signal
import socket
import ssl
import subprocess
import time

import pytest
from harness.patience import LATER, SOON, eventually
from harness.tls import Authority, MemoryTls, TlsConnection, openssl
from harness.wire import Connection, request_bytes

TLS12, TLS13 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3
HOSTS = ("DNS:localhost", "IP:127.0.0.1")


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def pair(authority):
    return authority.issue("server", HOSTS)


@pytest.fixture(scope="module")
def stranger(tmp_path_factory):
    """An authority that nobody believes in."""
    return Authority(tmp_path_factory.mktemp("stranger"), "Some Other CA")


@pytest.fixture
def https(server, pair):
    def start(app, *options, with_pair=pair, **how):
        return server(app, *with_pair.options, *options, **how)

    return start


@pytest.fixture
def connect(authority):
    connections = []

    def open_connection(process, version=None, host="localhost", session=None, context=None, **of_context):
        context = context or authority.context(version, **of_context)
        connections.append(TlsConnection(process.address, context, host, session=session))
        return connections[-1]

    yield open_connection
    for connection in connections:
        connection.close()


@pytest.mark.parametrize("version", [TLS12, TLS13])
def test_answers_over_either_version(https, connect, version):
    connection = connect(https("hello:app"), version)
    assert connection.get().text == "Hello, world!\n"
    assert connection.socket.version() == version.name.replace("_", ".")


@pytest.mark.parametrize("algorithm", ["rsa", "ec"])
@pytest.mark.parametrize("version", [TLS12, TLS13])
def test_takes_keys_of_either_kind(https, connect, authority, algorithm, version):
    process = https("hello:app", with_pair=authority.issue(f"kind-{algorithm}", HOSTS, algorithm=algorithm))
    assert connect(process, version).get().status == 200


def test_certificate_and_key_may_be_one_file(server, connect, pair, tmp_path):
    both = tmp_path / "both.pem"
    both.write_bytes(pair.key.read_bytes() + pair.certificate.read_bytes())
    assert connect(server("hello:app", "--certfile", both)).get().status == 200


def test_says_https_where_it_listens(https):
    https("hello:app").expect_line(r"Listening at: https://127\.0\.0\.1:\d+")


def test_tells_the_application_that_it_is_https(https, connect):
    environ = json.loads(connect(https("environ:app")).get().text)
    assert environ["wsgi.url_scheme"] == "https"
    assert not [name for name in environ if name.startswith("SSL_")]


def test_a_trusted_proxy_has_the_last_word_on_the_scheme(https, connect):
    connection = connect(https("environ:app"))
    environ = json.loads(connection.get(headers=[("X-Forwarded-Proto", "http")]).text)
    assert environ["wsgi.url_scheme"] == "http"


@pytest.mark.parametrize("version", [TLS12, TLS13])
def test_keeps_a_connection_for_the_next_request(https, connect, target, version):
    connection = connect(https("hello:app", *target.keep_alive), version)
    for _ in range(3):
        assert connection.get().text == "Hello, world!\n"


def test_answers_pipelined_requests_in_one_record(https, connect, target):
    connection = connect(https("environ:app", *target.keep_alive))
    connection.send(b"".join(request_bytes("GET", f"/{number}") for number in range(5)))
    assert [json.loads(connection.read_response().text)["PATH_INFO"] for _ in range(5)] == [f"/{n}" for n in range(5)]


@pytest.mark.parametrize("version", [TLS12, TLS13])
def test_carries_a_mebibyte_both_ways(https, connect, version):
    body = os.urandom(1 << 20)
    assert connect(https("echo:app"), version).request("POST", "/", body=body).body == body


@pytest.mark.parametrize("version", [TLS12, TLS13])
@pytest.mark.parametrize("size", [0, 1, 16384, 300_001])
def test_file_wrapper_sends_the_file(https, connect, tmp_path, version, size):
    (tmp_path / "file").write_bytes(os.urandom(size))
    response = connect(https("file_wrapper:app"), version).get(f"/?path={tmp_path}/file")
    assert response.body == (tmp_path / "file").read_bytes()
