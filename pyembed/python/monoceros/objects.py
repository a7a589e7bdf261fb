"""What hooks are called with: the server, a worker, a request and its response, under Gunicorn's names.

They hold plain facts from the C++ side. Whatever costs something (the configuration, headers) is made when somebody
looks at it.
"""

import _signal
import os
import sys
import traceback

import _monoceros
from monoceros import logs

_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40, "critical": 50}


def _text_of(msg, args, exc_info):
    text = str(msg)
    if args:
        text %= args[0] if len(args) == 1 and isinstance(args[0], dict) else args
    if exc_info:
        error = exc_info if isinstance(exc_info, BaseException) else sys.exception()
        text += "\n" + "".join(traceback.format_exception(error)).rstrip("\n")
    return text


class Log:
    """The server's error log under the method names of Gunicorn's Logger, without the logging module."""

    def log(self, lvl, msg, *args, exc_info=None, extra=None, **named):
        if extra and {"metric", "value", "mtype"} <= extra.keys():
            _monoceros.metric(str(extra["metric"]), str(extra["value"]), str(extra["mtype"]))
            if not msg:
                return
        level = _LEVELS.get(lvl.lower(), 20) if isinstance(lvl, str) else lvl
        if not _monoceros.is_logged(level):
            return
        if logs.is_changed(logs.ERROR):
            return self.error_log.log(level, msg, *args, exc_info=exc_info, extra=extra, **named)
        try:
            _monoceros.log(level, _text_of(msg, args, exc_info))
        except Exception as error:  # what cannot be logged is no reason to fail a request
            stack = "".join(traceback.format_stack()).rstrip("\n")
            _monoceros.log(40, f"Logging error: {type(error).__name__}: {error}\n{stack}")

    def debug(self, msg, *args, **named):
        self.log(10, msg, *args, **named)

    def info(self, msg, *args, **named):
        self.log(20, msg, *args, **named)

    def warning(self, msg, *args, **named):
        self.log(30, msg, *args, **named)

    warn = warning

    def error(self, msg, *args, **named):
        self.log(40, msg, *args, **named)

    def exception(self, msg, *args, **named):
        self.log(40, msg, *args, **{"exc_info": True, **named})

    def critical(self, msg, *args, **named):
        self.log(50, msg, *args, **named)

    def close_on_exec(self):
        """The server's files do not outlive exec."""

    def reopen_files(self):
        """The server opens its files anew itself."""

    # The loggers of the logging module that lead to the same logs (monoceros.logs).

    @property
    def error_log(self):
        import logging

        return logging.getLogger("gunicorn.error")

    @property
    def access_log(self):
        import logging

        return logging.getLogger("gunicorn.access")


class Server:
    """The arbiter."""

    def __init__(self, make_cfg):
        self._make_cfg = make_cfg
        self.log = Log()
        self.pid = None  # known when it runs: until then it may become a daemon
        self.master_pid = 0
        self.master_name = "Master"
        self.num_workers = 0
        self.worker_age = 0
        self.WORKERS = {}
        self.LISTENERS = []
        self.app = None

    def follow(self, make_cfg, log, app):
        """Another configuration is in force."""
        self._make_cfg = make_cfg
        self.log = log
        self.app = app
        self.__dict__.pop("cfg", None)

    def __getattr__(self, name):
        # Only what is not there yet: the configuration is made for the first who asks.
        if name != "cfg":
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        self.cfg = self._make_cfg()
        return self.cfg

    def kill_worker(self, pid, sig):
        try:
            os.kill(pid, sig)
        except ProcessLookupError:
            self.WORKERS.pop(pid, None)

    def kill_workers(self, sig):
        for pid in list(self.WORKERS):
            self.kill_worker(pid, sig)

    @property
    def address(self):
        return self.cfg.address

    @property
    def proc_name(self):
        return self.cfg.proc_name

    @property
    def timeout(self):
        return self.cfg.timeout

    @property
    def worker_class(self):
        return self.cfg.worker_class


class Worker:
    """A worker of the server's own classes: in the arbiter before and after its life, in itself during it."""

    def __init__(self, server, age, pid=None):
        self._server = server
        self.age = age
        self.pid = pid or "[booting]"
        self.ppid = server.pid
        self.nr = 0
        self.alive = True
        self.booted = False
        self.aborted = False
        self.log = server.log
        self.wsgi = None
        self.own_max_requests = None  # what a hook has made of the setting

    def __str__(self):
        return f"<Worker {self.pid}>"

    @property
    def cfg(self):
        return self._server.cfg

    @property
    def app(self):
        return self._server.app

    @property
    def timeout(self):
        return self.cfg.timeout / 2

    @property
    def max_requests(self):
        return self.own_max_requests or self.cfg.max_requests or sys.maxsize

    @max_requests.setter
    def max_requests(self, count):
        self.own_max_requests = count

    # Handlers of signals; called by others that have taken their places

    def handle_exit(self, sig, frame):
        _monoceros.heed_signal(_signal.SIGTERM)

    def handle_quit(self, sig, frame):
        _monoceros.heed_signal(_signal.SIGQUIT)

    def handle_usr1(self, sig, frame):
        _monoceros.heed_signal(_signal.SIGUSR1)

    def handle_abort(self, sig, frame):
        _monoceros.heed_signal(_signal.SIGABRT)

    def handle_winch(self, sig, frame):
        """Ignored."""

    def notify(self):
        """The server proves the worker alive itself."""

    @property
    def tmp(self):
        """What else has notify()."""
        return self


def _below(script_name, path):
    from urllib.parse import unquote_to_bytes

    return unquote_to_bytes(path.removeprefix(script_name).encode("latin-1")).decode("latin-1")


def _by_name(headers):
    values = {}
    for name, value in headers:
        values.setdefault(name.upper(), []).append(value)
    return values


def _set_field(environ, name, values):
    key = name.replace("-", "_")
    if key == "CONTENT_LENGTH":
        return  # the content is as long as it is
    if key != "CONTENT_TYPE":
        key = "HTTP_" + key
    if values:
        environ[key] = ",".join(values)
    else:
        environ.pop(key, None)


class Request:
    """A request, as its head was, or as a hook has changed it."""

    def __init__(self, method, uri, path, query, headers, version, remote_addr, scheme):
        self.method = method
        self.uri = uri
        self.path = path
        self.query = query
        self.headers = headers  # [(NAME, value)], in the order they came
        self.version = version
        self.remote_addr = remote_addr
        self.peer_addr = remote_addr
        self.scheme = scheme
        self.fragment = ""
        self._received = method, path, query, headers.copy()

    def environ_for_log(self, client):
        """What a logger asks for, where no application has had an environ."""
        version = "HTTP/%d.%d" % self.version
        environ = {
            "REQUEST_METHOD": self.method, "RAW_URI": self.uri, "PATH_INFO": self.path, "QUERY_STRING": self.query,
            "SERVER_PROTOCOL": version, "REMOTE_ADDR": client, "SCRIPT_NAME": ""}
        for name, values in _by_name(self.headers).items():
            _set_field(environ, name, values)
        return environ

    def rewrite(self, environ):
        """What a hook has changed of the head counts for the application."""
        method, path, query, headers = self._received
        if self.method != method:
            environ["REQUEST_METHOD"] = self.method
        if self.path != path:
            environ["PATH_INFO"] = _below(environ["SCRIPT_NAME"], self.path)
        if self.query != query:
            environ["QUERY_STRING"] = self.query
        if self.headers != headers:
            before, now = _by_name(headers), _by_name(self.headers)
            for name in before.keys() | now.keys():
                if before.get(name) != now.get(name):
                    _set_field(environ, name, now.get(name))


class Response:
    """A response, after it was sent."""

    def __init__(self, status, headers, sent):
        self.status = status
        self.status_code = int(status[:3]) if status[:3].isdigit() else 500
        self.headers = headers
        self.sent = sent
        self.headers_sent = True
        fields = {name.lower(): value for name, value in headers}
        self.response_length = int(fields["content-length"]) if "content-length" in fields else None
        self.chunked = fields.get("transfer-encoding") == "chunked"
