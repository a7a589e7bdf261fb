"""Writes a line to the file of `?record=` each time close() of the returned iterable is called."""

from urllib.parse import parse_qs
from wsgiref.validate import validator


class Body:
    def __init__(self, record, pieces):
        self.record, self.pieces = record, iter(pieces)

    def __iter__(self):
        return self

    def __next__(self):
        return next(self.pieces)

    def close(self):
        with open(self.record, "a") as file:
            file.write("closed\n")


def failing():
    yield b"sent"
    raise RuntimeError("while iterating")


def endless():
    while True:
        yield b"x" * 65536


def _body(environ, start_response, pieces):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return Body(parse_qs(environ["QUERY_STRING"])["record"][0], pieces)


@validator
def app(environ, start_response):
    return _body(environ, start_response, [b"one", b"two"])


def when_failing(environ, start_response):
    return _body(environ, start_response, failing())


def when_endless(environ, start_response):
    return _body(environ, start_response, endless())
