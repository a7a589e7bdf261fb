"""Names a file for somebody else to send: `?sendfile=` a path, or `?redirect=` a URI; `?status=` something else than 200."""

from urllib.parse import parse_qs


def _answer(environ, start_response, body):
    query = {name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()}
    headers = [("Content-Type", "text/x-named"), ("ETag", '"v1"'), ("Content-Length", "999"), ("X-Own", "kept")]
    if "sendfile" in query:
        headers.append(("X-Sendfile", query["sendfile"]))
    if "redirect" in query:
        headers.append(("X-Accel-Redirect", query["redirect"]))
    start_response(query.get("status", "200 OK"), headers)
    return body


def app(environ, start_response):
    return _answer(environ, start_response, [])


def with_body(environ, start_response):
    yield from _answer(environ, start_response, [b"not ", b"sent"])


def with_file(environ, start_response):
    return environ["wsgi.file_wrapper"](open(_answer(environ, start_response, __file__), "rb"))
