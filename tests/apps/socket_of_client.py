"""gunicorn.socket: looked at, and taken over."""

import socket


def looked_at(environ, start_response):
    client = environ["gunicorn.socket"]
    assert client.fileno() > 2 and isinstance(client, socket.socket)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [":".join(map(str, client.getpeername())).encode()]


def taken(environ, start_response):
    """Repeats lines in upper case, in a protocol of its own, until an empty one."""
    client = environ["gunicorn.socket"]
    client.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: shouting\r\nConnection: Upgrade\r\n\r\n")
    with client.makefile("rb") as lines:
        while (line := lines.readline()) not in (b"\n", b""):
            client.sendall(line.upper())
    raise StopIteration


def taken_behind_content(environ, start_response):
    """Sends as much as the query says, which may be more than a client takes at once, and then waits for a line."""
    size = int(environ["QUERY_STRING"])
    with environ["gunicorn.socket"].makefile("rb") as lines:
        start_response("200 OK", [("Content-Length", str(size)), ("Connection", "close")])(b"x" * size)
        lines.readline()
    return []
