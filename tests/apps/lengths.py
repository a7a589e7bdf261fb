"""Bodies that do not keep what Content-Length promised, and bodies that promise nothing."""


def _answer(start_response, length, body):
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(length))])
    return body


def too_long(environ, start_response):
    return _answer(start_response, 5, [b"12345", b"67890"])


def too_long_in_one(environ, start_response):
    return _answer(start_response, 5, [b"1234567890"])


def too_short(environ, start_response):
    return _answer(start_response, 10, [b"12345"])


def none_single(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"single"]


def none_for_head(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"" if environ["REQUEST_METHOD"] == "HEAD" else b"single"]


def none_tuple(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return (b"one, ", b"two")


def empty_list(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return []
