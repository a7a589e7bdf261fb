"""Applications that fail, each at another point."""


class Mishap(Exception):
    pass


def before_start(environ, start_response):
    raise Mishap("before start_response")


def after_start(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    raise Mishap("after start_response")


def on_first_item(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    raise Mishap("on the first item")
    yield b"never sent"


def midway(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    yield b"sent"
    raise Mishap("midway")


def midway_with_length(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "100")])
    yield b"sent"
    raise Mishap("midway")


def no_start(environ, start_response):
    return [b"no start_response"]


def text_body(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return ["text, not bytes"]


def none_body(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])


def system_exit(environ, start_response):
    raise SystemExit(0)


def in_close(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "4")])
    return ClosingBadly([b"sent"])


def in_close_of_much(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(32 << 20))])
    return ClosingBadly([b"x" * (32 << 20)])


class ClosingBadly(list):
    def close(self):
        raise Mishap("in close()")
