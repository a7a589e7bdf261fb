# requires: gevent
# from source: zope.interface
# notes: zope.interface has no wheel for musl and is built, without its C part
from gevent import monkey

monkey.patch_all()
import socket  # noqa: E402

import gevent  # noqa: E402
from gevent.server import StreamServer  # noqa: E402
from gevent.threadpool import ThreadPool  # noqa: E402


def echo(client, _):
    client.sendall(client.recv(100).upper())


server = StreamServer(("127.0.0.1", 0), echo)
server.start()


def ask(n):
    with socket.create_connection(("127.0.0.1", server.server_port)) as client:
        client.sendall(b"word%d" % n)
        return client.recv(100)


jobs = [gevent.spawn(ask, n) for n in range(100)]
gevent.joinall(jobs, timeout=30)
assert [job.value for job in jobs] == [b"WORD%d" % n for n in range(100)]
assert ThreadPool(2).apply(sum, ([1, 2, 3],)) == 6
print("100 clients of its own server, its thread pool")
