"""The imperative way out: write() first, the iterable after it."""

from wsgiref.validate import validator


@validator
def app(environ, start_response):
    write = start_response("200 OK", [("Content-Type", "text/plain")])
    write(b"written, ")
    write(b"")
    write(b"written again, ")
    return [b"returned"]


def write_only(environ, start_response):
    write = start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "12")])
    write(b"only ")
    write(b"written")
    return []
