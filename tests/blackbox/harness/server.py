"""One started server: its process, its logs, its wire, and how it must end."""

import os
import re
import signal
import subprocess
import uuid
from pathlib import Path

from harness import aftermath, procfs
from harness.log import Log
from harness.patience import LATER, SOON, eventually
from harness.wire import Connection

# CPython's arenas would count as leaks.
SANITIZER_OPTIONS = {
    "ASAN_OPTIONS": "detect_leaks=0:exitcode=86:quarantine_size_mb=4",
    "UBSAN_OPTIONS": "print_stacktrace=1:exitcode=86",
    "TSAN_OPTIONS": "exitcode=86",
}
_LISTENING = r"Listening at: (\S+?)(?:,\S+)*(?: \(\d+\))?(?:\"})?$"


class Server:
    def __init__(self, command, environment, folder, workers, **popen):
        self.marker = f"MONOCEROS_TEST={uuid.uuid4()}"
        name, value = self.marker.split("=")
        reports = Path(folder, "sanitizer")
        self.process = subprocess.Popen(
            [str(word) for word in command],
            env={**environment, **_reporting_to(reports, environment), name: value},
            cwd=folder,
            stdin=subprocess.DEVNULL,
            **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "start_new_session": True, **popen},
        )
        self.command, self.folder, self.reports = command, Path(folder), reports
        self.err = Log(self.process.stderr) if self.process.stderr else None
        self.out = Log(self.process.stdout) if self.process.stdout else None
        self.expected_workers = workers
        self.address = None
        self.baseline = None
        self.expected_exit = 0
        self.successor = None  # the arbiter that USR2 started, while the old one lives
        self._promotions = 0
        self._adopted = None  # the arbiter that took over from the process we started
        self._connections = []

    # Starting

    def await_ready(self, timeout=LATER):
        """Until the socket listens and each worker waits for requests."""
        self.address = self._listening_address(timeout)
        eventually(self._all_idle, timeout, "all workers waiting for requests")
        self.baseline = aftermath.Baseline(self)
        return self

    def await_listening(self, timeout=SOON):
        """Until the address that the test has set takes connections; for a server whose log says nothing of it."""

        def takes_connections():
            try:
                return Connection(self.address, timeout)
            except OSError:
                return None

        eventually(takes_connections, timeout, f"somebody at {self.address}").close()

    def _listening_address(self, timeout):
        where = eventually(self._listening_or_dead, timeout, "Listening at")
        if where.startswith("unix:"):
            path = where.removeprefix("unix:")
            return str(self.folder / path)
        host, port = re.fullmatch(r"https?://(.+):(\d+)", where).groups()
        return ("127.0.0.1" if host == "0.0.0.0" else host.strip("[]"), int(port))

    def _listening_or_dead(self):
        found = [match for log in (self.err, self.out) if log for match in log.matches(_LISTENING)]
        assert found or self.process.poll() is None, f"exited with {self.process.returncode} before listening"
        return found and found[0][1]

    def _all_idle(self):
        workers = self.workers()
        return len(workers) >= self.expected_workers and all(procfs.is_idle(pid) for pid in workers)

    # Processes

    @property
    def arbiter(self):
        """The pid of the arbiter, below whatever wrapper the test asked for."""
        if self._adopted:
            return self._adopted
        pid = self.process.pid
        while Path(procfs.command_line(pid)[0]).name in ("unshare", "setpriv", "chroot"):
            pid = eventually(lambda: procfs.children(pid), what="a child of the wrapper")[0]
        return pid

    def workers(self):
        return [pid for pid in procfs.children(self.arbiter) if procfs.is_running(pid) and pid != self.successor]

    def is_running(self):
        return procfs.is_running(self._adopted) if self._adopted else self.process.poll() is None

    def worker(self):
        (pid,) = self.workers()
        return pid

    def await_workers(self, count, other_than=(), timeout=LATER):
        """Until exactly `count` workers serve, none of `other_than` among them."""

        def settled():
            pids = self.workers()
            fresh = not set(pids) & set(other_than)
            return pids if len(pids) == count and fresh and all(map(procfs.is_idle, pids)) else None

        pids = eventually(settled, timeout, f"{count} workers, none of {list(other_than)}")
        if self.baseline and self.baseline.workers != count:
            self.baseline = aftermath.Baseline(self)
        return pids

    def await_waiting_application(self):
        """Until the one worker's application waits for its client, to send or to read more."""
        worker = self.worker()
        eventually(lambda: procfs.is_in_ppoll(worker), what="an application that waits for its client")

    def start_successor(self, workers=None):
        """USR2, until the new arbiter's workers serve beside the old ones; its pid."""
        before = set(procfs.children(self.arbiter))
        self.kill(signal.SIGUSR2)
        (self.successor,) = eventually(lambda: set(procfs.children(self.arbiter)) - before, what="a successor")
        wanted = self.expected_workers if workers is None else workers

        def serves():
            pids = procfs.children(self.successor)
            return len(pids) == wanted and all(map(procfs.is_idle, pids))

        eventually(serves, LATER, "the successor's workers")
        return self.successor

    def adopt_successor(self, number=signal.SIGTERM):
        """Ends the old arbiter, unless that was done (None); from here on the server is the new one."""
        old = self.arbiter
        if number:
            os.kill(old, number)
        self._promotions += 1
        self.wait_for_line(r"Master has been promoted\.$", count=self._promotions)
        eventually(lambda: not procfs.is_running(old), LATER, "the old arbiter gone")
        self._adopted, self.successor = self.successor, None
        self.baseline = aftermath.Baseline(self)

    def kill(self, number):
        os.kill(self.arbiter, number)

    def wait(self, timeout=LATER):
        """Until the server has ended; returns and from now on expects its exit status."""
        if self._adopted:
            eventually(lambda: not self.is_running(), timeout, "the server ended")
        try:
            self.expected_exit = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"still running after {timeout:.0f} s") from None
        self.finish_logs()
        return self.expected_exit

    def finish_logs(self):
        for log in (self.err, self.out):
            if log:
                log.finish()

    def stop(self, number=signal.SIGTERM, timeout=LATER):
        self.kill(number)
        return self.wait(timeout)

    # Wire

    def connect(self, timeout=SOON):
        connection = Connection(self.address, timeout)
        self._connections.append(connection)
        return connection

    def close_connections(self):
        for connection in self._connections:
            connection.close()

    def request(self, method, target="/", headers=(), body=b"", version="HTTP/1.1"):
        with self.connect() as connection:
            return connection.request(method, target, [*headers, ("Connection", "close")], body, version)

    def get(self, target="/", headers=()):
        return self.request("GET", target, headers)

    def exchange(self, data):
        """Sends the bytes and returns all that comes until the server closes."""
        with self.connect() as connection:
            connection.send(data)
            return connection.read_until_closed()

    # Log

    def wait_for_line(self, pattern, timeout=SOON, count=1):
        return self.err.wait_for(pattern, timeout, count)

    def expect_line(self, pattern):
        self.err.expect(pattern)


def _reporting_to(path, environment):
    """Sanitizers write to files that the aftermath looks for, not into the log."""
    return {name: f"{environment.get(name, value)}:log_path={path}" for name, value in SANITIZER_OPTIONS.items()}
