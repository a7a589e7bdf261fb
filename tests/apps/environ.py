"""The environ as JSON: strings as they are, everything else as its repr."""

import json
from wsgiref.validate import validator


@validator
def app(environ, start_response):
    seen = {key: value if isinstance(value, str) else repr(value) for key, value in environ.items()}
    body = json.dumps(seen).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
