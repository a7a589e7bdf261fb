"""A program that embeds the server, in the form that Gunicorn's manual gives. Settings: JSON in $OPTIONS."""

import json
import os

from gunicorn.app.base import BaseApplication


def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"embedded"]


class StandaloneApplication(BaseApplication):
    def __init__(self, app, options=None):
        self.options = options or {}
        self.application = app
        super().__init__()

    def load_config(self):
        for name, value in self.options.items():
            if name in self.cfg.settings and value is not None:
                self.cfg.set(name.lower(), value)

    def load(self):
        return self.application


if __name__ == "__main__":
    options = json.loads(os.environ["OPTIONS"])
    if options.pop("print_workers", False):
        options["post_fork"] = lambda server, worker: print("forked", worker.age, server.cfg.workers, flush=True)
    StandaloneApplication(application, options).run()
