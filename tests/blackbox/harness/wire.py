"""A client that sees every byte: requests are written as they are, responses read to their last byte and no further."""

import re
import socket
from dataclasses import dataclass, field

from harness.patience import SOON


class Truncated(AssertionError):
    """The server closed before the response was complete; `partial` holds what came of it."""

    def __init__(self, message, partial):
        super().__init__(f"{message}, after {partial[:200]!r}")
        self.partial = partial


@dataclass
class Response:
    version: str
    status: int
    reason: str
    headers: list = field(default_factory=list)
    body: bytes = b""
    chunks: list = None  # sizes as they came, for a chunked body

    def all(self, name):
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def header(self, name):
        """The value of a header that may stand there once at most."""
        values = self.all(name)
        assert len(values) <= 1, f"{name} stands {len(values)} times: {values}"
        return values[0] if values else None

    @property
    def text(self):
        return self.body.decode()


class Connection:
    def __init__(self, address, timeout=SOON):
        family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
        self.socket = socket.socket(family)
        self.socket.settimeout(timeout)
        self.socket.connect(address)
        self._buffer = bytearray()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def reset(self):
        """Closes with RST, as a client that died."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def get(self, target="/", version="HTTP/1.1", headers=()):
        return self.request("GET", target, headers, version=version)

    def request(self, method, target="/", headers=(), body=b"", version="HTTP/1.1"):
        self.send(request_bytes(method, target, headers, body, version))
        return self.read_response(method)

    def finish_sending(self):
        self.socket.shutdown(socket.SHUT_WR)

    def _more(self):
        data = self.socket.recv(65536)
        self._buffer += data
        return bool(data)

    def _take(self, count):
        data = bytes(memoryview(self._buffer)[:count])
        del self._buffer[:count]
        return data

    def _read_exactly(self, count, so_far):
        while len(self._buffer) < count:
            if not self._more():
                raise Truncated("closed within the body", so_far + self._buffer)
        return self._take(count)

    def _read_to(self, end, so_far=b""):
        while end not in self._buffer:
            if not self._more():
                raise Truncated(f"closed before {end!r}", so_far + self._buffer)
        return self._take(self._buffer.index(end) + len(end))

    def read_head(self):
        """A status line and headers, of an interim response too."""
        lines = self._read_to(b"\r\n\r\n").decode("latin-1").split("\r\n")[:-2]
        match = re.fullmatch(r"(HTTP/\d\.\d) (\d{3})(?: (.*))?", lines[0])
        assert match, f"not a status line: {lines[0]!r}"
        response = Response(match[1], int(match[2]), match[3] or "")
        for line in lines[1:]:
            name, colon, value = line.partition(":")
            assert colon and re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name), f"not a header: {line!r}"
            response.headers.append((name, value.strip(" \t")))
        return response

    def read_response(self, method="GET"):
        response = self.read_head()
        length, coding = response.header("Content-Length"), response.header("Transfer-Encoding")
        assert not (length and coding), "both Content-Length and Transfer-Encoding"
        if method == "HEAD" or response.status in (204, 304) or response.status < 200:
            return response
        if coding:
            assert coding == "chunked"
            response.chunks = []
            self._read_chunks(response)
        elif length is not None:
            response.body = self._read_exactly(int(length), b"")
        else:
            response.body = self.read_until_closed()
        return response

    def _read_chunks(self, response):
        while True:
            line = self._read_to(b"\r\n", response.body)
            size = int(line, 16)
            data = self._read_exactly(size + 2, response.body)
            assert data.endswith(b"\r\n"), f"chunk not followed by CRLF: {data[-10:]!r}"
            if size == 0:
                return
            response.chunks.append(size)
            response.body += data[:-2]

    def receive(self, count):
        """Exactly count bytes, whatever they are."""
        return self._read_exactly(count, b"")

    def read_until_closed(self):
        """Everything up to the orderly end; a reset is an error."""
        while self._more():
            pass
        return self._take(len(self._buffer))

    def is_closed(self):
        """Waits for the end of the connection; any byte that comes instead means it is not."""
        try:
            return not self._buffer and self.socket.recv(1) == b""
        except ConnectionResetError:
            return True


def request_bytes(method, target="/", headers=(), body=b"", version="HTTP/1.1"):
    headers = [("Host", "localhost"), *headers]
    if body and not any(name.lower() in ("content-length", "transfer-encoding") for name, _ in headers):
        headers.append(("Content-Length", str(len(body))))
    head = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return f"{method} {target} {version}\r\n{head}\r\n".encode("latin-1") + body


def chunks(*pieces):
    """More are to come."""
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)


def chunked(*pieces):
    return chunks(*pieces) + b"0\r\n\r\n"
