"""PORT APP WORKERS THREADS SOCKET."""

import importlib
import sys

from cheroot.wsgi import Server

port, app, _, threads, path = sys.argv[1:]
module, name = app.split(":")
application = getattr(importlib.import_module(module), name)
Server(path or ("127.0.0.1", int(port)), application, numthreads=max(int(threads), 10), request_queue_size=2048).start()
