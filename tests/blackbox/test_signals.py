"""What each signal does to a running server."""

import contextlib
import os
import signal
import socket
import threading
import time

import pytest

from harness import procfs
from harness.patience import LATER, SOON, eventually, never
from harness.programs import free_port

KILLED = r"SIGKILL|graceful timeout|not finished in time|exited with code|Error handling request"


@pytest.fixture
def in_flight(server, tmp_path):
    """A server with one request inside the application; open() lets it finish."""

    class InFlight:
        gate, started = tmp_path / "gate", tmp_path / "started"

        def start(self, *options):
            self.server = server("gate:closed", *options)
            self.connection = self.server.connect()
            self.connection.send(
                f"GET /?started={self.started}&file={self.gate} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
            )
            eventually(self.started.exists, what="the request inside the application")
            return self.server

        def open(self):
            self.gate.touch()
            return self.connection.read_response()

    return InFlight()


def test_term_ends_the_server(server):
    running = server("hello:app", "-w", "2")
    assert running.stop(signal.SIGTERM) == 0
    running.wait_for_line(r"\[INFO\] Handling signal: term$")
    running.wait_for_line(r"\[INFO\] Worker exiting \(pid: \d+\)$", count=2)
    running.wait_for_line(r"\[INFO\] Shutting down: Master$")


def test_term_lets_the_request_in_the_application_finish(in_flight):
    running = in_flight.start()
    running.kill(signal.SIGTERM)
    running.wait_for_line(r"Handling signal: term")
    response = in_flight.open()
    assert response.status == 200
    assert running.wait() == 0


@pytest.mark.differs("Gunicorn waits for a client that has not asked yet")
def test_answer_after_term_ends_its_connection(in_flight):
    running = in_flight.start("-k", "gthread", "--threads", "2")
    sockets = procfs.descriptor_kinds(running.worker())["socket"]
    with running.connect() as idle:
        eventually(lambda: procfs.descriptor_kinds(running.worker())["socket"] > sockets, what="accepted")
        running.kill(signal.SIGTERM)
        assert idle.read_until_closed() == b""  # the worker knows
        assert in_flight.open().header("Connection") == "close"
    assert running.wait() == 0


@pytest.mark.differs("Gunicorn leaves it waiting until the last worker has ended", hangs=True)
def test_who_connects_when_no_thread_takes_connections_any_more_is_refused(in_flight):
    running = in_flight.start("-k", "gthread", "--threads", "2")
    running.kill(signal.SIGTERM)

    def is_refused():
        with contextlib.suppress(ConnectionResetError):
            try:
                socket.create_connection(running.address, SOON).close()
            except ConnectionRefusedError:
                return True
        return False

    eventually(is_refused)
    assert in_flight.open().status == 200
    assert running.wait() == 0


@pytest.mark.differs("Gunicorn resets it")
def test_who_connects_while_the_last_worker_is_busy_is_served_by_it(in_flight):
    running = in_flight.start()
    running.kill(signal.SIGTERM)
    running.wait_for_line(r"Handling signal: term")
    with running.connect() as late:
        late.send(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert in_flight.open().status == 200
        assert late.read_response().status == 200
    assert running.wait() == 0


def test_second_term_is_no_harder_than_the_first(in_flight):
    running = in_flight.start()
    for count in (1, 2):
        running.kill(signal.SIGTERM)
        time.sleep(0.2)
    assert in_flight.open().status == 200
    assert running.wait() == 0


@pytest.mark.differs("Gunicorn dies of one that comes at its very end", sometimes=True)
def test_term_again_and_again_ends_cleanly(server):
    running = server("hello:app", "-w", "2")
    while running.is_running():
        running.process.send_signal(signal.SIGTERM)
    assert running.wait() == 0


def test_term_does_not_wait_longer_than_graceful_timeout(in_flight):
    running = in_flight.start("--graceful-timeout", "1")
    running.expect_line(KILLED)
    start = time.monotonic()
    assert running.stop(signal.SIGTERM) == 0
    assert time.monotonic() - start < SOON


@pytest.mark.ours("Gunicorn's requests that are cut off leave no access line")
def test_worker_that_runs_out_of_time_ends_by_itself_and_accounts_for_its_requests(in_flight):
    running = in_flight.start("--graceful-timeout", "1", "--access-logfile", "-", "--access-logformat", "cut %(U)s %(s)s")
    running.expect_line(r"Worker graceful timeout \(pid:")
    assert running.stop(signal.SIGTERM) == 0
    assert running.out.matches(r"^cut / 0$")
    assert not running.err.matches("SIGKILL")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGQUIT])
def test_int_and_quit_do_not_wait_for_requests(in_flight, number):
    running = in_flight.start("--graceful-timeout", "60")
    running.expect_line(KILLED)
    start = time.monotonic()
    assert running.stop(number) == 0
    assert time.monotonic() - start < SOON
    running.wait_for_line(rf"Handling signal: {number.name[3:].lower()}")


def test_int_shortens_a_graceful_end(in_flight):
    running = in_flight.start("--graceful-timeout", "60")
    running.expect_line(KILLED)
    running.kill(signal.SIGTERM)
    running.wait_for_line(r"Handling signal: term")
    start = time.monotonic()
    assert running.stop(signal.SIGINT) == 0
    assert time.monotonic() - start < SOON


def test_interrupt_from_the_terminal_reaches_everybody_and_ends_cleanly(server):
    running = server("hello:app", "-w", "2")
    os.killpg(running.process.pid, signal.SIGINT)
    assert running.wait() == 0


def test_term_to_every_process_at_once_is_graceful(in_flight):
    running = in_flight.start("-w", "2")
    booted = len(running.err.matches("Booting worker"))
    for pid in (running.arbiter, *running.workers()):
        with contextlib.suppress(ProcessLookupError):  # an idle worker may be gone already, at the arbiter's word
            os.kill(pid, signal.SIGTERM)
    assert in_flight.open().status == 200
    assert running.wait() == 0
    assert len(running.err.matches("Booting worker")) == booted


def test_hup_replaces_every_worker(server):
    running = server("pid:app", "-w", "2")
    before = running.workers()
    running.kill(signal.SIGHUP)
    running.wait_for_line(r"Handling signal: hup")
    running.await_workers(2, other_than=before)
    assert int(running.get().body) not in before


def test_hup_reads_the_config_again(server, tmp_path):
    config = tmp_path / "gunicorn.conf.py"
    config.write_text("workers = 1\n")
    running = server("hello:app")
    config.write_text("workers = 3\n")
    running.kill(signal.SIGHUP)
    running.await_workers(3)


def test_hup_moves_to_another_address_and_back(server, tmp_path):
    config = tmp_path / "gunicorn.conf.py"
    first, second = ("127.0.0.1", free_port()), ("127.0.0.1", free_port())

    def bind(address):
        config.write_text("bind = '%s:%d'\n" % address)

    def move_to(address):
        before = running.workers()
        bind(address)
        running.kill(signal.SIGHUP)
        running.await_workers(1, other_than=before)
        running.address = address
        assert running.get().status == 200

    bind(first)
    running = server("hello:app", bind=None)
    move_to(second)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(first)
    move_to(first)


def test_hup_loses_no_request(server):
    running = server("hello:app", "-w", "2")
    done, statuses = threading.Event(), []

    def hammer():
        while not done.is_set():
            try:
                statuses.append(running.get().status)
            except (OSError, AssertionError) as error:
                statuses.append(repr(error))

    thread = threading.Thread(target=hammer)
    thread.start()
    for _ in range(3):
        before = running.workers()
        running.kill(signal.SIGHUP)
        running.await_workers(2, other_than=before)
    done.set()
    thread.join()
    assert len(statuses) > 20
    assert set(statuses) == {200}


@pytest.mark.differs("Gunicorn retires the old workers first, and ends when the new ones fail")
def test_hup_with_a_broken_application_keeps_the_old_workers(server, tmp_path):
    application = tmp_path / "changing.py"
    application.write_text((server.apps / "hello.py").read_text())
    running = server("changing:app", "--pythonpath", tmp_path)
    application.write_text("raise RuntimeError('broken by an edit')\n")
    running.kill(signal.SIGHUP)
    running.wait_for_line(r"broken by an edit")
    running.expect_line(r"\[(ERROR|WARNING|CRITICAL)\]")
    never(lambda: running.process.poll() is not None, 1, "the server ended")
    assert running.get().body == b"Hello, world!\n"


@pytest.mark.differs("Gunicorn ends with a traceback")
def test_hup_with_a_broken_config_keeps_everything(server, tmp_path):
    config = tmp_path / "gunicorn.conf.py"
    config.write_text("workers = 1\n")
    running = server("hello:app")
    config.write_text("workers = 'many'\n")
    running.kill(signal.SIGHUP)
    running.wait_for_line(r"many")
    running.expect_line(r"\[(ERROR|WARNING|CRITICAL)\]")
    never(lambda: running.process.poll() is not None, 1, "the server ended")
    assert running.get().body == b"Hello, world!\n"
    assert len(running.workers()) == 1


def test_hup_writes_a_pidfile_that_was_deleted(server, tmp_path):
    running = server("hello:app", "-p", "server.pid")
    before = running.workers()
    (tmp_path / "server.pid").unlink()
    running.kill(signal.SIGHUP)
    running.await_workers(1, other_than=before)
    assert int((tmp_path / "server.pid").read_text()) == running.arbiter


def test_hup_sets_the_environment_anew(server, tmp_path):
    config = tmp_path / "gunicorn.conf.py"
    config.write_text("raw_env = ['KEPT=1', 'GIVEN=old', 'DROPPED=1']\n")
    running = server("environ_of_process:app", env={"GIVEN": "by the starter", "DROPPED": "by the starter"})
    assert running.get("/GIVEN").text == "old"
    config.write_text("import os\nraw_env = ['KEPT=2', 'SEEN=' + os.environ['GIVEN']]\n")
    before = running.workers()
    running.kill(signal.SIGHUP)
    running.await_workers(1, other_than=before)
    seen = [running.get(f"/{name}").text for name in ("KEPT", "GIVEN", "DROPPED", "SEEN")]
    assert seen == ["2", "by the starter", "by the starter", "by the starter"]


@pytest.mark.differs("Gunicorn ends with a traceback")
def test_hup_that_fails_keeps_the_environment(server, tmp_path):
    config = tmp_path / "gunicorn.conf.py"
    config.write_text("raw_env = ['GIVEN=old']\n")
    running = server("environ_of_process:app")
    config.write_text("raw_env = ['GIVEN=new']\nworkers = 'many'\n")
    running.expect_line(r"\[(ERROR|WARNING|CRITICAL)\]")
    running.kill(signal.SIGHUP)
    running.wait_for_line(r"many")
    os.kill(running.worker(), signal.SIGKILL)
    running.await_workers(1)
    assert running.get("/GIVEN").text == "old"


def test_hup_enters_the_directory_that_a_link_leads_to_now(server, tmp_path):
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    current = tmp_path / "current"
    current.symlink_to("first")
    running = server("environ_of_process:app", "--chdir", current)
    assert running.get("/cwd").text == str(tmp_path / "first")
    current.unlink()
    current.symlink_to("second")
    before = running.workers()
    running.kill(signal.SIGHUP)
    running.await_workers(1, other_than=before)
    assert running.get("/cwd").text == str(tmp_path / "second")


@pytest.fixture
def moved(server, tmp_path):
    """Starts where:app of the folder "first"; moved(running, "second") is what it says after a HUP with chdir there."""

    def write(folder):
        (tmp_path / "gunicorn.conf.py").write_text(f"chdir = {str(tmp_path / folder)!r}\n")

    def start():
        write("first")
        return server("where:app")

    def move(running, folder):
        write(folder)
        before = running.workers()
        running.kill(signal.SIGHUP)
        running.await_workers(1, other_than=before)
        return running.get().text

    for folder in ("first", "second"):
        packages = tmp_path / folder / "site-packages"
        packages.mkdir(parents=True)
        (packages / "packaged.py").write_text(f"NAME = '{folder}'\n")
        (packages.parent / "where.py").write_text(f"""
try:
    from packaged import NAME
except ImportError:
    NAME = "nothing"

def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"{folder} with ", NAME.encode()]
""")
    move.start = start
    return move


def test_hup_serves_the_code_of_another_directory(moved):
    running = moved.start()
    assert running.get().text.startswith("first with ")
    assert moved(running, "second").startswith("second with ")


@pytest.mark.ours("Gunicorn looks for no packages beside the application, and for modules in all directories there were")
def test_hup_forgets_the_directory_before(moved):
    running = moved.start()
    assert running.get().text == "first with first"
    assert moved(running, "second") == "second with second"
    assert moved(running, "first") == "first with first"


def test_ttin_adds_and_ttou_removes_a_worker(server):
    running = server("hello:app")
    running.kill(signal.SIGTTIN)
    running.await_workers(2)
    running.kill(signal.SIGTTIN)
    running.await_workers(3)
    running.kill(signal.SIGTTOU)
    running.await_workers(2)
    assert running.get().status == 200


def test_ttou_leaves_the_last_worker(server):
    running = server("hello:app")
    running.kill(signal.SIGTTOU)
    running.wait_for_line(r"Handling signal: ttou")
    never(lambda: not running.workers(), 1, "the last worker left")
    assert running.get().status == 200


def test_usr1_reopens_the_logs(server, tmp_path):
    running = server("hello:app", "--access-logfile", "access.log")
    access = tmp_path / "access.log"
    running.get("/before")
    eventually(lambda: "/before" in access.read_text(), what="a line in the access log")
    access.rename(tmp_path / "access.log.1")
    running.kill(signal.SIGUSR1)
    eventually(access.exists, what="the access log made anew")
    time.sleep(0.2)  # workers follow the arbiter
    running.get("/after")
    eventually(lambda: "/after" in access.read_text(), what="a line in the new access log")
    assert "/after" not in (tmp_path / "access.log.1").read_text()


def test_signal_that_comes_while_a_worker_ends_is_written_nowhere(server, tmp_path):
    (tmp_path / "conf.py").write_text("""
import os, time

def worker_exit(server, worker):
    files = [open(f"opened.{number}", "wb") for number in range(16)]
    open("opened", "w").close()
    while not os.path.exists("go"):
        time.sleep(0.01)
""")
    running = server("hello:app", "-c", "conf.py")
    worker = running.worker()
    os.kill(worker, signal.SIGTERM)
    eventually((tmp_path / "opened").exists, what="the files of worker_exit")
    os.kill(worker, signal.SIGUSR1)
    (tmp_path / "go").touch()
    running.await_workers(1, other_than=[worker])
    assert [(tmp_path / f"opened.{number}").read_bytes() for number in range(16)] == [b""] * 16


def test_usr1_reopens_the_error_log(server, tmp_path):
    running = server("hello:app", "--error-logfile", "error.log", bind="unix:s.sock", ready=False)
    error = tmp_path / "error.log"
    eventually(lambda: error.exists() and "Booting worker" in error.read_text(), what="lines in the error log")
    error.rename(tmp_path / "error.log.1")
    running.kill(signal.SIGUSR1)
    eventually(error.exists, what="the error log made anew")
    assert running.stop() == 0
    assert "Shutting down" in error.read_text()
    assert "Shutting down" not in (tmp_path / "error.log.1").read_text()


def test_winch_is_ignored_unless_daemonised(server):
    running = server("hello:app", "--log-level", "debug")
    running.kill(signal.SIGWINCH)
    running.wait_for_line(r"SIGWINCH ignored. Not daemonized")
    assert running.get().status == 200


def test_sigpipe_is_survived(server):
    running = server("hello:app")
    for pid in (running.arbiter, running.worker()):
        os.kill(pid, signal.SIGPIPE)
    assert running.get().status == 200


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGQUIT, signal.SIGABRT, signal.SIGSEGV])
def test_worker_ended_by_a_signal_is_replaced(server, number):
    running = server("pid:app", env={"ASAN_OPTIONS": "detect_leaks=0:handle_segv=0"})
    old = running.worker()
    running.expect_line(r"Worker \(pid:\d+\) (was sent SIG\w+!|exited with code \d+)|Python stacks of worker")
    running.expect_line(r"Fatal Python error|core dumped")
    os.kill(old, number)
    (new,) = running.await_workers(1, other_than=[old])
    assert int(running.get().body) == new


def test_stopped_server_leaves_no_child_behind(server):
    running = server("hello:app", "-w", "3")
    workers = running.workers()
    assert running.stop() == 0
    eventually(lambda: not any(map(procfs.exists, workers)), LATER, "workers gone")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGQUIT, signal.SIGTERM])
def test_signal_the_starter_ignores_still_ends_the_server(server, number):
    """A shell starts background jobs with INT and QUIT ignored."""
    running = server("hello:app", "-w", "2", preexec_fn=lambda: signal.signal(number, signal.SIG_IGN))
    assert running.stop(number) == 0


@pytest.mark.differs("Gunicorn waits for a signal that is never delivered", hangs=True)
def test_signal_the_starter_blocks_still_ends_the_server(server):
    """Supervisors leak their signal mask."""
    blocked = [signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGCHLD]
    running = server("hello:app", "-w", "2", preexec_fn=lambda: signal.pthread_sigmask(signal.SIG_BLOCK, blocked))
    start = time.monotonic()
    assert running.stop(signal.SIGTERM) == 0
    assert time.monotonic() - start < SOON


@pytest.mark.ours("a setting of ours")
def test_requests_are_served_during_the_drain_delay(server):
    running = server("hello:app", "--drain-delay", "2", "-w", "2")
    running.kill(signal.SIGTERM)
    running.wait_for_line(r"Serving on for 2 s before the workers are stopped \(drain_delay\)$")
    assert [running.get().status for _ in range(4)] == [200] * 4
    assert running.wait() == 0


@pytest.mark.ours("a setting of ours")
def test_kept_connections_are_let_go_during_the_drain_delay(server):
    running = server("hello:app", "--drain-delay", "2", "--keep-alive", "60")
    with running.connect() as kept:
        assert kept.get().header("Connection") == "keep-alive"
        running.kill(signal.SIGTERM)
        running.wait_for_line(r"Serving on for 2 s")
        assert eventually(lambda: kept.get().header("Connection") == "close", what="the last answer")
        assert kept.is_closed()
    assert running.wait() == 0


@pytest.mark.ours("a setting of ours")
def test_who_has_connected_before_the_end_of_the_drain_delay_is_served(server):
    """Also who has not said anything: what the kernel keeps back until then would be lost with the socket."""
    running = server("hello:app", "--drain-delay", "1")
    running.kill(signal.SIGTERM)
    running.wait_for_line(r"Serving on for 1 s before the workers are stopped \(drain_delay\)$")
    sockets = procfs.descriptor_kinds(running.process.pid)["socket"]
    with socket.create_connection(running.address, SOON) as client:
        assert eventually(lambda: procfs.descriptor_kinds(running.process.pid)["socket"] < sockets)
        client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert client.makefile("rb").readline() == b"HTTP/1.1 200 OK\r\n"
    assert running.wait() == 0
