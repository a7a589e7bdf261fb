"""Calls methods of wsgi.input, as the JSON of `?calls=` lists them, and answers with what they returned."""

import json
from urllib.parse import parse_qs


def _plain(value):
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _call(body, name, *arguments):
    if name == "iterate":
        return list(body)
    return getattr(body, name)(*arguments)


def app(environ, start_response):
    calls = json.loads(parse_qs(environ["QUERY_STRING"])["calls"][0])
    answers = [_plain(_call(environ["wsgi.input"], *call)) for call in calls]
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(answers).encode()]


def digest(environ, start_response):
    """The SHA-256 and the size of the body, read in pieces, and what stands in the environ about it."""
    import hashlib

    sum, size = hashlib.sha256(), 0
    while piece := environ["wsgi.input"].read(1 << 20):
        sum.update(piece)
        size += len(piece)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{sum.hexdigest()} {size}".encode()]


def wrapped(environ, start_response):
    """The body as text, through the wrappers of the io module."""
    import io

    with io.TextIOWrapper(io.BufferedReader(environ["wsgi.input"], 16), "utf-8") as text:
        lines = text.readlines()
    start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8")])
    return ["|".join(lines).encode()]


def readinto(environ, start_response):
    """The body read into a buffer of ten bytes, again and again."""
    body, buffer, pieces = environ["wsgi.input"], bytearray(10), []
    while count := body.readinto(buffer):
        pieces.append(bytes(buffer[:count]))
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"|".join(pieces)]


def count(environ, start_response):
    """How many bytes the body has."""
    size = 0
    while piece := environ["wsgi.input"].read(1 << 20):
        size += len(piece)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(size).encode()]
