"""Logs through the server's own handlers, as Flask applications are told to."""

import logging

logger = logging.getLogger("borrowing")
borrowed = logging.getLogger("gunicorn.error")
logger.handlers = borrowed.handlers
logger.setLevel(borrowed.level)


def app(environ, start_response):
    logger.info("application says %s", environ["PATH_INFO"])
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"said"]
