"""Reads content while it comes, in the ways the functions are called by."""

import threading


def converse(environ, start_response):
    """Answers each line when it has come."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    return (b"got " + line for line in environ["wsgi.input"])


def read(environ, start_response):
    """How much there was; or nothing, for the target /ignored. /answered-before reads when its answer has begun."""
    if environ["PATH_INFO"] == "/answered-before":
        start_response("200 OK", [("Content-Type", "text/plain")])(b"reading: ")
    size = 0 if environ["PATH_INFO"] == "/ignored" else len(environ["wsgi.input"].read())
    if environ["PATH_INFO"] != "/answered-before":
        start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(size).encode()]


def read_carefully(environ, start_response):
    """As read(), and what came instead of an end."""
    try:
        text = str(len(environ["wsgi.input"].read()))
    except OSError as error:
        text = f"{type(error).__name__}: {error}"
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [text.encode()]


def fail_otherwise(environ, start_response):
    """Deals with content that does not come, and fails for a reason of its own."""
    try:
        environ["wsgi.input"].read()
    except OSError:
        open("/nowhere/at/all")


def close_elsewhere(environ, start_response):
    """The thread of the target /close closes wsgi.input of another, which waits for content."""
    if environ["PATH_INFO"] == "/close":
        close_elsewhere.body.close()
        text = b"closed"
    else:
        body = close_elsewhere.body = environ["wsgi.input"]
        text = body.read() + b"|" + body.read()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [text]


def read_elsewhere(environ, start_response):
    """What a thread of its own hears when it reads."""
    heard = []

    def reading():
        try:
            heard.append(environ["wsgi.input"].read().decode())
        except RuntimeError as error:
            heard.append(str(error))

    thread = threading.Thread(target=reading)
    thread.start()
    thread.join()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [heard[0].encode()]


def keep(environ, start_response):
    """Keeps wsgi.input, and answers with what an earlier one still gives."""
    kept, keep.input = keep.input, environ["wsgi.input"]
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [repr(kept and (kept.read(), kept.readline(), list(kept))).encode()]


keep.input = None
