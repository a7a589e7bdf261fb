"""A DNS server of one answer: every name has the address 192.0.2.7 and no IPv6 address."""

import socket
import threading

ADDRESS = "127.0.0.77"


class NameServer:
    def __enter__(self):
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((ADDRESS, 53))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._socket.sendto(b"", (ADDRESS, 53))  # ends the thread
        self._thread.join()
        self._socket.close()

    def _serve(self):
        while True:
            query, client = self._socket.recvfrom(512)
            if not query:
                return
            self._socket.sendto(_answer(query), client)


def _answer(query):
    question = query[12 : query.index(b"\0", 12) + 5]
    is_ipv4 = question[-4:-2] == b"\0\1"
    head = query[:2] + b"\x81\x80\0\1" + (b"\0\1" if is_ipv4 else b"\0\0") + b"\0\0\0\0"
    record = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4" + bytes((192, 0, 2, 7)) if is_ipv4 else b""
    return head + question + record
