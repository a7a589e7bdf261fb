"""What the work of a row comes to without a server: a sentence for the report, measured with the row."""

import statistics
import subprocess
import sys
import time

from comparison.measuring import CLIENT, SERVER
from comparison.peers import BENCH

_WAITING = """
import sys, threading, time

def wait():
    while time.monotonic() < end:
        time.sleep(0.01)
        done.append(None)

threads, done, end = [threading.Thread(target=wait) for _ in range(int(sys.argv[1]))], [], time.monotonic() + 3
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(done) / 3)
"""

_CALLING = """
import importlib, sys, time
from wsgiref.util import setup_testing_defaults

module, name = sys.argv[1].split(":")
app, calls, end = getattr(importlib.import_module(module), name), 0, time.monotonic() + 3
while time.monotonic() < end:
    environ = {"PATH_INFO": sys.argv[2]}
    setup_testing_defaults(environ)
    answer = app(environ, lambda *_: None)
    b"".join(answer)
    answer.close()
    calls += 1
print(calls / 3)
"""


def importing(row):
    module, times = row.app.partition(":")[0], []
    for _ in range(6):
        begun = time.monotonic()
        subprocess.run([*SERVER, sys.executable, "-X", "frozen_modules=on", "-c", f"import {module}"], check=True,
                       cwd=BENCH / "apps")
        times.append((time.monotonic() - begun) * 1000)
    taken = statistics.median(times[1:])  # the first reads it from the disk
    return f"To import the same application, `python -X frozen_modules=on` takes {taken:.0f} ms from its start to its end."


def waiting(row):
    words = [*SERVER, sys.executable, "-c", _WAITING, str(row.threads)]
    often = float(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
    return f"Threads of Python that do nothing but wait: {often:,.0f} times a second."


def calling(row):
    words = [sys.executable, "-c", _CALLING, row.app, row.target]

    def together(*pins):
        loops = [subprocess.Popen([*pin, *words], cwd=BENCH / "apps", stdout=subprocess.PIPE, text=True) for pin in pins]
        return sum(float(loop.communicate()[0]) for loop in loops)

    one, two = together(SERVER), together(SERVER, CLIENT)
    return (f"Called in a bare loop without a server: {one:,.0f} times a second by one process, {two:,.0f} by one on each"
            f" processor, {two / one:.2f} times as often.")
