"""Sleeps `?seconds=`, having touched `?started=`."""

import time
from urllib.parse import parse_qs
from wsgiref.validate import validator


def nap_in_the_application(seconds):
    time.sleep(seconds)


@validator
def app(environ, start_response):
    query = parse_qs(environ["QUERY_STRING"])
    if "started" in query:
        open(query["started"][0], "w").close()
    nap_in_the_application(float(query.get("seconds", ["0"])[0]))
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "5")])
    return [b"awake"]
