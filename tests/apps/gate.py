"""Yields "before", waits until the file named by `?file=` exists, yields "after"."""

import os
import time
from urllib.parse import parse_qs
from wsgiref.validate import validator


def wait_for(path):
    while not os.path.exists(path):
        time.sleep(0.01)


def gated(path):
    yield b"before"
    wait_for(path)
    yield b"after"


@validator
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "11")])
    return gated(parse_qs(environ["QUERY_STRING"])["file"][0])


@validator
def chunked(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return gated(parse_qs(environ["QUERY_STRING"])["file"][0])


def closed(environ, start_response):
    """Touches `?started=`, then answers only once the gate opens; a request without a file is answered at once."""
    query = parse_qs(environ["QUERY_STRING"])
    if "started" in query:
        open(query["started"][0], "w").close()
    if "file" in query:
        wait_for(query["file"][0])
    body = str(os.getpid()).encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]
