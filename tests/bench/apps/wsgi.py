"""The small applications of the comparison, without a framework."""

import json
import os
import tempfile
import time

TEXT = ("Content-Type", "text/plain")


def answer(start_response, content, kind=TEXT):
    start_response("200 OK", [kind, ("Content-Length", str(len(content)))])
    return [content]


def hello(environ, start_response):
    return answer(start_response, b"Hello, World!\n")


def kib10(environ, start_response, content=b"x" * (10 << 10)):
    return answer(start_response, content)


def items(environ, start_response, content=[b"x" * 1024] * 100):
    start_response("200 OK", [TEXT, ("Content-Length", str(100 << 10))])
    return content


def rows(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/csv")])
    return (b"%d,item %d,%d.50\r\n" % (i, i, i) for i in range(1000))


def mib1(environ, start_response, content=b"x" * (1 << 20)):
    return answer(start_response, content)


def json_echo(environ, start_response):
    data = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
    return answer(start_response, json.dumps({"items": len(data["items"])}).encode(), ("Content-Type", "application/json"))


def upload(environ, start_response):
    body, count = environ["wsgi.input"], 0
    left = int(environ["CONTENT_LENGTH"])
    while left and (piece := body.read(min(left, 65536))):
        left -= len(piece)
        count += len(piece)
    return answer(start_response, str(count).encode())


def chunks(environ, start_response):
    body, count = environ["wsgi.input"], 0
    while piece := body.read(65536):
        count += len(piece)
    return answer(start_response, str(count).encode())


def lines(environ, start_response):
    count = sum(1 for _ in environ["wsgi.input"])
    return answer(start_response, str(count).encode())


def _make_file():
    descriptor, path = tempfile.mkstemp()
    os.write(descriptor, b"x" * (1 << 20))
    os.unlink(path)
    return os.dup(descriptor)


_file = _make_file()


def file(environ, start_response):
    opened = open(f"/proc/self/fd/{_file}", "rb")
    start_response("200 OK", [TEXT, ("Content-Length", str(1 << 20))])
    wrap = environ.get("wsgi.file_wrapper")
    return wrap(opened, 65536) if wrap else pieces(opened)


def pieces(opened):
    while piece := opened.read(65536):
        yield piece


def nap(environ, start_response):
    time.sleep(0.01)
    return answer(start_response, b"rested\n")
