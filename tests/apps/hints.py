"""Early hints before the answer, in several ways, and the client's socket."""

LINKS = [("Link", "</style.css>; rel=preload; as=style"), ("Link", "</script.js>; rel=preload; as=script")]


def app(environ, start_response):
    environ["wsgi.early_hints"](LINKS)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"final"]


def twice(environ, start_response):
    hint = environ["wsgi.early_hints"]
    hint([(b"Link", b"<first>")])
    hint([("Link", "<second>"), ("X-Other", "y")])
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"final"]


def late(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "6")])
    yield b"one"
    environ["wsgi.early_hints"](LINKS)
    yield b"two"


def forged(environ, start_response):
    environ["wsgi.early_hints"]([("Link", "<a>\r\nX-Injected: 1")])
    start_response("200 OK", [])
    return [b"never"]


_kept = []


def kept(environ, start_response):
    """Calls the hints of the request before, after it is over."""
    answer = b"nothing kept"
    if _kept:
        try:
            _kept.pop()(LINKS)
            answer = b"sent"
        except RuntimeError as error:
            answer = str(error).encode()
    _kept.append(environ["wsgi.early_hints"])
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [answer]
