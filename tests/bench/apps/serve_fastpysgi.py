"""PORT APP WORKERS THREADS SOCKET."""

import importlib
import sys

import fastpysgi

port, app, workers, _, _ = sys.argv[1:]
module, name = app.split(":")
application = getattr(importlib.import_module(module), name)
fastpysgi.run(application, host="127.0.0.1", port=int(port), workers=int(workers))
