"""The arbiter, as Python code gets to see it: constants, and the object that hooks call `server`.

The arbiter itself is the server's own. Code that does `from gunicorn.arbiter import Arbiter` wants the exit statuses,
and an embedding application that does `Arbiter(app).run()` gets the server.
"""

import os

from gunicorn.errors import HaltServer  # noqa: F401  (a public name of this module)


class Arbiter:
    WORKER_BOOT_ERROR = 3
    APP_LOAD_ERROR = 4

    def __init__(self, app):
        self.app = app
        self.cfg = getattr(app, "cfg", None)
        self.log = None
        self.pid = os.getpid()
        self.master_pid = 0
        self.master_name = "Master"
        self.proc_name = None
        self.address = []
        self.num_workers = 0
        self.worker_age = 0
        self.timeout = 0
        self.LISTENERS = []
        self.WORKERS = {}
        self.START_CTX = {}
        self.reexec_pid = 0

    @property
    def worker_class(self):
        return self.cfg.worker_class

    def run(self):
        """Serves the application; ends by SystemExit with the server's exit status."""
        from _monoceros import serve

        raise SystemExit(serve(self.app))
