"""USR2: a second server on the same sockets, from the program and the configuration that now lie there."""

import os
import shutil
import signal
from pathlib import Path

import pytest

from harness import procfs
from harness.patience import LATER, eventually, never
from harness.wire import request_bytes
from test_pid1 import AS_INIT

ENDED = r"The successor \(pid:\d+\) (exited with code \d+|was sent SIG\w+)"


def title(pid):
    return " ".join(procfs.command_line(pid)).rstrip("\0 ")


def test_successor_serves_beside_the_old_one_and_then_alone(server):
    running = server("pid:app", "-w", "2")
    old, new = running.arbiter, running.start_successor()
    assert running.get().status == 200
    running.adopt_successor()
    assert running.process.wait(LATER) == 0
    assert int(running.get("/parent").body) == new != old


def test_upgraded_server_is_upgraded_again(server):
    running = server("pid:app")
    for _ in range(3):
        running.start_successor()
        running.adopt_successor()
    assert int(running.get("/parent").body) == running.arbiter


def test_pidfile_moves_on_with_the_server(server, tmp_path):
    running = server("pid:app", "-p", "server.pid")
    pidfile, second = tmp_path / "server.pid", tmp_path / "server.pid.2"
    old, new = running.arbiter, running.start_successor()
    assert (int(pidfile.read_text()), int(second.read_text())) == (old, new)
    running.adopt_successor()
    eventually(lambda: not second.exists(), what="server.pid.2 gone")
    assert int(pidfile.read_text()) == new
    assert running.stop() == 0
    assert not pidfile.exists()


@pytest.mark.ours("Gunicorn needs a package of its own for that")
def test_title_tells_the_second_server(server):
    running = server("pid:app", "-n", "shop")
    new = running.start_successor()
    assert title(running.arbiter).endswith(": master [shop]")
    assert title(running.worker()).endswith(": worker [shop]")
    assert title(new).endswith(": master [shop.2]")
    running.adopt_successor()
    eventually(lambda: title(new).endswith(": master [shop]"), what="the title without .2")


def test_successor_that_is_told_to_go_leaves_the_old_one_serving(server, tmp_path):
    running = server("pid:app", "-p", "server.pid", bind="unix:s.sock")
    old, new = running.arbiter, running.start_successor()
    running.expect_line(ENDED)
    os.kill(new, signal.SIGTERM)
    eventually(lambda: not procfs.exists(new), LATER, "the successor gone")
    running.successor = None
    assert not (tmp_path / "server.pid.2").exists()
    assert (tmp_path / "s.sock").exists()
    assert int(running.get("/parent").body) == old


def test_path_of_a_unix_socket_outlives_the_old_server_but_not_the_new_one(server, tmp_path):
    running = server("pid:app", bind="unix:s.sock")
    running.start_successor()
    running.adopt_successor()
    assert running.get().status == 200
    assert running.stop() == 0
    assert not (tmp_path / "s.sock").exists()


@pytest.mark.differs("Gunicorn wants to be a daemon for that")
def test_winch_leaves_the_work_to_the_successor_and_hup_takes_it_back(server):
    running = server("pid:app", "-w", "2")
    new = running.start_successor()
    running.kill(signal.SIGWINCH)
    eventually(lambda: not running.workers(), LATER, "the old workers gone")
    assert int(running.get("/parent").body) == new
    running.kill(signal.SIGHUP)
    running.await_workers(2)
    running.expect_line(ENDED)
    os.kill(new, signal.SIGQUIT)
    eventually(lambda: not procfs.exists(new), LATER, "the successor gone")
    running.successor = None
    assert int(running.get("/parent").body) == running.arbiter


@pytest.mark.differs("Gunicorn's new master waits in vain for a parent that is gone", hangs=True)
def test_successor_takes_over_from_a_server_that_was_killed(server, tmp_path):
    running = server("pid:app", "-p", "server.pid")
    running.start_successor()
    running.adopt_successor(signal.SIGKILL)
    assert int((tmp_path / "server.pid").read_text()) == running.arbiter
    running.expected_exit = -signal.SIGKILL
    assert running.get().status == 200


def test_second_usr2_is_ignored_by_both(server):
    running = server("hello:app")
    new = running.start_successor()
    running.kill(signal.SIGUSR2)
    running.wait_for_line(r"USR2 signal ignored\. Child exists\.")
    os.kill(new, signal.SIGUSR2)
    running.wait_for_line(r"USR2 signal ignored\. Parent exists\.")
    running.adopt_successor()


def test_successor_reads_the_configuration_of_now(server, tmp_path):
    config = tmp_path / "gunicorn.conf.py"
    config.write_text("workers = 1\n")
    running = server("hello:app")
    config.write_text("workers = 3\n")
    running.start_successor(workers=3)
    running.adopt_successor()
    assert len(running.workers()) == 3


@pytest.mark.differs("Gunicorn's successor keeps what the old one captured")
def test_successor_gets_the_streams_of_the_start_and_not_captured_ones(server, tmp_path):
    config = tmp_path / "gunicorn.conf.py"
    config.write_text("capture_output = True\nerrorlog = 'log'\n")
    running = server("hello:app", bind="unix:s.sock", ready=False)
    eventually(lambda: len(running.workers()) == 1 and procfs.is_idle(running.worker()), what="a worker")
    assert procfs.descriptors(running.arbiter)[1] == f"{tmp_path}/log"
    config.write_text("errorlog = 'log'\n")
    new = running.start_successor()
    assert procfs.descriptors(new)[1].startswith("pipe:")
    os.kill(running.arbiter, signal.SIGTERM)
    eventually(lambda: not procfs.exists(running.arbiter) or running.process.poll() == 0, LATER, "the old one gone")
    os.kill(new, signal.SIGTERM)
    running.successor = None


def test_hook_runs_before_the_new_program(server, tmp_path):
    (tmp_path / "gunicorn.conf.py").write_text(
        "import os\ndef pre_exec(server):\n    server.log.info('pre_exec in %d of %d', os.getpid(), server.pid)\n"
    )
    running = server("hello:app")
    new = running.start_successor()
    running.wait_for_line(rf"pre_exec in {new} of {running.arbiter}")
    running.adopt_successor()


@pytest.fixture
def deployed(server, target, tmp_path):
    """A server whose program is a file that a deployment replaces."""
    if target.is_gunicorn:
        pytest.skip("the program is Python")
    program = tmp_path / "releases" / "monoceros"
    program.parent.mkdir()
    try:
        os.link(target.command[0], program)
    except OSError:
        shutil.copy(target.command[0], program)
    return server("pid:app", program=program), program


def replace(program, content):
    fresh = program.with_suffix(".new")
    fresh.write_bytes(content)
    fresh.chmod(0o755)
    fresh.rename(program)


def test_program_that_replaced_ours_is_the_one_that_starts(deployed):
    running, program = deployed
    replace(program, b"#!/bin/sh\necho the new program got $GUNICORN_FD >&2\nexit 7\n")
    running.expect_line(ENDED)
    running.kill(signal.SIGUSR2)
    running.wait_for_line(r"^the new program got \d+$")
    running.wait_for_line(r"\[ERROR\] The successor \(pid:\d+\) exited with code 7: this process goes on alone")
    assert running.get().status == 200


def test_new_program_that_is_no_program_changes_nothing(deployed):
    running, program = deployed
    replace(program, b"\0not a program\n")
    running.expect_line(ENDED)
    running.kill(signal.SIGUSR2)
    running.wait_for_line(r"\[ERROR\].*USR2: cannot start a successor: .*releases/monoceros: Exec format error")
    never(lambda: not running.is_running(), 0.3, "the server ended")
    assert running.get().status == 200


@pytest.mark.parametrize("broken", ["raise RuntimeError('broken by an edit')\n", "workers = 'many'\n"])
def test_successor_that_cannot_start_changes_nothing(server, tmp_path, broken):
    config = tmp_path / "gunicorn.conf.py"
    config.write_text("")
    running = server("pid:app")
    config.write_text(broken)
    running.expect_line(r"Traceback|\[ERROR\]")
    running.kill(signal.SIGUSR2)
    running.wait_for_line(r"broken by an edit|many")
    eventually(lambda: len(procfs.children(running.arbiter)) == 1, what="the successor gone")
    assert int(running.get("/parent").body) == running.arbiter


def test_successor_whose_application_is_broken_changes_nothing(server, tmp_path):
    application = tmp_path / "changing.py"
    application.write_text(Path(server.apps, "pid.py").read_text())
    running = server("changing:app", "--pythonpath", tmp_path)
    application.write_text("raise RuntimeError('broken by an edit')\n")
    running.expect_line(r"Traceback|\[ERROR\]")
    running.kill(signal.SIGUSR2)
    running.wait_for_line(r"broken by an edit")
    eventually(lambda: len(procfs.children(running.arbiter)) == 1, LATER, "the successor gone")
    assert int(running.get("/parent").body) == running.arbiter


@pytest.mark.differs("Gunicorn's workers see both")
def test_environment_of_the_application_knows_nothing_of_the_handover(server):
    running = server("environ_of_process:app")
    running.start_successor()
    running.adopt_successor()
    assert {running.get(f"/{name}").text for name in ("GUNICORN_FD", "GUNICORN_PID")} == {"not set"}


@pytest.mark.differs("Gunicorn's successor fails on an empty GUNICORN_FD", hangs=True)
def test_workers_with_sockets_of_their_own_are_succeeded_too(server, target):
    probe = server("hello:app")
    address = f"127.0.0.1:{probe.address[1]}"
    assert probe.stop() == 0
    running = server("pid:app", "--reuse-port", bind=address)
    running.start_successor()
    running.adopt_successor()
    assert int(running.get("/parent").body) == running.arbiter


@pytest.mark.ours("Gunicorn's old master is gone before anybody knows whether the new one works")
def test_old_server_serves_until_the_successor_does(server, tmp_path):
    gate = tmp_path / "gate"
    (tmp_path / "slow.py").write_text(
        "import os, time\nwhile not os.path.exists('gate'): time.sleep(0.01)\nfrom pid import app\n"
    )
    gate.touch()
    running = server("slow:app", "--pythonpath", f"{tmp_path},{server.apps}")
    old = running.arbiter
    gate.unlink()
    running.kill(signal.SIGUSR2)
    running.kill(signal.SIGTERM)
    running.wait_for_line(r"Waiting for the successor \(pid:\d+\) to serve")
    assert int(running.get("/parent").body) == old
    running.successor = int(running.err.matches(r"Waiting for the successor \(pid:(\d+)\)")[0][1])
    gate.touch()
    running.adopt_successor(None)
    assert int(running.get("/parent").body) == running.arbiter


def test_request_in_the_old_server_is_finished(server, tmp_path):
    running = server("gate:closed")
    connection = running.connect()
    connection.send(request_bytes("GET", f"/?started={tmp_path}/started&file={tmp_path}/gate"))
    eventually((tmp_path / "started").exists, what="the request inside the application")
    running.start_successor()
    running.kill(signal.SIGTERM)
    running.wait_for_line(r"Handling signal: term")
    assert running.get().status == 200
    (tmp_path / "gate").touch()
    assert connection.read_response().status == 200
    running.adopt_successor(None)


class TestAsInit:
    """PID 1 must not end while another process serves: the container would end with it."""

    pytestmark = pytest.mark.ours("a container ends with Gunicorn's old master")

    @pytest.fixture
    def init(self, server):
        return lambda app, *options: server(app, *options, prefix=AS_INIT)

    def hand_over(self, running):
        """QUIT: PID 1 keeps nothing but its duties."""
        running.start_successor()
        running.kill(signal.SIGQUIT)
        running.wait_for_line(r"Master has been promoted\.")
        running.wait_for_line(r"Handed over to pid \d+; this process stays as its init")
        eventually(lambda: not running.workers(), LATER, "the old workers gone")

    def test_quit_hands_over_and_stays(self, init):
        running = init("pid:app", "-w", "2")
        self.hand_over(running)
        assert running.get("/parent").body != b"1"
        assert len(procfs.children(running.successor)) == 2
        assert running.stop() == 0

    def test_init_passes_signals_on(self, init):
        running = init("pid:app")
        self.hand_over(running)
        running.kill(signal.SIGTTIN)
        eventually(lambda: len(procfs.children(running.successor)) == 2, what="one worker more")
        running.kill(signal.SIGHUP)
        running.wait_for_line(r"Reload complete")
        assert running.get().status == 200

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_term_and_int_during_the_upgrade_end_both(self, init, number):
        running = init("pid:app", "-w", "2")
        running.start_successor()
        running.expect_line(ENDED)
        assert running.stop(number) == 0
        running.wait_for_line(r"Shutting down: Master\.2$")

    def test_init_ends_as_its_server_ends(self, init):
        running = init("pid:app")
        self.hand_over(running)
        os.kill(running.successor, signal.SIGKILL)
        assert running.wait() == 128 + signal.SIGKILL

    def test_back_out_leaves_init_serving(self, init):
        running = init("pid:app")
        new = running.start_successor()
        running.expect_line(ENDED)
        os.kill(new, signal.SIGTERM)
        eventually(lambda: not procfs.exists(new), LATER, "the successor gone")
        running.successor = None
        assert running.get("/parent").body == b"1"

    def test_server_below_init_is_upgraded_again(self, init):
        running = init("pid:app")
        self.hand_over(running)
        first = running.successor
        running.kill(signal.SIGUSR2)
        eventually(lambda: len(procfs.children(first)) == 2, LATER, "its successor")
        running.wait_for_line(r"Listening at", count=3)
        running.kill(signal.SIGQUIT)
        running.wait_for_line(r"Master has been promoted\.", count=2)
        running.wait_for_line(r"The server is now pid \d+")
        running.successor = next(pid for pid in procfs.children(running.arbiter) if pid != first)
        assert running.get("/parent").body == str(procfs.inner_pid(running.successor)).encode()
        assert running.stop() == 0

    def test_second_upgrade_below_init_finishes_requests(self, init, tmp_path):
        running = init("gate:closed")
        self.hand_over(running)
        first = running.successor
        connection = running.connect()
        connection.send(request_bytes("GET", f"/?started={tmp_path}/started&file={tmp_path}/gate"))
        eventually((tmp_path / "started").exists, what="the request inside the application")
        running.kill(signal.SIGUSR2)
        running.wait_for_line("Started .* as successor", count=2)
        running.kill(signal.SIGQUIT)
        running.wait_for_line(r"Handling signal: term")
        running.wait_for_line(r"Listening at", count=3)
        (tmp_path / "gate").touch()
        assert connection.read_response().status == 200
        running.wait_for_line(r"The server is now pid \d+")
        running.successor = next(pid for pid in procfs.children(running.arbiter) if pid != first)
        assert running.stop() == 0

    def test_second_upgrade_below_init_that_fails_changes_nothing(self, init, server, tmp_path):
        application, gate = tmp_path / "changing.py", tmp_path / "gate"
        application.write_text(Path(server.apps, "pid.py").read_text())
        running = init("changing:app", "--pythonpath", tmp_path)
        self.hand_over(running)
        application.write_text(
            "import os, time\nwhile not os.path.exists('gate'): time.sleep(0.01)\nraise RuntimeError('broken by an edit')\n"
        )
        running.expect_line(r"Traceback|\[ERROR\]")
        running.kill(signal.SIGUSR2)
        running.wait_for_line(r"Listening at", count=3)
        running.kill(signal.SIGQUIT)
        running.wait_for_line(r"Waiting for the successor \(pid:\d+\) to serve")
        gate.touch()
        running.wait_for_line(r"The upgrade has failed: SIGTERM is not obeyed")
        assert running.get("/parent").body == str(procfs.inner_pid(running.successor)).encode()
        assert running.stop(signal.SIGQUIT) == 0  # there is no upgrade to complete any more
        running.wait_for_line(r"Handling signal: quit", count=2)
