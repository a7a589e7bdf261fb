"""Yields `?n=` pieces with `?pause=` seconds before each but the first. `/hog` keeps the interpreter lock for good."""

import re
import time
from urllib.parse import parse_qs
from wsgiref.validate import validator


def pieces(count, pause):
    yield b"first "
    for _ in range(count - 1):
        time.sleep(pause)
        yield b"next "


def keep_the_lock():
    re.match(r"(a+)+$", "a" * 200 + "b")


@validator
def app(environ, start_response):
    if environ["PATH_INFO"] == "/hog":
        keep_the_lock()
    query = parse_qs(environ["QUERY_STRING"])
    start_response("200 OK", [("Content-Type", "text/plain")])
    return pieces(int(query.get("n", ["1"])[0]), float(query.get("pause", ["0"])[0]))
