"""Who answers: the pid of the worker, and of its parent on `/parent`."""

import os
from wsgiref.validate import validator


@validator
def app(environ, start_response):
    pid = os.getppid() if environ["PATH_INFO"] == "/parent" else os.getpid()
    body = str(pid).encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]
