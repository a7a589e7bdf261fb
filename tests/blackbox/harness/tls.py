"""Certificates for a test, made by the openssl command, and clients that speak TLS."""

import socket
import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

from harness.patience import SOON
from harness.wire import Connection

LOCALHOST = ("DNS:localhost", "IP:127.0.0.1")


def openssl(*arguments, input=None):
    command = ["openssl", *map(str, arguments)]
    done = subprocess.run(command, input=input, capture_output=True, timeout=60)
    assert done.returncode == 0, f"{command}: {done.stderr.decode()}"
    return done.stdout


@dataclass(frozen=True)
class Pair:
    certificate: Path
    key: Path

    @property
    def options(self):
        return "--certfile", self.certificate, "--keyfile", self.key

    def serial(self):
        return openssl("x509", "-in", self.certificate, "-noout", "-serial").decode().strip().partition("=")[2]


class Authority:
    """Signs certificates; all files lie in `folder`."""

    def __init__(self, folder, name="Test CA"):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.pair = Pair(folder / "ca.pem", folder / "ca.key")
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "3650",
                "-subj", f"/CN={name}", "-keyout", self.pair.key, "-out", self.pair.certificate)

    def issue(self, name, hosts=(), subject=None, algorithm="ec"):
        """A certificate with its key, for these hosts."""
        pair = Pair(self.folder / f"{name}.pem", self.folder / f"{name}.key")
        request = self.folder / f"{name}.csr"
        kind = ("rsa:2048",) if algorithm == "rsa" else ("ec", "-pkeyopt", "ec_paramgen_curve:P-256")
        openssl("req", "-new", "-newkey", *kind, "-nodes", "-subj", subject or f"/CN={name}", "-keyout", pair.key,
                "-out", request)
        extensions = self.folder / f"{name}.ext"
        extensions.write_text(f"subjectAltName={','.join(hosts)}\n" if hosts else "basicConstraints=CA:FALSE\n")
        openssl("x509", "-req", "-in", request, "-CA", self.pair.certificate, "-CAkey", self.pair.key, "-days", "365",
                "-CAcreateserial", "-extfile", extensions, "-out", pair.certificate)
        return pair

    def context(self, version=None, client=None, ciphers=None, protocols=None):
        """A client's, that believes in this authority."""
        context = ssl.create_default_context(cafile=self.pair.certificate)
        if version:
            context.minimum_version = context.maximum_version = version
        if client:
            context.load_cert_chain(client.certificate, client.key)
        if ciphers:
            context.set_ciphers(ciphers)
        if protocols:
            context.set_alpn_protocols(protocols)
        return context


class TlsConnection(Connection):
    """wire.Connection over TLS; `raw` is the socket below."""

    def __init__(self, address, context, host="localhost", timeout=SOON, session=None):
        self.raw = socket.create_connection(address, timeout)
        try:
            self.socket = context.wrap_socket(self.raw, server_hostname=host, suppress_ragged_eofs=False, session=session)
        except BaseException:
            self.raw.close()
            raise
        self._buffer = bytearray()


class MemoryTls:
    """TLS without a socket of its own: the test sees to it how the bytes travel."""

    def __init__(self, context, connection, send, host="localhost"):
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)
        self._connection, self.send = connection, send

    def _do(self, action, *arguments):
        while True:
            try:
                return action(*arguments)
            except ssl.SSLWantReadError:
                self._deliver()
                self._incoming.write(self._connection.recv(65536))
            finally:
                self._deliver()

    def _deliver(self):
        if data := self._outgoing.read():
            self.send(data)

    def handshake(self):
        self._do(self._tls.do_handshake)

    def write(self, data):
        self._do(self._tls.write, data)

    def read(self):
        """What the next record holds."""
        return self._do(self._tls.read, 65536)

    def read_up_to(self, end):
        data = self.read()
        while not data.endswith(end):
            data += self.read()
        return data

    def say_goodbye(self):
        """Says that nothing more comes from here, and goes on listening."""
        try:
            self._tls.unwrap()
        except ssl.SSLWantReadError:
            self._deliver()
