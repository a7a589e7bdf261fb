"""Never gives the interpreter back, once asked for `/spin`."""

from wsgiref.validate import validator


def spin_without_end():
    while True:
        pass


@validator
def app(environ, start_response):
    if environ["PATH_INFO"] == "/spin":
        spin_without_end()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "5")])
    return [b"alive"]
