"""How long a test waits for what must happen. Waits end by an event; these are only the bounds."""

import os
import time

_FACTOR = float(os.environ.get("MONOCEROS_TEST_PATIENCE", "1"))  # sanitizer builds are slower: ci/test says 3
SOON = 10 * _FACTOR
LATER = 30 * _FACTOR


def eventually(condition, timeout=SOON, what=None):
    """The first true value of condition(), asked again and again; fails after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"after {timeout:.0f} s still not: {what or condition.__name__}")
        time.sleep(0.02)
    return value


def never(condition, during, what):
    """Fails as soon as condition() is true within `during` seconds."""
    deadline = time.monotonic() + during
    while time.monotonic() < deadline:
        if condition():
            raise AssertionError(what)
        time.sleep(0.02)
