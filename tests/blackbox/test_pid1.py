"""As the first process of a PID namespace, as in a container without an init."""

import os
import signal

import pytest

from harness import procfs
from harness.patience import LATER, eventually, never

# As container runtimes start it: no signal is ignored, whatever a shell in the background has set.
AS_INIT = ("unshare", "--pid", "--fork", "--kill-child", "--mount-proc", "env", "--default-signal")


@pytest.fixture
def init(server):
    def start(app, *options, **how):
        running = server(app, *options, prefix=AS_INIT, **how)
        assert procfs.inner_pid(running.arbiter) == 1
        return running

    return start


def test_init_serves_and_ends(init):
    running = init("hello:app", "-w", "2")
    assert running.get().status == 200
    running.wait_for_line(r"\[1\] \[INFO\] Listening at: .* \(1\)")
    assert running.stop() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGQUIT])
def test_init_is_ended_by_signals_the_kernel_would_keep_from_it(init, number):
    running = init("hello:app")
    running.expect_line(r"was sent SIG\w+|exited with code")
    assert running.stop(number) == 0


@pytest.mark.parametrize("status", [0, 3, 4, 255])
def test_orphans_are_reaped_and_mean_nothing(init, status):
    running = init("orphans:app")
    worker = running.worker()
    for _ in range(3):
        running.get(f"/?status={status}")
    eventually(lambda: procfs.children(running.arbiter) == [worker], what="orphans reaped")
    never(lambda: running.process.poll() is not None, 0.5, "an orphan ended the server")
    assert running.get(f"/?status={status}").status == 200


@pytest.mark.parametrize("number, count", [(signal.SIGTTIN, 3), (signal.SIGTTOU, 1)])
def test_init_changes_its_number_of_workers(init, number, count):
    running = init("hello:app", "-w", "2")
    running.kill(number)
    running.await_workers(count)


def test_init_respawns_workers(init):
    running = init("pid:app", "-w", "2")
    before = running.workers()
    running.expect_line(r"was sent SIGKILL!")
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    running.await_workers(2, other_than=before)
    assert running.get().status == 200


def test_init_reloads(init):
    running = init("hello:app", "-w", "2")
    before = running.workers()
    running.kill(signal.SIGHUP)
    running.await_workers(2, other_than=before)


@pytest.mark.parametrize("number", [signal.SIGUSR1, signal.SIGWINCH])
def test_init_survives(init, number):
    running = init("hello:app")
    running.kill(number)
    assert running.get().status == 200


@pytest.mark.ours("Gunicorn has no such exit status for several workers")
@pytest.mark.parametrize("app, status", [("import_error:app", 3), ("loads:missing", 4)])
def test_init_that_fails_to_boot_says_so(server, app, status):
    running = server(app, "-w", "4", prefix=AS_INIT, ready=False)
    running.expect_line(r"\[ERROR\]|Traceback")
    assert running.wait(LATER) == status


@pytest.mark.ours("nothing but KILL ends Gunicorn meanwhile")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGQUIT])
def test_init_ends_while_it_loads_the_application(server, tmp_path, number):
    (tmp_path / "slow.py").write_text("import time\nopen('loading', 'w').close()\ntime.sleep(600)\n")
    running = server("slow:app", "--preload", "--pythonpath", tmp_path, prefix=AS_INIT, ready=False)
    eventually((tmp_path / "loading").exists, LATER, "the application being loaded")
    assert running.stop(number) == 128 + number


@pytest.mark.ours("nothing but KILL ends Gunicorn meanwhile")
def test_application_that_init_loads_sees_no_handlers(init, server, tmp_path):
    (tmp_path / "looks.py").write_text(
        "import signal\nfound = [signal.getsignal(n) == signal.SIG_DFL for n in (signal.SIGTERM, signal.SIGQUIT)]\n"
        "print('defaults:', found, flush=True)\nfrom hello import app\n"
    )
    running = init("looks:app", "--preload", "--pythonpath", f"{tmp_path},{server.apps}")
    assert "defaults: [True, True]" in running.out.lines


def test_everything_ends_with_init(init):
    running = init("hello:app", "-w", "3")
    workers = running.workers()
    running.kill(signal.SIGKILL)
    running.wait()
    eventually(lambda: not any(map(procfs.exists, workers)), what="workers gone with their namespace")
