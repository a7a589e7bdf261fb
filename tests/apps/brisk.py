"""Answers at once, but not too fast: 40 us of work. With `?file=` it waits until that file exists."""

import time
from urllib.parse import parse_qs

from gate import wait_for


def app(environ, start_response):
    query = parse_qs(environ["QUERY_STRING"])
    if "started" in query:
        open(query["started"][0], "w").close()
    if "file" in query:
        wait_for(query["file"][0])
    end = time.perf_counter() + 40e-6
    while time.perf_counter() < end:
        pass
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
    return [b"ok"]
