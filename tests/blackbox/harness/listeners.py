"""Servers of other protocols that the one under test talks to: what they got, as it came."""

import os
import socket
import threading
import time

from harness.patience import SOON


class Datagrams:
    """Collects datagrams on 127.0.0.1, or on a path."""

    def __init__(self, path=None):
        self.path = path
        self._socket = socket.socket(socket.AF_UNIX if path else socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(str(path) if path else ("127.0.0.1", 0))
        self.port = None if path else self._socket.getsockname()[1]
        self.received = []

    def wait_for(self, predicate, timeout=SOON):
        """The first datagram, of those already here too, of which predicate(text) is true; returns what it returned."""
        seen = 0
        deadline = time.monotonic() + timeout
        while True:
            for text in self.received[seen:]:
                seen += 1
                if found := predicate(text):
                    return found
            self._socket.settimeout(max(0.01, deadline - time.monotonic()))
            try:
                self.received.append(self._socket.recv(65536).decode(errors="replace"))
            except TimeoutError:
                raise AssertionError(f"no such datagram within {timeout:.0f} s among {self.received}") from None

    def lines(self):
        return [line for text in self.received for line in text.split("\n")]

    def close(self):
        self._socket.close()
        if self.path and os.path.exists(self.path):
            os.unlink(self.path)


class Streams:
    """Collects what comes over connections to 127.0.0.1, or to a path; each byte in the order of its connection."""

    def __init__(self, path=None, port=0):
        self.path = path
        self._listener = socket.socket(socket.AF_UNIX if path else socket.AF_INET)
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind(str(path) if path else ("127.0.0.1", port))
        self._listener.listen()
        self.port = None if path else self._listener.getsockname()[1]
        self._connections, self._texts, self._news = [], [], threading.Condition()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._connections.append(connection)
            with self._news:
                self._texts.append("")
            threading.Thread(target=self._read, args=(connection, len(self._texts) - 1), daemon=True).start()

    def _read(self, connection, number):
        while True:
            try:
                data = connection.recv(65536)
            except OSError:
                return
            if not data:
                return
            with self._news:
                self._texts[number] += data.decode(errors="replace")
                self._news.notify_all()

    def messages(self, end):
        with self._news:
            return [message for text in self._texts for message in text.split(end)[:-1]]

    def wait_for(self, predicate, end, timeout=SOON):
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            for message in self.messages(end):
                if found := predicate(message):
                    return found
            with self._news:
                self._news.wait(0.1)
        raise AssertionError(f"no such message within {timeout:.0f} s among {self.messages(end)}")

    def close(self):
        if self._listener.fileno() < 0:
            return
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)  # ends the read that waits, as close() would not
            except OSError:
                pass  # the peer has gone
            connection.close()
        if self.path and os.path.exists(self.path):
            os.unlink(self.path)
