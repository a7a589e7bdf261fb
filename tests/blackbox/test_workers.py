"""Workers that die, hang, grow old or never come up."""

import os
import re
import signal
import time

import pytest

from harness import procfs
from harness.patience import LATER, SOON, eventually, never
from harness.wire import Truncated, request_bytes
from harness.worker_classes import each_class


def test_as_many_workers_as_asked_for(server):
    running = server("pid:app", "-w", "4")
    workers = running.workers()
    assert len(workers) == 4
    assert int(running.get().body) in workers
    assert int(running.get("/parent").body) == running.arbiter


def test_killed_worker_is_respawned(server):
    running = server("pid:app")
    old = running.worker()
    os.kill(old, signal.SIGKILL)
    (new,) = running.await_workers(1, other_than=[old])
    running.wait_for_line(rf"\[ERROR\] Worker \(pid:{old}\) was sent SIGKILL! Perhaps out of memory\?")
    assert int(running.get().body) == new


def test_all_workers_killed_at_once_are_respawned(server):
    running = server("pid:app", "-w", "4")
    before = running.workers()
    running.expect_line(r"was sent SIGKILL!")
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    after = running.await_workers(4, other_than=before)
    assert int(running.get().body) in after


def test_worker_killed_while_writing_is_respawned(server):
    running = server("gate:app")
    old = running.worker()
    with running.connect() as connection:
        connection.send(request_bytes("GET", "/?file=/never"))
        connection.read_head()
        assert connection.receive(6) == b"before"
        os.kill(old, signal.SIGKILL)
        assert connection.is_closed()
    running.wait_for_line(r"was sent SIGKILL!")
    running.await_workers(1, other_than=[old])


def test_request_that_waited_for_a_killed_worker_is_served_by_the_next(server):
    running = server("gate:closed")
    old = running.worker()
    os.kill(old, signal.SIGSTOP)
    with running.connect() as connection:  # taken by the kernel; nobody accepts it
        connection.send(request_bytes("GET"))
        os.kill(old, signal.SIGKILL)
        response = connection.read_response()
        assert int(response.body) != old
    running.wait_for_line(r"was sent SIGKILL!")


STUCK_LINES = r"WORKER TIMEOUT|Stuck for|Python stacks|Error handling request|was sent SIG\w+|exited with code"
STUCK = [
    pytest.param("spins:app", "/spin", "spin_without_end", id="spins"),
    pytest.param("sleeps:app", "/?seconds=600", "nap_in_the_application", id="sleeps"),
]


@pytest.mark.parametrize("app, path, culprit", STUCK)
def test_stuck_worker_is_killed_and_replaced(server, app, path, culprit):
    running = server(app, "-t", "1")
    old = running.worker()
    running.expect_line(STUCK_LINES)
    with running.connect() as connection:
        connection.send(request_bytes("GET", path))
        running.wait_for_line(rf"\[CRITICAL\] WORKER TIMEOUT \(pid:{old}\)")
        running.await_workers(1, other_than=[old])
    assert running.get().status == 200


@pytest.mark.parametrize("app, path, culprit", STUCK)
def test_stuck_worker_tells_where_it_is_stuck(server, app, path, culprit):
    running = server(app, "-t", "1")
    running.expect_line(STUCK_LINES)
    with running.connect() as connection:
        connection.send(request_bytes("GET", path))
        running.wait_for_line(culprit)
        running.wait_for_line(f"GET {re.escape(path)}")


@pytest.mark.ours("Gunicorn answers 500")
def test_client_of_a_stuck_worker_is_answered_504(server):
    running = server("spins:app", "-t", "1")
    running.expect_line(STUCK_LINES)
    with running.connect() as connection:
        connection.send(request_bytes("GET", "/spin"))
        assert connection.read_response().status == 504


def test_stopped_worker_is_killed_and_replaced(server):
    running = server("pid:app", "-t", "1")
    old = running.worker()
    os.kill(old, signal.SIGSTOP)
    running.wait_for_line(rf"\[CRITICAL\] WORKER TIMEOUT \(pid:{old}\)")
    running.expect_line(STUCK_LINES)
    running.await_workers(1, other_than=[old])


def test_idle_worker_is_not_stuck(server):
    running = server("pid:app", "-t", "1")
    worker = running.worker()
    never(lambda: running.workers() != [worker], 3, "an idle worker was replaced")


@pytest.mark.differs("a slow client holds Gunicorn's sync worker until it is killed")
def test_slow_client_does_not_make_a_worker_stuck(server):
    running = server("pid:app", "-t", "1")
    worker = running.worker()
    with running.connect() as slow:
        slow.send(b"GET / HT")
        never(lambda: running.workers() != [worker], 3, "a worker with a slow client was replaced")
        slow.send(b"TP/1.1\r\nHost: localhost\r\n\r\n")
        assert int(slow.read_response().body) == worker


def test_timeout_of_zero_lets_requests_take_their_time(server, tmp_path):
    running = server("sleeps:app", "-t", "0")
    assert running.get("/?seconds=1.5").body == b"awake"
    assert not running.err.matches("TIMEOUT")


def workers_met(running, wanted, seconds=20):
    """Asks until so many workers have answered. A retiring one serves on until its successor is ready."""
    met, end = set(), time.monotonic() + seconds
    while len(met) < wanted and time.monotonic() < end:
        answer = running.get()
        assert answer.status == 200
        met.add(int(answer.body))
    return met


def test_worker_retires_after_max_requests(server):
    running = server("pid:app", "--max-requests", "3")
    assert len(workers_met(running, 3)) == 3
    running.wait_for_line(r"Autorestarting worker after current request\.")


def test_jitter_spreads_the_retirements(server):
    running = server("pid:app", "--max-requests", "2", "--max-requests-jitter", "3")
    assert len(workers_met(running, 2)) == 2


@pytest.mark.differs("Gunicorn resets idle connections when a worker retires", hangs=True)
def test_retiring_worker_closes_no_connection_under_a_request(server):
    running = server("hello:app", "--max-requests", "5")
    with running.connect() as connection:
        for _ in range(4):
            assert connection.get().header("Connection") != "close"
        assert connection.get().header("Connection") == "close"
        assert connection.is_closed()


def test_workers_die_with_the_arbiter(server):
    running = server("hello:app", "-w", "2", "-t", "2")
    workers = running.workers()
    running.kill(signal.SIGKILL)
    running.expect_line(r"Parent changed")
    eventually(lambda: not any(map(procfs.is_running, workers)), SOON, "workers gone with their arbiter")
    assert running.wait() == -signal.SIGKILL


@pytest.mark.parametrize("status", [0, 1])
@pytest.mark.differs("Gunicorn respawns in a hot loop")
def test_workers_that_crash_on_boot_are_respawned_with_growing_patience(server, status):
    running = server("exits_on_import:app", ready=False, env={"EXIT_STATUS": str(status)})
    running.wait_for_line(r"Booting worker")
    running.expect_line(r"\[(WARNING|ERROR|CRITICAL)\]")
    time.sleep(4)
    assert running.process.poll() is None
    assert 2 <= len(running.err.matches(r"Booting worker")) <= 12


@pytest.mark.ours("Gunicorn counts CPUs for nobody")
def test_number_of_workers_may_follow_the_machine(server):
    running = server("hello:app", "-w", "auto", workers=1)
    assert 1 <= len(running.workers()) <= 2 * os.cpu_count() + 1


@each_class
def test_requests_at_once_are_spread_over_workers(server, tmp_path, options):
    """Two requests inside the application at the same time need two workers, or threads. The second client comes when
    the first is being served: a sync worker that has only accepted so far may accept the next one too.
    """
    running = server("gate:closed", "-w", "2", *options)
    gate, connections = tmp_path / "gate", []
    for name in ("first", "second"):
        connections.append(running.connect())
        connections[-1].send(request_bytes("GET", f"/?started={tmp_path}/{name}&file={gate}"))
        eventually((tmp_path / name).exists, LATER, f"the {name} in the application")
    gate.touch()
    assert [connection.read_response().status for connection in connections] == [200, 200]


def test_threads_serve_at_once(server, tmp_path):
    running = server("gate:closed", "-k", "gthread", "--threads", "3")
    gate, names, connections = tmp_path / "gate", ("one", "two", "three"), []
    for name in names:
        connections.append(running.connect())
        connections[-1].send(request_bytes("GET", f"/?started={tmp_path}/{name}&file={gate}"))
    eventually(lambda: all((tmp_path / name).exists() for name in names), what="three at once in one worker")
    gate.touch()
    assert {connection.read_response().body for connection in connections} == {str(running.worker()).encode()}


def test_busy_sync_worker_leaves_the_next_connection_to_the_other(server, tmp_path):
    running = server("gate:closed", "-w", "2")
    busy = running.connect()
    busy.send(request_bytes("GET", f"/?started={tmp_path}/started&file={tmp_path}/gate"))
    eventually((tmp_path / "started").exists, what="one worker busy")
    for _ in range(10):
        start = time.monotonic()
        assert running.get().status == 200
        assert time.monotonic() - start < SOON / 4
    (tmp_path / "gate").touch()
    assert busy.read_response().status == 200


def test_truncation_is_visible_when_the_worker_dies(server):
    running = server("gate:chunked")
    with running.connect() as connection:
        connection.send(request_bytes("GET", "/?file=/never"))
        connection.read_head()
        os.kill(running.worker(), signal.SIGKILL)
        with pytest.raises((Truncated, ConnectionResetError)):
            while connection.receive(1):
                pass
    running.wait_for_line(r"was sent SIGKILL!")
    running.await_workers(1)
