"""Server hooks: the objects they are called with, and the calls. The C++ side hands over plain facts only."""

import os
import traceback
import types

import _monoceros


class Log:
    """`server.log`, `worker.log`: the server's error log under the method names of Gunicorn's Logger."""

    def _write(self, level, message, args, named, exc_info=None):
        extra = named.get("extra") or {}
        if {"metric", "value", "mtype"} <= extra.keys():
            _monoceros.metric(str(extra["metric"]), str(extra["value"]), str(extra["mtype"]))
            if not message:
                return
        text = str(message) % args if args else str(message)
        if named.get("exc_info", exc_info):
            text += "\n" + traceback.format_exc().rstrip("\n")
        _monoceros.log(level, text)

    def debug(self, message, *args, **named):
        self._write(10, message, args, named)

    def info(self, message, *args, **named):
        self._write(20, message, args, named)

    def warning(self, message, *args, **named):
        self._write(30, message, args, named)

    warn = warning

    def error(self, message, *args, **named):
        self._write(40, message, args, named)

    def exception(self, message, *args, **named):
        self._write(40, message, args, named, True)

    def critical(self, message, *args, **named):
        self._write(50, message, args, named)

    def log(self, level, message, *args, **named):
        self._write(level, message, args, named)


class Server:
    """The arbiter, as hooks see it."""

    def __init__(self):
        self.log = Log()
        self.cfg = types.SimpleNamespace()
        self.pid = os.getpid()
        self.address = []
        self.num_workers = 0


class Worker:
    """A worker, as hooks see it: in the arbiter before and after its life, in itself during it."""

    def __init__(self, server, age, pid):
        self.age = age
        self.pid = pid or "[booting]"
        self.ppid = server.pid
        self.nr = 0
        self.alive = True
        self.booted = False
        self.aborted = False
        self.log = server.log
        self.cfg = server.cfg

    def __str__(self):
        return f"<Worker {self.pid}>"


class Request:
    """A request, as pre_request and post_request see it."""

    def __init__(self, method, uri, path, query, headers, minor_version):
        self.method = method
        self.uri = uri
        self.path = path
        self.query = query
        self.headers = headers
        self.version = (1, minor_version)


class Response:
    def __init__(self, status, sent):
        self.status = status
        self.status_code = int(status[:3])
        self.sent = sent


class Runtime:
    def __init__(self, functions):
        self.functions = functions
        self.server = Server()
        self.workers = {}
        self.worker = None
        self.request = None

    def set_server(self, address, num_workers):
        self.server.address = address
        self.server.num_workers = num_workers

    def _call(self, name, *args):
        function = self.functions.get(name)
        if function is not None:
            function(*args)

    # In the arbiter

    def on_starting(self):
        self._call("on_starting", self.server)

    def when_ready(self):
        self._call("when_ready", self.server)

    def on_reload(self):
        self._call("on_reload", self.server)

    def pre_exec(self):
        self._call("pre_exec", self.server)

    def on_exit(self):
        self._call("on_exit", self.server)

    def nworkers_changed(self, new, old):
        self.server.num_workers = new
        self._call("nworkers_changed", self.server, new, old)

    def pre_fork(self, age):
        worker = self.workers[age] = Worker(self.server, age, None)
        self._call("pre_fork", self.server, worker)

    def child_exit(self, age, pid):
        worker = self.workers.pop(age, None) or Worker(self.server, age, pid)
        worker.pid = pid
        self._call("child_exit", self.server, worker)

    # In the worker

    def post_fork(self, age):
        self.worker = self.workers.get(age) or Worker(self.server, age, None)
        self.worker.pid = os.getpid()
        self._call("post_fork", self.server, self.worker)

    def post_worker_init(self):
        self.worker.booted = True
        self._call("post_worker_init", self.worker)

    def worker_int(self):
        self._call("worker_int", self.worker)

    def worker_abort(self):
        self.worker.aborted = True
        self._call("worker_abort", self.worker)

    def worker_exit(self):
        self.worker.alive = False
        try:
            self._call("worker_exit", self.server, self.worker)
        except Exception:
            self.server.log.warning("Exception during worker exit:\n%s", traceback.format_exc())

    def pre_request(self, *facts):
        self.request = Request(*facts)
        self._call("pre_request", self.worker, self.request)

    def post_request(self, environ, status, sent):
        self.worker.nr += 1
        function = self.functions["post_request"]
        arguments = (self.worker, self.request, environ, Response(status, sent))
        try:
            function(*arguments[: function.__code__.co_argcount])
        except Exception:
            self.worker.log.exception("Exception in post_request hook")
