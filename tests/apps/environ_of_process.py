"""One variable of the process's environment (`/NAME`), or its working directory (`/cwd`)."""

import os
from wsgiref.validate import validator


@validator
def app(environ, start_response):
    name = environ["PATH_INFO"].strip("/")
    body = os.fsencode(os.getcwd() if name == "cwd" else os.environ.get(name, "not set"))
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]
