"""Answers with the request body, read the way the path says."""

from wsgiref.validate import validator


def read_at_once(body):
    return [body.read(1 << 30)]


def read_in_pieces(body):
    return list(iter(lambda: body.read(7), b""))


def read_line_by_line(body):
    return list(iter(lambda: body.readline(), b""))


def read_lines(body):
    return body.readlines()


def iterate(body):
    return [line for line in body]


def read_past_the_end(body):
    return [body.read(1 << 30), body.read(10), body.readline(), *body.readlines()]


READERS = {
    "/": read_at_once,
    "/pieces": read_in_pieces,
    "/lines": read_line_by_line,
    "/readlines": read_lines,
    "/iterate": iterate,
    "/past-the-end": read_past_the_end,
}


@validator
def app(environ, start_response):
    body = b"".join(READERS[environ["PATH_INFO"]](environ["wsgi.input"]))
    start_response("200 OK", [("Content-Type", "application/octet-stream"), ("Content-Length", str(len(body)))])
    return [body]


def ignore(environ, start_response):
    """Answers without looking at the body."""
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "7")])
    return [b"ignored"]
