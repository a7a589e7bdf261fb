"""PORT APP WORKERS THREADS SOCKET, as its manual says: listen once, fork, and run in each child."""

import importlib
import os
import sys

import bjoern

port, app, workers, _, path = sys.argv[1:]
module, name = app.split(":")
application = getattr(importlib.import_module(module), name)
bjoern.listen(application, f"unix:{path}" if path else "127.0.0.1", *(() if path else (int(port),)))
for _ in range(int(workers) - 1):
    if os.fork() == 0:
        break
bjoern.run()
