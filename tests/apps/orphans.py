"""Starts a grandchild whose parent leaves at once; the grandchild exits with the status in `?status=`."""

import os
from urllib.parse import parse_qs


def app(environ, start_response):
    status = int(parse_qs(environ["QUERY_STRING"])["status"][0])
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        if os.fork() == 0:
            os.write(writing, str(os.getpid()).encode())
            os._exit(status)
        os._exit(0)
    os.waitpid(child, 0)
    os.close(writing)
    body = os.read(reading, 32)
    os.close(reading)
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]
