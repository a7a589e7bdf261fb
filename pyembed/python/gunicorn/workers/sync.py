"""The class behind `sync`, for subclasses: what they add in init_process() or in signal handlers counts, requests are
served by the server's own core.
"""

import _monoceros
from gunicorn.workers import base


class SyncWorker(base.Worker):
    def run(self):
        _monoceros.serve_requests(self.wsgi)
