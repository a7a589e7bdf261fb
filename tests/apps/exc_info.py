"""start_response a second time, with exc_info: a new head while none was sent, a raise afterwards."""

import sys
from wsgiref.validate import validator


class Mishap(Exception):
    pass


@validator
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain"), ("X-First", "yes")])
    try:
        raise Mishap("before the head was sent")
    except Mishap:
        start_response("500 Replaced", [("Content-Type", "text/plain"), ("X-Second", "yes")], sys.exc_info())
    return [b"replaced"]


def late(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    yield b"sent"
    try:
        raise Mishap("after the head was sent")
    except Mishap:
        start_response("500 Too late", [("Content-Type", "text/plain")], sys.exc_info())
    yield b"never sent"


def without(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"never sent"]
