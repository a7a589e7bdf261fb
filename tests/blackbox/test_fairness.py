"""Nobody waits for a busy worker while another one idles, whichever of them holds the connection."""

import os
import signal
import time

import pytest

from harness.patience import SOON, eventually
from harness.wire import request_bytes

pytestmark = pytest.mark.differs("a connection stays with Gunicorn's worker", sometimes=True)


def pid_of(answer):
    return int(answer.body.split()[0])


def two_connections_of_one_worker(running):
    """With keep-alive, and the pid of the worker that holds both."""
    held = {}

    def two():
        connection = running.connect()
        pid = pid_of(connection.get())
        held.setdefault(pid, []).append(connection)
        return held[pid] if len(held[pid]) == 2 else None

    first, second = eventually(two, what="two connections of one worker")
    return first, second, pid_of(first.get())


def connection_of(running, pid):
    """With keep-alive; None when another worker than this took it."""
    connection = running.connect()
    return connection if pid_of(connection.get()) == pid else None


@pytest.mark.parametrize(
    "options", [pytest.param((), id="sync"), pytest.param(("-k", "gthread", "--threads", "1"), id="gthread")]
)
def test_request_on_a_busy_workers_connection_is_answered_by_an_idle_one(server, options):
    running = server("busy_pid:app", "-w", "2", "--keep-alive", "30", *options)
    first, second, pid = two_connections_of_one_worker(running)
    first.send(request_bytes("GET", "/?seconds=2"))
    time.sleep(0.2)  # the worker is in that request
    begun = time.monotonic()
    other = pid_of(second.get())
    took = time.monotonic() - begun
    print(f"answered by the sibling after {took * 1000:.1f} ms")
    assert other != pid
    assert took < 0.3  # 20 ms on a machine that has nothing else to do
    assert pid_of(first.read_response()) == pid
    # It stays with the sibling, and lives on.
    assert pid_of(second.get()) == other


def test_request_is_answered_by_a_sibling_with_a_free_thread(server):
    running = server("busy_pid:app", "-w", "2", "--keep-alive", "30", "-k", "gthread", "--threads", "2")
    first, second, pid = two_connections_of_one_worker(running)
    third = eventually(lambda: connection_of(running, pid), what="a third one")
    for connection in (first, second):
        connection.send(request_bytes("GET", "/?seconds=3"))
    time.sleep(0.2)  # the worker is in those requests
    elsewhere = running.connect()
    elsewhere.send(request_bytes("GET", "/?seconds=3"))
    time.sleep(0.2)  # the sibling is in that one
    begun = time.monotonic()
    other = pid_of(third.get())
    took = time.monotonic() - begun
    print(f"answered by the sibling after {took * 1000:.1f} ms")
    assert other != pid
    assert took < 1
    assert [pid_of(busy.read_response()) for busy in (first, second, elsewhere)] == [pid, pid, other]


def test_content_that_came_behind_its_head_goes_along(server):
    running = server("busy_pid:app", "-w", "2", "--keep-alive", "30")
    first, second, pid = two_connections_of_one_worker(running)
    first.send(request_bytes("GET", "/?seconds=2"))
    time.sleep(0.2)  # the worker is in that request
    second.send(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 30000\r\n\r\n")
    time.sleep(0.05)  # the head is read by itself
    second.send(b"x" * 30_000)
    other, content = second.read_response().body.split()
    assert int(other) != pid
    assert content == b"x" * 30_000


@pytest.mark.ours("Gunicorn loses it with the worker")
def test_request_that_waits_behind_a_stuck_one_is_answered_by_the_successor(server):
    running = server("spins:app", "-t", "2")
    running.expect_line(r"WORKER TIMEOUT|Stuck for|Python stacks|was sent SIG\w+|exited with code")
    with running.connect() as waiting, running.connect() as stuck:
        assert waiting.get().status == 200  # the worker holds both connections
        assert stuck.get().status == 200
        stuck.send(request_bytes("GET", "/spin"))
        time.sleep(0.2)
        waiting.send(request_bytes("GET"))
        assert stuck.read_response().status == 504
        assert waiting.read_response().body == b"alive"


def test_answers_do_not_wait_for_a_slow_request_behind_them(server, tmp_path):
    """A worker holds small answers for a moment, to send several together; none of those requests may take long then."""
    running = server("brisk:app", "--keep-alive", "60")
    *quick, slow = [running.connect() for _ in range(5)]
    for _ in range(20):  # until the worker expects short requests
        for client in [*quick, slow]:
            assert client.get().status == 200
    gate, begun = tmp_path / "gate", tmp_path / "begun"
    os.kill(running.worker(), signal.SIGSTOP)
    for client in quick:
        client.send(request_bytes("GET"))
    slow.send(request_bytes("GET", f"/?file={gate}&started={begun}"))
    os.kill(running.worker(), signal.SIGCONT)
    eventually(begun.exists, what="the slow request in the application")
    for client in quick:
        assert client.read_response().status == 200
    gate.touch()
    assert slow.read_response().status == 200


def test_new_tls_connections_go_to_a_worker_that_idles(https, connect):
    running = https("busy_pid:app", "-w", "2", "--keep-alive", "30")
    busy = connect(running)
    pid = pid_of(busy.get())
    busy.send(request_bytes("GET", "/?seconds=3"))
    time.sleep(0.2)  # the worker is in that request
    begun = time.monotonic()
    assert pid not in {pid_of(connect(running).get()) for _ in range(5)}
    assert time.monotonic() - begun < 2
    assert pid_of(busy.read_response()) == pid
