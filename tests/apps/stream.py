"""A body of unknown length in `?n=` pieces of `?size=` bytes, an empty one among them."""

from urllib.parse import parse_qs
from wsgiref.validate import validator


def pieces(count, size):
    for number in range(count):
        yield bytes([ord("a") + number % 26]) * size
        yield b""


@validator
def app(environ, start_response):
    query = parse_qs(environ["QUERY_STRING"])
    start_response("200 OK", [("Content-Type", "text/plain")])
    return pieces(int(query.get("n", ["3"])[0]), int(query.get("size", ["5"])[0]))
