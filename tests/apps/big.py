"""`?n=` bytes in one piece, or in pieces of 64 KiB."""

from urllib.parse import parse_qs
from wsgiref.validate import validator


def _size(environ):
    return int(parse_qs(environ["QUERY_STRING"]).get("n", ["8388608"])[0])


@validator
def app(environ, start_response):
    size = _size(environ)
    start_response("200 OK", [("Content-Type", "application/octet-stream"), ("Content-Length", str(size))])
    return [b"x" * size]


@validator
def in_pieces(environ, start_response):
    size = _size(environ)
    start_response("200 OK", [("Content-Type", "application/octet-stream"), ("Content-Length", str(size))])
    return (b"x" * min(65536, size - done) for done in range(0, size, 65536))
