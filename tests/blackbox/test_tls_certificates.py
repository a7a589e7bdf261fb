"""HTTPS: certificates of several hosts and of clients, certificates that change under way, and those that are no good."""

import json
import os
import re
import shutil
import signal
import ssl

import pytest
from harness.patience import LATER, eventually
from harness.tls import LOCALHOST, Authority, Pair, openssl

TLS12, TLS13 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3
VERSIONS = pytest.mark.parametrize("version", [TLS12, TLS13])


@pytest.fixture(scope="module")
def client(authority):
    return authority.issue("client", subject="/C=DE/O=Horn, Inc./CN=Jane Doe")


@pytest.fixture(scope="module")
def stranger(tmp_path_factory):
    """A client's certificate of an authority that nobody believes in."""
    return Authority(tmp_path_factory.mktemp("stranger"), "Some Other CA").issue("stranger")


def serial(connection):
    return f"{int(connection.socket.getpeercert()['serialNumber'], 16):X}"


def copy_of(pair, folder, name="live"):
    return put(pair, Pair(folder / f"{name}.pem", folder / f"{name}.key"))


def put(pair, place):
    shutil.copyfile(pair.key, place.key)
    shutil.copyfile(pair.certificate, place.certificate)
    return place


def same(number):
    return f"{int(number, 16):X}"


# Several hosts


@VERSIONS
@pytest.mark.ours("Gunicorn has one certificate, or the hook ssl_context")
def test_client_gets_the_certificate_of_the_host_it_names(https, connect, authority, pair, version):
    shop = authority.issue("shop", ["DNS:shop.example.org"])
    wild = authority.issue("wild", ["DNS:*.wild.example.org", "DNS:Upper.Example.Org"])
    both = authority.folder / "wild-both.pem"
    both.write_bytes(wild.certificate.read_bytes() + wild.key.read_bytes())
    process = https("hello:app", "--sni-certificate", f"{shop.certificate}:{shop.key}", "--sni-certificate", both)
    unchecked = authority.context(version)
    unchecked.check_hostname = False
    for host, expected in [("localhost", pair), ("shop.example.org", shop), ("SHOP.example.org", shop),
                           ("a.wild.example.org", wild), ("upper.example.org", wild), ("a.b.wild.example.org", pair),
                           ("wild.example.org", pair), ("unknown.example.org", pair), (None, pair)]:
        assert serial(connect(process, host=host, context=unchecked)) == same(expected.serial()), host


@pytest.mark.ours("Gunicorn has one certificate, or the hook ssl_context")
def test_one_host_may_have_keys_of_two_kinds(https, connect, authority):
    rsa = authority.issue("two-rsa", ["DNS:two.example.org"], algorithm="rsa")
    ec = authority.issue("two-ec", ["DNS:two.example.org"])
    process = https("hello:app", "--sni-certificate", f"{ec.certificate}:{ec.key}", "--sni-certificate",
                    f"{rsa.certificate}:{rsa.key}")
    for ciphers, expected in [("ECDHE-RSA-AES128-GCM-SHA256", rsa), ("ECDHE-ECDSA-AES128-GCM-SHA256", ec)]:
        assert serial(connect(process, TLS12, host="two.example.org", ciphers=ciphers)) == same(expected.serial())


# Clients that prove who they are


@VERSIONS
@pytest.mark.parametrize("demand", ["1", "2"])
def test_client_with_a_good_certificate_is_served(https, connect, authority, client, version, demand):
    process = https("environ:app", "--cert-reqs", demand, "--ca-certs", authority.pair.certificate)
    assert connect(process, version, client=client).get().status == 200


@VERSIONS
@pytest.mark.ours("Gunicorn tells the application nothing of it")
def test_application_learns_who_the_client_is(https, connect, authority, client, version):
    process = https("environ:app", "--cert-reqs", "2", "--ca-certs", authority.pair.certificate)
    connection = connect(process, version, client=client)
    environ = json.loads(connection.get(headers=[("SSL-CLIENT-VERIFY", "forged")]).text)
    assert environ["SSL_CLIENT_VERIFY"] == "SUCCESS"
    assert environ["SSL_CLIENT_S_DN"] == r"CN=Jane Doe,O=Horn\, Inc.,C=DE"
    assert environ["SSL_CLIENT_S_DN_CN"] == "Jane Doe"
    assert environ["SSL_CLIENT_I_DN"] == "CN=Test CA"
    assert same(environ["SSL_CLIENT_M_SERIAL"]) == same(client.serial())
    assert environ["SSL_CLIENT_CERT"].strip() == client.certificate.read_text().strip()
    expected_end = openssl("x509", "-in", client.certificate, "-noout", "-enddate").decode().strip().partition("=")[2]
    assert environ["SSL_CLIENT_V_END"] == expected_end
    assert environ["SSL_PROTOCOL"] == version.name.replace("_", ".")


@VERSIONS
@pytest.mark.ours("Gunicorn tells the application nothing of it")
def test_client_without_a_certificate_is_served_where_none_is_required(https, connect, authority, version):
    process = https("environ:app", "--cert-reqs", "1", "--ca-certs", authority.pair.certificate)
    environ = json.loads(connect(process, version).get().text)
    assert environ["SSL_CLIENT_VERIFY"] == "NONE"
    assert "SSL_CLIENT_S_DN" not in environ


@VERSIONS
@pytest.mark.parametrize("demand, has_certificate, reason", [
    ("2", False, "sent no certificate"),
    ("2", True, "the client's certificate: .*not correctly signed"),
    ("1", True, "the client's certificate: .*not correctly signed"),
])
@pytest.mark.ours("Gunicorn's log says less")
def test_client_that_cannot_prove_itself_is_refused(
        https, connect, authority, stranger, version, demand, has_certificate, reason):
    process = https("environ:app", "--cert-reqs", demand, "--ca-certs", authority.pair.certificate, "--log-level", "debug")
    with pytest.raises((ssl.SSLError, ConnectionError, AssertionError)):
        connect(process, version, client=stranger if has_certificate else None).get()
    process.wait_for_line(f"TLS handshake with 127.0.0.1 failed: .*{reason}")


@VERSIONS
@pytest.mark.ours("Gunicorn never resumes a session")
def test_sessions_of_clients_that_prove_themselves_are_not_resumed(https, connect, authority, client, version):
    process = https("hello:app", "--cert-reqs", "2", "--ca-certs", authority.pair.certificate)
    context = authority.context(version, client=client)
    first = connect(process, context=context)
    first.get()
    assert not connect(process, context=context, session=first.socket.session).socket.session_reused


# Certificates that change


@pytest.fixture
def successor(authority):
    return authority.issue("successor", LOCALHOST)


@pytest.mark.ours("Gunicorn's workers read the files at each connection")
def test_reload_brings_the_new_certificate_and_keeps_connections(https, connect, pair, successor, tmp_path):
    live = copy_of(pair, tmp_path)
    process = https("hello:app", "--keep-alive", "5", with_pair=live)
    before = connect(process)
    before.get()
    put(successor, live)
    old = process.workers()
    process.kill(signal.SIGHUP)
    eventually(lambda: set(process.workers()) - set(old), what="a new worker")
    assert before.get().status == 200
    process.await_workers(1, other_than=old)
    assert serial(connect(process)) == same(successor.serial())


@pytest.mark.ours("Gunicorn reads the files at each connection")
def test_changed_files_are_noticed_while_connections_go_on(https, connect, pair, successor, tmp_path):
    live = copy_of(pair, tmp_path)
    process = https("hello:app", "-w", "2", "--keep-alive", "60", with_pair=live)
    before = connect(process)
    before.get()
    put(successor, live)
    process.wait_for_line("The certificates have changed: new connections get the new ones", LATER, count=2)
    assert serial(connect(process)) == same(successor.serial())
    assert before.get().status == 200
    assert serial(before) == same(pair.serial())


# A volume of Kubernetes: the files are links into a folder that is itself behind a link, and that one is replaced.
@pytest.mark.ours("Gunicorn reads the files at each connection")
def test_replaced_links_are_noticed(https, connect, pair, successor, tmp_path):
    for folder, of in [("first", pair), ("second", successor)]:
        (tmp_path / folder).mkdir()
        put(of, Pair(tmp_path / folder / "tls.crt", tmp_path / folder / "tls.key"))
    (tmp_path / "..data").symlink_to("first")
    live = Pair(tmp_path / "tls.crt", tmp_path / "tls.key")
    for file in (live.certificate, live.key):
        file.symlink_to(f"..data/{file.name}")
    process = https("hello:app", with_pair=live)
    (tmp_path / "..new").symlink_to("second")
    os.rename(tmp_path / "..new", tmp_path / "..data")
    process.wait_for_line("The certificates have changed", LATER)
    assert serial(connect(process)) == same(successor.serial())


@pytest.mark.ours("Gunicorn reads the files at each connection, and then serves nobody")
def test_changed_files_that_are_no_good_change_nothing(https, connect, pair, successor, tmp_path):
    live = copy_of(pair, tmp_path)
    process = https("hello:app", with_pair=live)
    process.expect_line("The certificates have changed and are no good")
    live.certificate.write_text("nonsense")
    process.wait_for_line(r"are no good, the old ones stay: certfile = '.*live.pem': holds no certificate", LATER)
    assert serial(connect(process)) == same(pair.serial())
    put(successor, live)
    process.wait_for_line("The certificates have changed: new", LATER)
    assert serial(connect(process)) == same(successor.serial())


@pytest.mark.ours("Gunicorn reads the files at each connection, and then serves nobody")
def test_reload_with_a_bad_certificate_keeps_the_old_one(https, connect, pair, tmp_path):
    live = copy_of(pair, tmp_path)
    process = https("hello:app", with_pair=live)
    process.expect_line(r"certfile = |\[ERROR\]")
    before = process.workers()
    live.certificate.write_text("nonsense")
    process.kill(signal.SIGHUP)
    process.wait_for_line(r"certfile = '.*live.pem': holds no certificate", LATER)
    assert serial(connect(process)) == same(pair.serial())
    assert process.workers() == before


@pytest.mark.skipif(os.geteuid() != 0, reason="takes root to give up its rights")
@pytest.mark.ours("Gunicorn's workers must be able to read the key")
def test_key_for_root_alone_is_read_by_the_arbiter(https, connect, pair, successor, reachable):
    live = copy_of(pair, reachable)
    live.key.chmod(0o600)
    os.chown(reachable, 65534, 65534)
    process = https("hello:app", "--user", "65534", "--group", "65534", with_pair=live)
    assert connect(process).get().status == 200
    before = process.workers()
    put(successor, live)
    process.wait_for_line("a successor takes over", LATER)
    process.await_workers(1, other_than=before)
    assert serial(connect(process)) == same(successor.serial())


# What is refused at the start


@pytest.fixture(scope="module")
def spoilt(authority, pair, tmp_path_factory):
    """Files that are no good, by name."""
    folder = tmp_path_factory.mktemp("spoilt")
    (folder / "empty.pem").write_text("")
    (folder / "broken.pem").write_text("-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n")
    (folder / "broken.key").write_text("-----BEGIN PRIVATE KEY-----\nnonsense\n-----END PRIVATE KEY-----\n")
    shutil.copyfile(authority.issue("other", LOCALHOST).key, folder / "other.key")
    openssl("pkey", "-in", pair.key, "-aes256", "-passout", "pass:secret", "-out", folder / "encrypted.key")
    return folder


BAD = [
    (["--certfile", "{no}/none.pem"], r"certfile = '.*/none\.pem': cannot be read: No such file or directory"),
    (["--certfile", "{no}"], r"certfile = '.*': cannot be read: Is a directory"),
    (["--certfile", "{no}/empty.pem"], r"certfile = '.*/empty\.pem': holds no certificate"),
    (["--certfile", "{no}/broken.pem"], r"certfile = '.*/broken\.pem': holds a certificate that cannot be read"),
    (["--certfile", "{cert}"], r"certfile = '.*': holds no private key"),
    (["--certfile", "{cert}", "--keyfile", "{cert}"], r"keyfile = '.*': holds no private key"),
    (["--certfile", "{cert}", "--keyfile", "{no}/broken.key"], r"keyfile = '.*': holds a private key that cannot be"),
    (["--certfile", "{cert}", "--keyfile", "{no}/other.key"],
     r"keyfile = '.*/other\.key': the private key is not that of the certificate in certfile = '"),
    (["--certfile", "{cert}", "--keyfile", "{no}/encrypted.key"], r"keyfile = '.*': the private key is encrypted"),
    (["--keyfile", "{key}"], r"keyfile = '.*' needs certfile"),
    (["--certfile", "{cert}", "--keyfile", "{key}", "--cert-reqs", "2"], r"cert_reqs = 2 needs ca_certs"),
    (["--certfile", "{cert}", "--keyfile", "{key}", "--cert-reqs", "3"], r"cert_reqs = 3: it takes 0"),
    (["--certfile", "{cert}", "--keyfile", "{key}", "--cert-reqs", "1", "--ca-certs", "{no}/none.pem"],
     r"ca_certs = '.*/none\.pem': cannot be read"),
    (["--certfile", "{cert}", "--keyfile", "{key}", "--sni-certificate", "{no}/none.pem"],
     r"sni_certificates = '.*/none\.pem': cannot be read"),
    (["--certfile", "{cert}", "--keyfile", "{key}", "--ciphers", "HIGH:ECDHE-RSA-AES128-GCM-SHA265"],
     r"ciphers = 'HIGH:.*': no cipher is known as '.*SHA265' \(did you mean ECDHE-RSA-AES128-GCM-SHA256\?\)"),
    (["--certfile", "{cert}", "--keyfile", "{key}", "--ciphers", "RC4"], r"ciphers = 'RC4': no cipher that this server"),
]


@pytest.mark.ours("Gunicorn ends with a traceback, or serves and fails at the first connection")
@pytest.mark.parametrize("check", [(), ("--check-config",)], ids=["start", "check"])
@pytest.mark.parametrize("options, says", BAD)
def test_bad_files_are_refused_in_one_sentence(run, server, pair, spoilt, options, says, check):
    filled = [word.format(no=spoilt, cert=pair.certificate, key=pair.key) for word in options]
    done = run("-b", "127.0.0.1:0", "--pythonpath", server.apps, *check, *filled, "hello:app")
    assert done.returncode == 1
    (line,) = done.stderr.strip().splitlines()
    assert line.startswith("Error: ")
    assert re.search(says, line), line


@pytest.mark.ours("Gunicorn calls it")
def test_hook_that_is_not_called_is_told_of(https, tmp_path):
    config = tmp_path / "hooks.py"
    config.write_text("def ssl_context(config, default_factory):\n    return default_factory()\n")
    process = https("hello:app", "-c", config)
    process.expect_line("ssl_context is not called")
    process.wait_for_line(r"\[WARNING\] ssl_context is not called: TLS here is not Python's")


@pytest.mark.ours("Gunicorn obeys them")
def test_settings_without_effect_are_told_of(https):
    process = https("hello:app", "--do-handshake-on-connect")
    process.wait_for_line(r"\[INFO\] do_handshake_on_connect has no effect: ")
