"""The server as Python code sees it: one Runtime per configuration, called by the C++ side with plain facts."""

import os
import sys
import traceback

import _monoceros
import gunicorn
from monoceros import logs, signals
from monoceros.objects import Request, Response, Server, Worker


_met = []  # the server, and its workers by age, that hooks know


class Runtime:
    def __init__(self, functions, values):
        """`functions`: the hooks that are set, by name. `values`: all settings."""
        self.functions = functions
        self._values = values
        self.server = Server(self._make_cfg)
        self.workers = {}
        self.worker = None
        self._log = self.server.log
        self._access_log = None
        self._app = None
        self._is_told_of_end = False

    def _make_cfg(self):
        from gunicorn.config import Config

        return Config.of_values({**self._values, **self.functions})

    def set_application(self, app):
        """The one object, with wsgi(), that all share who have to do with the application."""
        self._app = app
        if getattr(app, "make_cfg", app) is None:
            app.make_cfg = lambda: self.server.cfg

    def set_server(self, num_workers):
        """This configuration is in force. Hooks meet the server and the workers that they have met before."""
        if _met:
            self.server, self.workers = _met
        else:
            _met[:] = self.server, self.workers
        self.server.follow(self._make_cfg, self._log, self._app)
        os.environ["SERVER_SOFTWARE"] = f"gunicorn/{gunicorn.__version__} (monoceros)"  # by which code knows its server
        self.server.pid = os.getpid()
        self.server.num_workers = num_workers

    def _call(self, name, *args):
        function = self.functions.get(name)
        if function is not None:
            function(*args)

    # The logger, when a setting wants one in Python

    def open_log(self):
        self._log = self.server.log = self.server.cfg.logger_class(self.server.cfg)

    def log(self, level, text):
        """A line of the server's own. `level` is a method's name."""
        getattr(self._log, level)(text)

    def log_exception(self, text):
        """`text` ends with the traceback of the exception that is being handled; if none is, it is all there is."""
        if sys.exception():
            self._log.exception(text.partition("\n")[0])
        else:
            self._log.error(text)

    def reopen_log(self):
        self._log.reopen_files()

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
        self.server.worker_age = age
        worker = self.workers[age] = Worker(self.server, age)
        self._call("pre_fork", self.server, worker)

    def forked(self, age, pid):
        worker = self.workers[age]
        worker.pid = pid
        self.server.WORKERS[pid] = worker

    def child_exit(self, age, pid):
        self.server.WORKERS.pop(pid, None)
        worker = self.workers.pop(age, None) or Worker(self.server, age)
        worker.pid = pid
        self._call("child_exit", self.server, worker)

    # A worker class of the user's own

    def load_worker_class(self):
        """Imports the configured class, so that a wrong name is known before anything is started."""
        cfg = self.server.cfg
        check = getattr(cfg.worker_class, "check_config", None)
        if check:
            check(cfg, self.server.log)

    def fail_boot(self, status, error):
        """A worker could not even be made."""
        from gunicorn.workers.base import announce_failure

        self.server.log.error("Exception in worker process", exc_info=error)
        announce_failure(status)

    def run_worker(self, age, descriptors, app):
        """In the child: the whole life of worker `age`; returns the exit status. `app` has wsgi(), which loads."""
        from gunicorn.sock import of_descriptor
        from gunicorn.workers.base import run_in_child

        sockets = [of_descriptor(descriptor) for descriptor in descriptors]
        cfg = self.server.cfg
        app.cfg = cfg
        self.worker = cfg.worker_class(age, self.server.pid, sockets, app, cfg.timeout / 2.0, cfg, self.server.log)
        return run_in_child(self.worker, self.server)

    # In the worker

    def post_fork(self, age):
        self.worker = self.workers.get(age) or Worker(self.server, age)
        self.worker.pid = os.getpid()
        self._call("post_fork", self.server, self.worker)

    def show_signals(self):
        """Python code knows the worker's handlers from now on, until hide_signals()."""
        signals.show(self.worker)

    def hide_signals(self):
        signals.hide()

    def post_worker_init(self, wsgi):
        """Returns what is to be served: the hook may put something else in the place of `wsgi`."""
        self.worker.wsgi = wsgi
        self._call("post_worker_init", self.worker)
        self.worker.booted = True
        return self.worker.wsgi

    def max_requests(self):
        return self.worker.own_max_requests

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

    # Around a request

    def make_request(self, *facts):
        if "pre_request" not in self.functions:
            self.worker.nr += 1
        return Request(*facts)

    def pre_request(self, request):
        self._call("pre_request", self.worker, request)
        self.worker.nr += 1
        self._notice_end()

    def rewrite(self, request, environ):
        request.rewrite(environ)

    def _notice_end(self):
        """A hook may have ended the worker: it goes on until there is a successor, as with max_requests."""
        if not self.worker.alive and not self._is_told_of_end:
            self._is_told_of_end = True
            _monoceros.announce_retirement()

    def post_request(self, environ, request, response):
        try:
            self.functions["post_request"](self.worker, request, environ, Response(*response))
        except Exception:
            self.worker.log.exception("Exception in post_request hook")
        self._notice_end()

    def log_access(self, environ, request, response, microseconds):
        from datetime import timedelta

        log = self.server.log if hasattr(self.server.log, "access") else self._follower()
        log.access(Response(*response), request, environ, timedelta(microseconds=microseconds))

    def _follower(self):
        if not self._access_log:
            self._access_log = logs.follower(self.server.cfg)
        return self._access_log

    def log_unanswered(self, facts, client, status, sent, microseconds):
        """The line of a request that no application has answered, which has had no environ."""
        request = Request(*facts)
        self.log_access(request.environ_for_log(client), request, (status, [], sent), microseconds)


def adapted(function, *arities):
    """`function` as a hook that is called with arities[0] arguments, and may leave some out by taking a later one of
    `arities` (0: there is none). If it takes none of them, how many positional ones it takes. One that does not tell
    its parameters gets them all.
    """
    import inspect

    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return function
    for arity in filter(None, arities):
        try:
            signature.bind(*range(arity))
        except TypeError:
            continue
        return function if arity == arities[0] else lambda *arguments: function(*arguments[:arity])
    return sum(parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
               for parameter in signature.parameters.values())
