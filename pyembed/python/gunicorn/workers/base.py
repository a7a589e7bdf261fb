"""The contract between the server and a worker class written in Python.

The class is instantiated in the arbiter before the fork, with sockets that listen. In the child `init_process()` is
called; it prepares the process, loads the application and ends in `run()`, which serves until `alive` is false and must
call `notify()` more often than every `timeout` seconds. The process then exits with 0.
"""

import os
import signal
import sys
import time
import traceback
from random import randint

import _monoceros
from gunicorn import util
from gunicorn.errors import AppImportError
from gunicorn.workers.workertmp import WorkerTmp


class Worker:
    SIGNALS = [getattr(signal, "SIG" + name)
               for name in ("ABRT", "HUP", "QUIT", "INT", "TERM", "USR1", "USR2", "WINCH", "CHLD")]
    PIPE = []

    def __init__(self, age, ppid, sockets, app, timeout, cfg, log):
        """`timeout`: half of the setting, in seconds; how often to call notify() at the least."""
        self.age = age
        self.pid = "[booting]"
        self.ppid = ppid
        self.sockets = sockets
        self.app = app
        self.timeout = timeout
        self.cfg = cfg
        self.booted = False
        self.aborted = False
        self.alive = True
        self.reloader = None
        self.nr = 0
        self.wsgi = None
        jitter = randint(0, cfg.max_requests_jitter) if cfg.max_requests > 0 else 0
        self.max_requests = cfg.max_requests + jitter if cfg.max_requests > 0 else sys.maxsize
        self.log = log
        self.tmp = WorkerTmp(cfg)

    def __str__(self):
        return f"<Worker {self.pid}>"

    def notify(self):
        """Proves to the arbiter that the worker is alive."""
        self.tmp.notify()

    def run(self):
        """Serves. Subclasses say how."""
        raise NotImplementedError()

    def init_process(self):
        """Prepares the process, loads the application, and serves. An extension calls this one last."""
        self.pid = os.getpid()
        for name, value in self.cfg.env.items():
            os.environ[name] = value
        util.seed()
        self.PIPE = os.pipe()
        for descriptor in self.PIPE:
            util.set_non_blocking(descriptor)
            util.close_on_exec(descriptor)
        for sock in self.sockets:
            util.close_on_exec(sock.fileno())
        self.wait_fds = [*self.sockets, self.PIPE[0]]
        self.log.close_on_exec()
        self.init_signals()
        self.load_wsgi()
        self.cfg.post_worker_init(self)
        self.booted = True
        _monoceros.announce_ready()
        self.run()

    def load_wsgi(self):
        if not self.cfg.reload:
            self.wsgi = self.app.wsgi()
            return
        from monoceros import reloader

        self.wsgi, failure = reloader.load(self.app)
        if failure:
            self.log.error(failure)

    def init_signals(self):
        for number in self.SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        for name, handler in (("QUIT", self.handle_quit), ("TERM", self.handle_exit), ("INT", self.handle_quit),
                              ("WINCH", self.handle_winch), ("USR1", self.handle_usr1), ("ABRT", self.handle_abort)):
            signal.signal(getattr(signal, "SIG" + name), handler)
        for number in (signal.SIGTERM, signal.SIGUSR1):
            signal.siginterrupt(number, False)
        if self.PIPE:
            signal.set_wakeup_fd(self.PIPE[1])

    # Signals, on the main thread

    def handle_usr1(self, sig, frame):
        self.log.reopen_files()

    def handle_exit(self, sig, frame):
        self.alive = False

    def handle_quit(self, sig, frame):
        self.alive = False
        self.cfg.worker_int(self)
        time.sleep(0.1)
        sys.exit(0)

    def handle_abort(self, sig, frame):
        self.alive = False
        self.cfg.worker_abort(self)
        sys.exit(1)

    def handle_winch(self, sig, frame):
        self.log.debug("worker: SIGWINCH ignored.")

    def handle_error(self, req, client, addr, exc):
        """Answers a request that failed before the application could: 400 for what could not be parsed, else 500."""
        from gunicorn.http import errors

        if isinstance(exc, errors.ParseException):
            status, reason, message = getattr(exc, "status_int", 400), "Bad Request", str(exc)
            self.log.warning("Invalid request from ip=%s: %s", addr[0] if isinstance(addr, tuple) else addr, message)
        else:
            status, reason, message = 500, "Internal Server Error", ""
            self.log.exception("Error handling request %s", getattr(req, "uri", ""))
        try:
            util.write_error(client, status, reason, message)
        except OSError:
            self.log.debug("Failed to send error message.")


def run_in_child(worker, server):
    """The whole life of `worker` in its process; returns the exit status."""
    from gunicorn.arbiter import Arbiter

    try:
        worker.pid = os.getpid()
        worker.cfg.post_fork(server, worker)
        worker.init_process()
        return 0
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else int(error.code is not None)
    except AppImportError as error:
        worker.log.error(str(error))
        return announce_failure(Arbiter.APP_LOAD_ERROR)
    except Exception:
        worker.log.exception("Exception in worker process")
        return 255 if worker.booted else announce_failure(Arbiter.WORKER_BOOT_ERROR)
    finally:
        worker.log.info("Worker exiting (pid: %s)", worker.pid)
        try:
            worker.tmp.close()
            worker.cfg.worker_exit(server, worker)
        except Exception:
            worker.log.warning("Exception during worker exit:\n%s", traceback.format_exc())


def announce_failure(status):
    _monoceros.announce_boot_failure(status)
    return status
