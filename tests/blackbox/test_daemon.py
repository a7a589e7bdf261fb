"""daemon: in the background, with its errors still in the foreground."""

import http.client
import os
import pty
import signal
import socket
import subprocess

import pytest

from harness import procfs
from harness.patience import LATER, SOON, eventually
from test_pid1 import AS_INIT


@pytest.fixture
def daemon(target, environment, tmp_path, server):
    """Starts `-D` and returns what that left: the finished command. The daemon is in server.pid and on s.sock."""
    pidfile = tmp_path / "server.pid"

    def start(app, *options, **how):
        command = [*target.command, *target.defaults, "-D", "-p", pidfile, "--pythonpath", server.apps]
        ended = subprocess.run(
            [*map(str, command), *map(str, options), *([] if "-b" in options else ["-b", "unix:s.sock"]), app],
            **{"env": environment, "cwd": tmp_path, "timeout": 60, "text": True, "capture_output": True, **how},
        )
        if target.is_gunicorn:  # which returns before it has done anything
            eventually(lambda: pidfile.exists() and procfs.children(start.pid()), LATER, "a worker")
            eventually(lambda: all(map(procfs.is_idle, procfs.children(start.pid()))), LATER, "a worker that serves")
        return ended

    start.pid = lambda: int(pidfile.read_text())
    start.get = lambda target="/": _get(tmp_path / "s.sock", target)
    yield start
    if pidfile.exists():
        pid = start.pid()
        os.kill(pid, signal.SIGTERM)
        eventually(lambda: not procfs.is_running(pid), LATER, "the daemon gone")


def _get(path, target):
    connection = http.client.HTTPConnection("localhost")
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.connect(str(path))
    connection.request("GET", target, headers={"Connection": "close"})
    return connection.getresponse().read()


def test_command_returns_and_the_server_serves(daemon):
    ended = daemon("pid:app")  # and its pipes are closed, or this would not return
    assert ended.returncode == 0
    assert int(daemon.get("/parent")) == daemon.pid()


@pytest.mark.ours("Gunicorn returns at once")
def test_command_returns_when_the_workers_serve(daemon, tmp_path):
    (tmp_path / "slow.py").write_text(
        "import os, time\nfrom pid import app\ntime.sleep(0.3)\nopen(f'loaded.{os.getpid()}', 'w').close()\n"
    )
    assert daemon("slow:app", "-w", "2", "--error-logfile", "log").returncode == 0
    workers = procfs.children(daemon.pid())
    assert len(workers) == 2 and all((tmp_path / f"loaded.{pid}").exists() for pid in workers)


def test_daemon_has_a_session_of_its_own_and_no_terminal(daemon):
    daemon("pid:app")
    pid = daemon.pid()
    assert os.getsid(pid) not in (pid, os.getsid(0))
    for process in (pid, *procfs.children(pid)):
        assert [procfs.descriptors(process)[stream] for stream in (0, 1, 2)] == ["/dev/null"] * 3


def test_log_file_gets_the_lines(daemon, tmp_path):
    daemon("pid:app", "--error-logfile", "error.log", "--access-logfile", "access.log")
    daemon.get("/seen")
    log = (tmp_path / "error.log").read_text()
    assert f"[{daemon.pid()}] [INFO] Listening at: unix:s.sock" in log
    eventually(lambda: "/seen" in (tmp_path / "access.log").read_text(), what="a line in the access log")


@pytest.mark.ours("Gunicorn says 0, and nothing on the terminal")
class TestFailure:
    def test_port_in_use_is_said_and_fails_the_command(self, daemon, tmp_path):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            ended = daemon("pid:app", "-b", f"127.0.0.1:{taken.getsockname()[1]}")
        assert ended.returncode == 1
        assert "bind: cannot listen on" in ended.stderr
        assert not (tmp_path / "server.pid").exists()

    @pytest.mark.parametrize("app, status", [("import_error:app", 3), ("loads:missing", 4)])
    def test_application_that_does_not_load_fails_the_command(self, daemon, app, status):
        ended = daemon(app)
        assert ended.returncode == status
        assert f"daemon: the server ended with status {status} before it served" in ended.stderr

    def test_preloaded_application_that_does_not_load_is_explained(self, daemon):
        ended = daemon("import_error:app", "--preload")
        assert ended.returncode == 1
        assert "Error: No module named" in ended.stderr or "ModuleNotFoundError" in ended.stderr

    def test_second_server_with_the_same_pidfile_is_refused(self, daemon, tmp_path):
        daemon("pid:app")
        ended = daemon("pid:app", "-b", "unix:other.sock")
        assert ended.returncode == 1
        assert f"Already running on PID {daemon.pid()}" in ended.stderr


def test_hooks_see_the_process_that_stays(daemon, tmp_path):
    (tmp_path / "gunicorn.conf.py").write_text("""
def post_fork(server, worker):
    server.log.info("parents %s and %s", server.pid, worker.ppid)
""")
    daemon("pid:app", "--error-logfile", "log")
    assert f"parents {daemon.pid()} and {daemon.pid()}" in (tmp_path / "log").read_text()


def test_inherited_stdio_stays_open(daemon, tmp_path):
    with open(tmp_path / "output", "w") as output:
        daemon("noisy:app", "-R", capture_output=False, stdout=output, stderr=output)
    names = procfs.descriptors(daemon.pid())
    assert [names[stream] for stream in (0, 1, 2)] == ["/dev/null", f"{tmp_path}/output", f"{tmp_path}/output"]


def test_terminal_is_not_kept_even_so(daemon):
    mine, terminal = pty.openpty()
    daemon("pid:app", "-R", capture_output=False, stdout=terminal, stderr=terminal)
    assert {procfs.descriptors(daemon.pid())[stream] for stream in (0, 1, 2)} == {"/dev/null"}
    os.close(mine)
    os.close(terminal)


def test_daemon_reloads_and_is_upgraded(daemon, tmp_path):
    daemon("pid:app", "--error-logfile", "log")
    log, old = tmp_path / "log", daemon.pid()
    os.kill(old, signal.SIGHUP)
    eventually(lambda: "Booting worker" in log.read_text().split("Hang up")[-1], what="a reload")
    os.kill(old, signal.SIGUSR2)
    eventually(lambda: (tmp_path / "server.pid.2").exists(), what="a successor")
    os.kill(old, signal.SIGTERM)
    pidfile = tmp_path / "server.pid"  # Gunicorn takes it away for a moment
    eventually(lambda: pidfile.exists() and daemon.pid() != old, LATER, "the successor promoted")
    eventually(lambda: int(daemon.get("/parent")) == daemon.pid(), LATER)
    assert procfs.descriptors(daemon.pid())[1] == "/dev/null"


def test_winch_sends_the_workers_home(daemon):
    daemon("pid:app")
    pid = daemon.pid()
    os.kill(pid, signal.SIGWINCH)
    eventually(lambda: not procfs.children(pid), LATER, "no worker left")
    os.kill(pid, signal.SIGTTIN)
    eventually(lambda: len(procfs.children(pid)) == 1, SOON, "a worker again")


@pytest.mark.ours("Gunicorn's container ends at once")
def test_first_process_of_a_container_stays(server):
    running = server("hello:app", "-D", prefix=AS_INIT)
    running.wait_for_line(r"\[WARNING\] daemon has no effect: this is the first process of its container")
    assert running.get().status == 200


def test_systemd_is_not_amused(daemon, environment, tmp_path):
    ended = daemon("hello:app", env={**environment, "NOTIFY_SOCKET": str(tmp_path / "nobody")})
    assert ended.returncode == 0
    assert "you shouldn't specify `daemon = True` when launching by systemd with `Type = notify`" in ended.stderr
