# requires: redis[hiredis]
import socket
import threading

import hiredis
import redis
from redis._parsers import _HiredisParser

listener = socket.create_server(("127.0.0.1", 0))


def serve():
    client, _ = listener.accept()
    reader = hiredis.Reader()
    stored = {}
    while data := client.recv(65536):
        reader.feed(data)
        while (command := reader.gets()) is not False:
            if command[0] == b"SET":
                stored[command[1]] = command[2]
            value = stored.get(command[1]) if command[0] == b"GET" else None
            client.sendall(b"$%d\r\n%s\r\n" % (len(value), value) if value is not None else b"+OK\r\n")


threading.Thread(target=serve, daemon=True).start()
client = redis.Redis("127.0.0.1", listener.getsockname()[1], protocol=2)
assert client.connection_pool.connection_class(port=1)._parser.__class__ is _HiredisParser
client.set("key", "v" * 100000)
assert client.get("key") == b"v" * 100000
print("client and a small server, both parsing with hiredis")
