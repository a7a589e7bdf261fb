"""Clients that never stop asking, some on connections of their own for each request, some keeping theirs, and the
account of what became of every request they sent.

A request counts as lost when it was sent, or its connection refused, and no complete answer came. A kept connection
that the server has ended before the next request was sent is no loss: the client connects anew, as every HTTP client
does. So is none that ends after an answer with `Connection: close`.
"""

import select
import threading
from collections import Counter

from harness.wire import Connection


class Load:
    """with Load(address, fresh=2, kept=2) as load: ...; afterwards load.lost and load.answered tell."""

    def __init__(self, address, fresh=2, kept=2, target="/"):
        self._address, self._target = address, target
        self._done = threading.Event()
        self.answers, self.losses = Counter(), []
        self.ended_while_idle = 0
        self._threads = [threading.Thread(target=self._ask_afresh, name=f"fresh {i}") for i in range(fresh)]
        self._threads += [threading.Thread(target=self._ask_on, name=f"kept {i}", args=(i,)) for i in range(kept)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._done.set()
        for thread in self._threads:
            thread.join()

    @property
    def answered(self):
        return sum(self.answers.values())

    def _ask_afresh(self):
        while not self._done.is_set():
            try:
                with Connection(self._address, 30) as connection:
                    self._record(connection.get(self._target, headers=[("Connection", "close")]))
            except (OSError, AssertionError) as error:
                self._lost(error)

    def _ask_on(self, number):
        connection = None
        while not self._done.is_set():
            try:
                connection = connection or Connection(self._address, 30)
                if _has_ended(connection):
                    self.ended_while_idle += 1
                    connection.close()
                    connection = None
                    continue
                answer = connection.get(self._target)
                self._record(answer)
                if (answer.header("Connection") or "").lower() == "close":
                    connection.close()
                    connection = None
                # Some think a little before they ask again: theirs are the connections that a drain finds idle.
                self._done.wait(number * 0.02)
            except (OSError, AssertionError) as error:
                self._lost(error)
                connection = None
        if connection:
            connection.close()

    def _record(self, answer):
        self.answers[answer.status] += 1

    def _lost(self, error):
        self.losses.append(f"{threading.current_thread().name}: {error!r}")


def _has_ended(connection):
    readable, _, _ = select.select([connection.socket], [], [], 0)
    return bool(readable)
