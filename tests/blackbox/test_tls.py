"""HTTPS as a well-behaved client sees it: versions, ciphers, bodies, sessions, the end of a connection."""

import json
import os
import shutil
import signal
import ssl
import subprocess

import pytest
from harness.patience import SOON
from harness.tls import LOCALHOST, MemoryTls, openssl
from harness.wire import Connection, request_bytes
from harness.worker_classes import each_class

TLS12, TLS13 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3
VERSIONS = pytest.mark.parametrize("version", [TLS12, TLS13])


@VERSIONS
def test_answers_over_either_version(https, connect, version):
    connection = connect(https("hello:app"), version)
    assert connection.get().text == "Hello, world!\n"
    assert connection.socket.version() == version.name.replace("_", ".")


@VERSIONS
@pytest.mark.parametrize("algorithm", ["rsa", "ec"])
def test_takes_keys_of_either_kind(https, connect, authority, algorithm, version):
    process = https("hello:app", with_pair=authority.issue(f"kind-{algorithm}", LOCALHOST, algorithm=algorithm))
    assert connect(process, version).get().status == 200


def test_certificate_and_key_may_be_one_file(server, connect, pair, tmp_path):
    both = tmp_path / "both.pem"
    both.write_bytes(pair.key.read_bytes() + pair.certificate.read_bytes())
    assert connect(server("hello:app", "--certfile", both)).get().status == 200


def test_says_https_where_it_listens(https):
    https("hello:app").wait_for_line(r"Listening at: https://127\.0\.0\.1:\d+")


def test_tells_the_application_that_it_is_https(https, connect):
    environ = json.loads(connect(https("environ:app")).get().text)
    assert environ["wsgi.url_scheme"] == "https"
    assert not [name for name in environ if name.startswith("SSL_")]


def test_trusted_proxy_has_the_last_word_on_the_scheme(https, connect):
    connection = connect(https("environ:app"))
    environ = json.loads(connection.get(headers=[("X-Forwarded-Proto", "http")]).text)
    assert environ["wsgi.url_scheme"] == "http"


def test_pre_request_hook_sees_https(https, connect, tmp_path):
    config = tmp_path / "hooks.py"
    config.write_text("def pre_request(worker, req):\n    worker.log.info('scheme %s', req.scheme)\n")
    process = https("hello:app", "-c", config)
    assert connect(process).get().status == 200
    process.wait_for_line("scheme https")


@each_class
@VERSIONS
def test_keeps_a_connection_for_the_next_request(https, connect, target, options, version):
    connection = connect(https("hello:app", *(options or target.keep_alive)), version)
    for _ in range(3):
        assert connection.get().text == "Hello, world!\n"


@pytest.mark.differs("Gunicorn's gthread class does not see requests that TLS has read already")
@VERSIONS
def test_answers_pipelined_requests_in_one_record(https, connect, target, version):
    connection = connect(https("environ:app", *target.keep_alive), version)
    connection.send(b"".join(request_bytes("GET", f"/{number}") for number in range(5)))
    assert [json.loads(connection.read_response().text)["PATH_INFO"] for _ in range(5)] == [f"/{n}" for n in range(5)]


@VERSIONS
def test_carries_a_mebibyte_both_ways(https, connect, version):
    body = os.urandom(1 << 20)
    assert connect(https("echo:app"), version).request("POST", "/", body=body).body == body


@pytest.mark.ours("Gunicorn leaves it to a proxy to send files")
@VERSIONS
def test_file_that_the_application_names_is_sent(https, connect, tmp_path, version):
    content = os.urandom(300_001)
    (tmp_path / "file").write_bytes(content)
    connection = connect(https("names_file:app", "--sendfile-root", tmp_path), version)
    assert connection.get("/?sendfile=file").body == content
    assert connection.get("/?sendfile=file", headers=[("Range", "bytes=100000-199999")]).body == content[100000:200000]


@VERSIONS
@pytest.mark.parametrize("size", [0, 1, 16384, 300_001])
def test_file_wrapper_sends_the_file(https, connect, tmp_path, version, size):
    (tmp_path / "file").write_bytes(os.urandom(size))
    response = connect(https("file_wrapper:app"), version).get(f"/?path={tmp_path}/file")
    assert response.body == (tmp_path / "file").read_bytes()


@VERSIONS
def test_streams_in_chunks(https, connect, tmp_path, version):
    connection = connect(https("gate:chunked"), version)
    connection.send(request_bytes("GET", f"/?file={tmp_path}/open"))
    connection.read_head()
    assert connection.receive(len(b"6\r\nbefore\r\n")) == b"6\r\nbefore\r\n"  # nothing is kept back
    (tmp_path / "open").touch()
    assert connection.receive(len(b"5\r\nafter\r\n0\r\n\r\n")) == b"5\r\nafter\r\n0\r\n\r\n"


@pytest.mark.differs("Gunicorn makes a record of the head and others of the body")
@pytest.mark.parametrize("size", [1, 10_000])
def test_small_answer_is_one_record(https, authority, target, size):
    process = https("big:app", *target.keep_alive)
    with Connection(process.address) as connection:
        client = MemoryTls(authority.context(TLS12), connection.socket, connection.send)
        client.handshake()
        client.write(request_bytes("GET", f"/?n={size}"))
        head, _, body = client.read().partition(b"\r\n\r\n")
        assert body == b"x" * size


@pytest.mark.differs("Gunicorn offers nothing unless HTTP/2 is switched on")
def test_offers_http_1_1(https, connect):
    assert connect(https("hello:app"), protocols=["h2", "http/1.1"]).socket.selected_alpn_protocol() == "http/1.1"


@VERSIONS
@pytest.mark.ours("Gunicorn makes a new context for each connection, and so never resumes a session")
def test_session_is_resumed_by_any_worker(https, connect, authority, version):
    process = https("pid:app", "-w", "2")
    context = authority.context(version)
    with connect(process, context=context) as first:
        answered = first.get().text
        session = first.socket.session
    os.kill(int(answered), signal.SIGKILL)
    process.wait_for_line("was sent SIGKILL!")
    again = connect(process, context=context, session=session)
    assert again.socket.session_reused
    assert again.get().text != answered


@pytest.mark.ours("Gunicorn makes a new context for each connection, and so never resumes a session")
def test_session_is_resumed_after_a_reload(https, connect, authority):
    process = https("pid:app")
    context = authority.context(TLS12)
    first = connect(process, context=context)
    first.get()
    before = process.workers()
    process.kill(signal.SIGHUP)
    process.await_workers(1, other_than=before)
    assert connect(process, context=context, session=first.socket.session).socket.session_reused


# Python raises where the end comes without a farewell (suppress_ragged_eofs is off).
@pytest.mark.differs("Gunicorn closes TLS connections without a farewell")
@VERSIONS
def test_says_goodbye_after_the_last_answer(https, connect, version):
    connection = connect(https("hello:app"), version)
    connection.get(headers=[("Connection", "close")])
    assert connection.read_until_closed() == b""


@VERSIONS
@pytest.mark.ours("Gunicorn's sync class keeps no connection, gthread closes it without a farewell")
def test_says_goodbye_to_an_idle_client(https, connect, version):
    connection = connect(https("hello:app", "--keep-alive", "1"), version)
    connection.get()
    assert connection.read_until_closed() == b""


@pytest.mark.ours("Gunicorn's sync class keeps no connection, gthread closes it without a farewell")
def test_says_goodbye_when_the_server_stops(https, connect):
    process = https("hello:app", "--keep-alive", "30")
    connection = connect(process)
    connection.get()
    process.kill(signal.SIGTERM)
    assert connection.read_until_closed() == b""
    assert process.wait() == 0


@pytest.mark.ours("Gunicorn sends nothing after a farewell of the client's")
@VERSIONS
def test_answers_a_client_that_said_goodbye_first(https, authority, version):
    process = https("hello:app")
    with Connection(process.address) as connection:
        together = []
        client = MemoryTls(authority.context(version), connection.socket, connection.send)
        client.handshake()
        client.send = together.append
        client.write(request_bytes("GET", "/"))
        client.say_goodbye()
        connection.send(b"".join(together))
        assert client.read().endswith(b"Hello, world!\n")


def test_stopping_waits_for_the_answer(https, connect, tmp_path):
    process = https("gate:closed")
    connection = connect(process)
    connection.send(request_bytes("GET", f"/?file={tmp_path}/open&started={tmp_path}/started"))
    while not (tmp_path / "started").exists():
        pass
    process.kill(signal.SIGTERM)
    (tmp_path / "open").touch()
    assert connection.read_response().status == 200
    assert process.wait() == 0


@pytest.mark.ours("Gunicorn answers 500")
@VERSIONS
def test_client_of_a_stuck_worker_is_answered_504(https, connect, version):
    process = https("spins:app", "-t", "1")
    process.expect_line(r"WORKER TIMEOUT|Stuck for|Python stacks of worker|was sent|exited with|\bspin")
    connection = connect(process, version)
    connection.send(request_bytes("GET", "/spin"))
    assert connection.read_response().status == 504
    assert connection.read_until_closed() == b""


@pytest.mark.parametrize("version", ["1.2", "1.3"])
def test_curl_is_served(https, authority, version):
    process = https("echo:app")
    host, port = process.address
    body = b"x" * 100_000
    done = subprocess.run(
        ["curl", "-sS", "--max-time", str(SOON), "--cacert", authority.pair.certificate, f"--tlsv{version}",
         "--tls-max", version, "--data-binary", "@-", f"https://localhost:{port}/", f"https://localhost:{port}/?again"],
        input=body, capture_output=True)
    assert done.stdout == body * 2, done.stderr


@pytest.mark.differs("Gunicorn closes TLS connections without a farewell")
def test_openssl_client_is_served(https, authority):
    process = https("hello:app")
    host, port = process.address
    said = openssl("s_client", "-connect", f"{host}:{port}", "-CAfile", authority.pair.certificate, "-quiet",
                   "-verify_return_error", "-servername", "localhost", "-ign_eof",
                   input=request_bytes("GET", "/", [("Connection", "close")]))
    assert said.endswith(b"Hello, world!\n")


GOOD_CIPHERS = [
    ("ECDHE-ECDSA-AES128-GCM-SHA256", TLS12, "ECDHE-ECDSA-AES128-GCM-SHA256"),
    ("HIGH:!AESGCM:!CHACHA20", TLS12, "ECDHE-ECDSA-AES"),
    ("ECDHE+CHACHA20", TLS12, "ECDHE-ECDSA-CHACHA20-POLY1305"),
    ("AES128:AES256:@STRENGTH:!aNULL:!MD5", TLS12, "ECDHE-ECDSA-AES256-"),
    ("ECDHE-ECDSA-AES128-GCM-SHA256", TLS13, "TLS_"),
]


@pytest.mark.parametrize("ciphers, version, negotiated", GOOD_CIPHERS)
def test_ciphers_are_those_of_the_list(https, connect, ciphers, version, negotiated):
    connection = connect(https("hello:app", "--ciphers", ciphers), version)
    assert connection.socket.cipher()[0].startswith(negotiated)
    assert connection.get().status == 200


@pytest.mark.ours("OpenSSL takes the first of the client's")
def test_shorter_of_two_aes_suites_is_taken(https, connect):
    assert connect(https("hello:app")).socket.cipher()[0] == "TLS_AES_128_GCM_SHA256"
    longer = "TLS_AES_256_GCM_SHA384"
    assert connect(https("hello:app", "--ciphers", longer)).socket.cipher()[0] == longer


@pytest.mark.ours("Python's set_ciphers() takes no names of TLS 1.3")
def test_names_of_tls_1_3_alone_leave_tls_1_3_alone(https, connect):
    process = https("hello:app", "--ciphers", "TLS_CHACHA20_POLY1305_SHA256")
    assert connect(process).socket.cipher()[0] == "TLS_CHACHA20_POLY1305_SHA256"
    with pytest.raises(ssl.SSLError):
        connect(process, TLS12)


def test_client_whose_ciphers_are_not_on_the_list_is_refused(https, connect):
    process = https("hello:app", "--ciphers", "ECDHE-ECDSA-AES256-GCM-SHA384")
    process.expect_line("ssl|SSL")
    with pytest.raises(ssl.SSLError):
        connect(process, TLS12, ciphers="ECDHE-ECDSA-AES128-GCM-SHA256")


@pytest.mark.differs("Gunicorn hands the application the TLS socket")
def test_the_socket_in_the_environ_cannot_go_past_tls(https, connect, tmp_path):
    (tmp_path / "taking.py").write_text(
        "def app(environ, start_response):\n"
        "    try:\n"
        "        environ['gunicorn.socket'].sendall(b'plain text')\n"
        "    except NotImplementedError as error:\n"
        "        body = str(error).encode()\n"
        "    start_response('200 OK', [('Content-Length', str(len(body)))])\n"
        "    return [body]\n")
    process = https("taking:app", "--pythonpath", tmp_path)
    assert connect(process).get().text == "gunicorn.socket has no sendall on a TLS connection"


@pytest.mark.ours("Gunicorn has no such command")
@pytest.mark.parametrize("how", ["asked", "configured"])
def test_health_is_checked_over_tls(https, run, pair, how):
    host, port = https("status:app").address
    asked = how == "asked"
    check = ["healthcheck", "--path", "/204", *(["--tls", "-b", f"{host}:{port}"] if asked else [])]
    env = None if asked else {"GUNICORN_CMD_ARGS": f"-b {host}:{port} --certfile {pair.certificate}"}
    assert run(*check, env=env).returncode == 0
    failed = run(*check[:2], "/500", *check[3:], env=env)
    assert failed.returncode == 1
    assert failed.stderr.endswith("/500: status 500\n")


@pytest.mark.ours("a look at our defaults")
@pytest.mark.skipif(not shutil.which("testssl"), reason="needs testssl.sh")
def test_scanner_finds_nothing_worse_than_low(https, authority, tmp_path):
    process = https("hello:app")
    host, port = process.address
    subprocess.run(
        ["testssl", "--quiet", "--warnings", "off", "--color", "0", "--ip", "one", "-p", "-s", "-f", "-P", "-U",
         "--add-ca", authority.pair.certificate, "--jsonfile", tmp_path / "found.json", f"{host}:{port}"],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=180)
    found = json.loads((tmp_path / "found.json").read_text())
    found = [entry for entry in found if entry["ip"] != "/"]  # there it speaks of the openssl that it uses itself
    assert len(found) > 20
    assert [entry for entry in found if entry["severity"] not in ("OK", "INFO", "LOW", "DEBUG")] == []
