"""What a service manager such as systemd hears (sd_notify), and the sockets it passes."""

import os
import signal
import socket
import sys
import time

import pytest

from harness.patience import LATER, SOON

pytestmark = pytest.mark.ours("Gunicorn says READY=1 before it has workers, and nothing else")


class Manager:
    def __init__(self, address):
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(address.replace("@", "\0"))
        self.heard = []

    def close(self):
        self._socket.close()

    def hears(self, line, timeout=LATER):
        """Waits for the next message that has the line; its other lines as a dictionary."""
        deadline = time.monotonic() + timeout
        while True:
            self._socket.settimeout(max(0.01, deadline - time.monotonic()))
            try:
                message = self._socket.recv(4096).decode().split("\n")
            except TimeoutError:
                raise AssertionError(f"no {line} within {timeout:.0f} s, but {self.heard}") from None
            self.heard.append(message)
            if line in message:
                return dict(part.split("=", 1) for part in message)

    def heard_nothing_of(self, word):
        return not any(line.startswith(word) for message in self.heard for line in message)


@pytest.fixture
def manager(tmp_path):
    made = Manager(str(tmp_path / "notify.sock"))
    yield made
    made.close()


def start(server, tmp_path, *arguments, **env):
    return server(*arguments, ready=False, env={"NOTIFY_SOCKET": str(tmp_path / "notify.sock"), **env})


def test_ready_is_said_when_the_workers_have_loaded_the_application(server, manager, tmp_path):
    running = start(server, tmp_path, "hello:app", "-w", "2")
    manager.hears("READY=1")
    assert len(running.workers()) == 2
    assert running.await_ready().get().status == 200


def test_ready_is_not_said_while_the_application_loads(server, manager, tmp_path):
    (tmp_path / "slow.py").write_text(
        "import os, time\nwhile not os.path.exists('gate'): time.sleep(0.01)\nfrom hello import app\n"
    )
    running = start(server, tmp_path, "slow:app", "--pythonpath", f"{tmp_path},{server.apps}")
    running.wait_for_line(r"Booting worker")
    with pytest.raises(AssertionError):
        manager.hears("READY=1", 0.5)
    (tmp_path / "gate").touch()
    manager.hears("READY=1")


def test_socket_may_have_an_abstract_name(server):
    name = f"@monoceros-{os.getpid()}"
    manager = Manager(name)
    server("hello:app", env={"NOTIFY_SOCKET": name})
    manager.hears("READY=1")
    manager.close()


def test_stopping_is_said_at_the_end(server, manager, tmp_path):
    running = start(server, tmp_path, "hello:app")
    manager.hears("READY=1")
    assert running.stop() == 0
    manager.hears("STOPPING=1")


def test_reload_begins_with_reloading_and_ends_with_ready(server, manager, tmp_path):
    running = start(server, tmp_path, "hello:app")
    manager.hears("READY=1")
    before = time.monotonic_ns() // 1000
    running.kill(signal.SIGHUP)
    assert before <= int(manager.hears("RELOADING=1")["MONOTONIC_USEC"]) <= time.monotonic_ns() // 1000
    manager.hears("READY=1")
    running.wait_for_line(r"Reload complete")


def test_reload_that_fails_ends_with_ready_too(server, manager, tmp_path):
    config = tmp_path / "gunicorn.conf.py"
    config.write_text("")
    running = start(server, tmp_path, "hello:app")
    manager.hears("READY=1")
    config.write_text("workers = 'many'\n")
    running.expect_line(r"\[ERROR\]")
    running.kill(signal.SIGHUP)
    manager.hears("RELOADING=1")
    manager.hears("READY=1")


def test_server_that_fails_to_boot_never_says_ready(server, manager, tmp_path):
    running = start(server, tmp_path, "import_error:app")
    running.expect_line(r"\[ERROR\]|Traceback")
    assert running.wait() == 3
    manager.hears("STOPPING=1")
    assert manager.heard_nothing_of("READY")


def test_watchdog_is_fed_at_half_its_time(server, manager, tmp_path):
    start(server, tmp_path, "hello:app", WATCHDOG_USEC="400000")
    manager.hears("READY=1")
    began = time.monotonic()
    for _ in range(5):
        manager.hears("WATCHDOG=1", SOON)
    assert 0.5 < time.monotonic() - began < 5


def test_watchdog_of_another_process_is_not_fed(server, manager, tmp_path):
    running = start(server, tmp_path, "hello:app", WATCHDOG_USEC="100000", WATCHDOG_PID="1")
    manager.hears("READY=1")
    time.sleep(0.5)
    assert running.stop() == 0
    manager.hears("STOPPING=1")
    assert manager.heard_nothing_of("WATCHDOG")


def test_main_process_of_the_service_moves_to_the_successor(server, manager, tmp_path):
    running = start(server, tmp_path, "hello:app").await_ready()
    manager.hears("READY=1")
    new = running.start_successor()
    manager.heard.clear()
    running.adopt_successor()
    manager.hears(f"MAINPID={new}")
    manager.hears("READY=1")
    assert manager.heard_nothing_of("STOPPING")


def test_successor_that_goes_again_is_not_heard_of(server, manager, tmp_path):
    running = start(server, tmp_path, "hello:app").await_ready()
    manager.hears("READY=1")
    manager.heard.clear()
    os.kill(running.start_successor(), signal.SIGTERM)
    running.wait_for_line(r"The successor \(pid:\d+\) exited with code 0")
    running.successor = None
    assert running.stop() == 0
    manager.hears("STOPPING=1")
    assert len(manager.heard) == 1



_PASS_SOCKET = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
os.execv(sys.argv[2], sys.argv[2:])
"""


def test_passed_socket_survives_an_upgrade(server):
    listening = socket.create_server(("127.0.0.1", 0))
    running = server(
        "pid:app",
        bind=None,
        prefix=(sys.executable, "-c", _PASS_SOCKET, listening.fileno()),
        pass_fds=[listening.fileno()],
    )
    assert running.address == listening.getsockname()
    listening.close()
    for _ in range(2):
        running.start_successor()
        running.adopt_successor()
        assert int(running.get("/parent").body) == running.arbiter


def test_descriptor_named_by_bind_survives_an_upgrade(server):
    listening = socket.create_server(("127.0.0.1", 0))
    running = server("pid:app", bind=f"fd://{listening.fileno()}", pass_fds=[listening.fileno()])
    listening.close()
    running.start_successor()
    running.adopt_successor()
    assert int(running.get("/parent").body) == running.arbiter
