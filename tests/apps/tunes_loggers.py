"""Applications that make the server's loggers their own, each in a way that is found in the wild."""

import logging
import logging.config
import sys

error_log, access_log = logging.getLogger("gunicorn.error"), logging.getLogger("gunicorn.access")


class WithoutHealth(logging.Filter):
    def filter(self, record):
        return "/health" not in record.getMessage()


class WithoutProbes(logging.Filter):
    def filter(self, record):
        return record.args["a"] != "probe"


class Noting(logging.Handler):
    """Says on standard output what it is given, and with which exception."""

    def emit(self, record):
        kind = record.exc_info[0].__name__ if record.exc_info else None
        print("noted", record.name, record.levelname, record.getMessage(), kind, flush=True)


class Failing(logging.Handler):
    def emit(self, record):
        raise RuntimeError("the disk is full")


def add_filter():
    access_log.addFilter(WithoutHealth())


def filter_atoms():
    access_log.addFilter(WithoutProbes())


def filter_errors():
    error_log.addFilter(WithoutHealth())


def filter_handler():
    for handler in access_log.handlers:
        handler.addFilter(WithoutHealth())


def add_handler():
    error_log.addHandler(Noting())


def replace_handlers():
    access_log.handlers = [Noting()]


def set_formatter():
    for handler in error_log.handlers + access_log.handlers:
        handler.setFormatter(logging.Formatter("formatted %(name)s %(levelname)s %(message)s"))


def propagate():
    logging.basicConfig(stream=sys.stdout, level="INFO", format="root %(name)s %(levelname)s %(message)s")
    for logger in (error_log, access_log):
        logger.handlers.clear()
        logger.propagate = True


def set_level():
    access_log.setLevel(logging.WARNING)


def show_debug():
    error_log.setLevel(logging.DEBUG)
    error_log.addHandler(Noting())


def disable():
    access_log.disabled = True


def configure():
    logging.config.dictConfig({
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"format": '{{"from": "{name}", "text": "{message}"}}', "style": "{"}},
        "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stdout"}},
        "loggers": {name: {"level": "INFO", "handlers": ["out"], "propagate": False}
                    for name in ("gunicorn.error", "gunicorn.access")},
    })


def patch_class():
    """As sentry_sdk does."""
    original = logging.Logger.callHandlers

    def call_handlers(self, record):
        Noting().emit(record)
        return original(self, record)

    logging.Logger.callHandlers = call_handlers


def fail():
    access_log.addHandler(Failing())


def app(way):
    globals()[way]()

    def serve(environ, start_response):
        if environ["PATH_INFO"] == "/boom":
            raise ValueError("no such thing")
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "5")])
        return [b"tuned"]

    return serve
