"""wsgi.file_wrapper over a file, a file read from its middle, and an object that is no file."""

import io
import os
from urllib.parse import parse_qs


def _answer(environ, start_response, file, length):
    headers = [("Content-Type", "application/octet-stream")]
    if length is not None:
        headers.append(("Content-Length", str(length)))
    start_response("200 OK", headers)
    return environ["wsgi.file_wrapper"](file, 8192)


def app(environ, start_response):
    query = parse_qs(environ["QUERY_STRING"])
    file = open(query["path"][0], "rb")
    file.seek(int(query.get("offset", ["0"])[0]))
    length = os.fstat(file.fileno()).st_size - file.tell()
    return _answer(environ, start_response, file, int(query["length"][0]) if "length" in query else length)


def unknown_length(environ, start_response):
    return _answer(environ, start_response, open(parse_qs(environ["QUERY_STRING"])["path"][0], "rb"), None)


def in_memory(environ, start_response):
    return _answer(environ, start_response, io.BytesIO(b"not a file at all"), None)
