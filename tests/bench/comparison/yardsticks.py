"""What the work of a row comes to without a server, or with half of it: a sentence for the report. `rounds`: the figures
of each server in each."""

import statistics
import subprocess
import sys
import time

from comparison.measuring import SERVER
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


def importing(row, _rounds):
    module, times = row.app.partition(":")[0], []
    for _ in range(6):
        begun = time.monotonic()
        subprocess.run([*SERVER, sys.executable, "-X", "frozen_modules=on", "-c", f"import {module}"], check=True,
                       cwd=BENCH / "apps")
        times.append((time.monotonic() - begun) * 1000)
    taken = statistics.median(times[1:])  # the first reads it from the disk
    return f"To import the same application, `python -X frozen_modules=on` takes {taken:.0f} ms from its start to its end."


def waiting(row, _rounds):
    words = [*SERVER, sys.executable, "-c", _WAITING, str(row.threads)]
    often = float(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
    return f"Threads of Python that do nothing but wait: {often:,.0f} times a second."


def half(_row, rounds):
    gains = [two["per_second"] / one["per_second"]
             for two, one in zip(rounds.get("Monoceros", []), rounds.get("Monoceros, one worker", []), strict=False)]
    return f"Round by round, two workers give {statistics.median(gains):.2f} times the answers of one." if gains else ""
