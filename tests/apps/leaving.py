"""Bodies that last, for clients that leave. What happens leaves a line in the file of `?record=`."""

import time
from urllib.parse import parse_qs

from gate import wait_for


def _query(environ):
    return {name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()}


def _note(environ, what):
    with open(_query(environ)["record"], "a") as record:
        record.write(f"{what}\n")


def ticking(environ, start_response):
    """A few bytes every tenth of a second, without end."""
    start_response("200 OK", [("Content-Type", "text/event-stream")])
    try:
        while True:
            yield b"data: tick\n\n"
            time.sleep(0.1)
    finally:
        _note(environ, "closed")


def flooding(environ, start_response):
    """As much as goes, without end."""
    start_response("200 OK", [("Content-Type", "application/octet-stream")])
    try:
        while True:
            yield b"x" * 100_000
    finally:
        _note(environ, "closed")


def thinking(environ, start_response):
    """Answers in one piece once the file of `?file=` exists."""
    _note(environ, "called")
    wait_for(_query(environ)["file"])
    start_response("200 OK", [("Content-Type", "text/plain")])
    return Thought(environ)


class Thought:
    def __init__(self, environ):
        self._environ = environ

    def __iter__(self):
        return iter([b"thought"])

    def close(self):
        _note(self._environ, "closed")


def calm(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"calm"]


def app(environ, start_response):
    return {"/ticking": ticking, "/flooding": flooding, "/thinking": thinking}.get(environ["PATH_INFO"], calm)(
        environ, start_response
    )
