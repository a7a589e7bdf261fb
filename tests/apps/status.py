"""The status of the path (`/204`), with a body only where the status may have one; `/204/body` breaks that rule."""

from http import HTTPStatus
from wsgiref.validate import validator

BODYLESS = (204, 304)


def answer(environ, start_response):
    _, code, *body = environ["PATH_INFO"].split("/")
    status = HTTPStatus(int(code))
    headers = [] if status in BODYLESS else [("Content-Type", "text/plain")]
    start_response(f"{status.value} {status.phrase}", headers)
    return [b"body"] if body or status not in BODYLESS else []


app = validator(answer)
