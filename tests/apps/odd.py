"""Applications that end their answers in unusual ways: odd:NAME."""

import gzip
import tempfile

LENGTH = [("Content-Length", "5")]


class Failing(list):
    def close(self):
        raise RuntimeError("too late to matter")


def fails_in_close(environ, start_response):
    start_response("200 OK", LENGTH)
    return Failing([b"whole"])


def fails_behind_the_last_byte(environ, start_response):
    start_response("200 OK", LENGTH)
    yield b"whole"
    raise RuntimeError("too late to matter")


def always(environ, start_response):
    start_response("200 OK", LENGTH)
    return [b"whole"]


def interim(environ, start_response):
    start_response(environ["QUERY_STRING"].replace("+", " "), [])
    return []


def upgrade_required(environ, start_response):
    start_response("426 Upgrade Required", [("Upgrade", "h2c, websocket"), ("Content-Length", "0")])
    return []


def switches(environ, start_response):
    write = start_response("101 Switching Protocols", [("Upgrade", "echo"), ("Connection", "Upgrade")])
    write(b"")
    environ["gunicorn.socket"].sendall(b"from here on it is ours")
    raise StopIteration


def compressed(environ, start_response):
    path = environ["QUERY_STRING"]
    with gzip.open(path, "wb") as file:
        file.write(b"plain " * 1000)
    start_response("200 OK", [])
    return environ["wsgi.file_wrapper"](gzip.open(path, "rb"))


def of_the_kernel(environ, start_response):
    start_response("200 OK", [])
    return environ["wsgi.file_wrapper"](open("/proc/version", "rb"))


def temporary(environ, start_response):
    file = tempfile.NamedTemporaryFile()
    file.write(b"temporary " * 1000)
    file.seek(0)
    start_response("200 OK", [])
    return environ["wsgi.file_wrapper"](file)
