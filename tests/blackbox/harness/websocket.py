"""A client of WebSockets (RFC 6455) that sends what it is told to, right or wrong."""

import base64
import hashlib
import os

from harness.wire import request_bytes

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


def handshake(target, key=None, headers=()):
    key = key or base64.b64encode(os.urandom(16)).decode()
    fields = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": key}
    fields.update(headers)
    return request_bytes("GET", target, [(name, value) for name, value in fields.items() if value is not None])


def frame(opcode, payload=b"", last=True, masked=True):
    size = len(payload)
    length = bytes([size]) if size < 126 else b"\x7e" + size.to_bytes(2) if size < 65536 else b"\x7f" + size.to_bytes(8)
    head = bytes([0x80 * last | opcode, 0x80 * masked | length[0]]) + length[1:]
    if not masked:
        return head + payload
    mask = os.urandom(4)
    key = mask * (size // 4 + 1)
    return head + mask + (int.from_bytes(payload) ^ int.from_bytes(key[:size])).to_bytes(size)


def close_payload(code, reason=""):
    return code.to_bytes(2) + reason.encode()


class WebSocket:
    def __init__(self, connection, target, headers=()):
        self._connection = connection
        key = base64.b64encode(os.urandom(16))
        connection.send(handshake(target, key.decode(), headers))
        self.head = connection.read_head()
        assert self.head.status == 101
        accepted = base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
        assert self.head.header("Sec-WebSocket-Accept") == accepted.decode()

    def send(self, payload, opcode=TEXT, **how):
        self._connection.send(frame(opcode, payload.encode() if isinstance(payload, str) else payload, **how))

    def receive(self):
        opcode, size = self._connection.receive(2)
        if size >= 126:
            size = int.from_bytes(self._connection.receive(2 if size == 126 else 8))
        return opcode & 15, self._connection.receive(size)

    def receive_close(self):
        opcode, payload = self.receive()
        assert opcode == CLOSE
        return (int.from_bytes(payload[:2]), payload[2:].decode()) if payload else (None, "")
