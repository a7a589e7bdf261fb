"""What must hold after every test: a clean log, no leaked descriptor, no zombie, no survivor, no sanitizer report."""

import os
import signal
import subprocess

from harness import procfs
from harness.patience import LATER, SOON, eventually


class Baseline:
    """How many descriptors of each kind the arbiter and its workers held once they were ready."""

    def __init__(self, server):
        self.spare = 0  # descriptors a test allows its application to keep
        self._arbiter = procfs.descriptor_kinds(server.arbiter)
        self._workers = [procfs.descriptor_kinds(pid) for pid in server.workers()]

    @property
    def workers(self):
        return len(self._workers)

    def leaks(self, server):
        found = self._beyond(server.arbiter, [self._arbiter])
        for pid in server.workers():
            found += self._beyond(pid, self._workers)
        return found

    def _beyond(self, pid, known):
        now = procfs.descriptor_kinds(pid)
        if any(sum((now - before).values()) <= self.spare for before in known):
            return []
        more = {kind: count - known[0][kind] for kind, count in now.items() if count > known[0][kind]}
        return [f"process {pid} holds more descriptors than when it was ready: {more}"]


def examine(server):
    """Ends the server if the test has not, and returns what is wrong, one sentence each."""
    server.close_connections()
    problems = []
    if server.is_running():
        problems += _while_running(server)
        problems += _stop(server)
    server.finish_logs()
    problems += _survivors(server)
    if server.process.returncode != server.expected_exit:
        problems.append(f"exit status {server.process.returncode}, not {server.expected_exit}")
    if server.err:
        problems += [f"unexpected in the log: {record}" for record in server.err.unexpected()]
    problems += [f"{report.name}: {report.read_text()[:4000]}" for report in server.folder.glob("sanitizer.*")]
    return problems


def _settles(condition):
    try:
        return eventually(condition, SOON / 2)
    except AssertionError:
        return None


def _while_running(server):
    problems = []
    if server.baseline and not _settles(lambda: not server.baseline.leaks(server)):
        problems += server.baseline.leaks(server)
    if not _settles(lambda: not procfs.zombies(server.arbiter)):
        problems.append(f"zombies: {procfs.zombies(server.arbiter)}")
    return problems


def _stop(server):
    server.kill(signal.SIGTERM)
    try:
        eventually(lambda: not server.is_running(), LATER)
        server.process.wait(LATER)
        return []
    except (AssertionError, subprocess.TimeoutExpired):
        return [f"still running {LATER:.0f} s after SIGTERM"]


def _survivors(server):
    """Processes that outlive their server; they are ended here, by pid."""
    if _settles(lambda: not procfs.with_marker(server.marker)):
        return []
    survivors = procfs.with_marker(server.marker)
    problems = [f"survived: {pid} {' '.join(procfs.command_line(pid))}" for pid in survivors]
    for pid in survivors:
        os.kill(pid, signal.SIGKILL)
    server.process.wait(LATER)
    return problems
