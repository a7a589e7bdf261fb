"""Loggers of a user's own."""

from gunicorn.glogging import Logger


class QuietHealth(Logger):
    """The habit of keeping health checks out of the access log."""

    def access(self, resp, req, environ, request_time):
        if req.path != "/health":
            super().access(resp, req, environ, request_time)


class Marked(Logger):
    """Formats of its own, an atom of its own."""

    error_fmt = "marked %(levelname)s %(message)s"

    def atoms(self, resp, req, environ, request_time):
        return {**super().atoms(resp, req, environ, request_time), "mark": resp.status[:3] + dict(resp.headers)["Content-Type"]}


class Broken(Logger):
    def setup(self, cfg):
        raise RuntimeError("no place to log to")
