"""`timeout` where requests have threads of their own: it is each request's, and costs no other one anything."""

import signal
import threading
import time

import pytest

from harness.load import Load
from harness.patience import LATER, SOON, never
from harness.wire import request_bytes
from harness.worker_classes import GTHREAD, each_class

INTERRUPTED = r"Request timeout|Error handling request"
GIVEN_UP = INTERRUPTED + r"|cannot be interrupted"


def seconds_for(*calls):
    """How long the calls take side by side; what they raise is raised."""
    failures = []

    def guarded(call):
        try:
            call()
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=guarded, args=(call,)) for call in calls]
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for failure in failures:
        raise failure
    return time.monotonic() - begun


def ask(running, path, status):
    with running.connect(LATER) as connection:
        connection.send(request_bytes("GET", path))
        assert connection.read_response().status == status


@pytest.mark.differs("Gunicorn's gthread has no time limit for requests", hangs=True)
def test_thread_that_spins_is_interrupted_and_its_worker_lives(server):
    running = server("spins:app", "-t", "1", *GTHREAD)
    worker = running.worker()
    running.expect_line(INTERRUPTED)
    ask(running, "/spin", 504)
    running.wait_for_line(r"Request timeout \(pid:\d+\): no output for 1 s from GET /spin; its thread is interrupted")
    running.wait_for_line(r"in spin_without_end")
    running.wait_for_line(r"monoceros\.RequestTimeout")
    assert running.get().body == b"alive"
    never(lambda: running.workers() != [worker], 3, "the worker was replaced")


@pytest.mark.differs("Gunicorn's gthread has no time limit for requests", hangs=True)
def test_every_thread_can_be_interrupted_again_and_again(server):
    running = server("spins:app", "-t", "1", "-k", "gthread", "--threads", "2")
    worker = running.worker()
    running.expect_line(INTERRUPTED)
    for _ in range(2):
        seconds_for(*[lambda: ask(running, "/spin", 504)] * 2)
    assert running.get().body == b"alive"
    assert running.workers() == [worker]


@pytest.mark.differs("Gunicorn's gthread has no time limit for requests", hangs=True)
def test_thread_that_cannot_be_interrupted_costs_its_worker_but_no_other_request(server):
    running = server("sleeps:app", "-t", "1", *GTHREAD)
    old = running.worker()
    running.expect_line(GIVEN_UP)
    with Load(running.address, fresh=1, kept=2) as load:
        ask(running, "/?seconds=600", 504)
        running.wait_for_line(r"The thread of GET /\?seconds=600 cannot be interrupted", LATER)
        running.wait_for_line(r"in nap_in_the_application")
        running.await_workers(1, other_than=[old])
    assert load.losses == []
    assert set(load.answers) == {200}
    running.wait_for_line(rf"Worker exiting \(pid: {old}\)")


@pytest.mark.differs("Gunicorn's gthread has no time limit for requests", hangs=True)
def test_thread_that_keeps_the_interpreter_lock_costs_its_worker(server):
    running = server("paces:app", "-t", "1", *GTHREAD)
    old = running.worker()
    running.expect_line(GIVEN_UP + r"|WORKER TIMEOUT|Stuck for|Python stacks|was sent SIG\w+|exited with code")
    ask(running, "/hog", 504)
    running.wait_for_line(r"in keep_the_lock", LATER)
    running.await_workers(1, other_than=[old])
    assert running.get().status == 200


@pytest.mark.ours("Gunicorn's threads are not interrupted, and its sync worker is killed at `timeout`")
@each_class
def test_stream_that_goes_on_may_last(server, options):
    running = server("paces:app", "-t", "1", *options)
    answer = running.get("/?n=8&pause=0.4")
    assert answer.body == b"first " + b"next " * 7
    assert not running.err.matches("(?i)timeout")


@pytest.mark.differs("Gunicorn's gthread has no time limit for requests", hangs=True)
def test_stream_that_stalls_is_cut_short(server):
    running = server("paces:app", "-t", "1", *GTHREAD)
    running.expect_line(GIVEN_UP)
    with running.connect() as connection:
        connection.send(request_bytes("GET", "/?n=2&pause=600"))
        connection.read_head()
        rest = connection.read_until_closed()
        assert b"first " in rest and not rest.endswith(b"0\r\n\r\n")


@pytest.mark.differs("Gunicorn's gthread has no time limit for requests", hangs=True)
def test_stopping_does_not_wait_for_a_thread_that_is_lost(server):
    running = server("sleeps:app", "-t", "1", "--graceful-timeout", "60", *GTHREAD)
    running.expect_line(GIVEN_UP)
    ask(running, "/?seconds=600", 504)
    running.kill(signal.SIGTERM)
    assert running.wait(SOON) == 0


def nap(running):
    ask(running, "/?seconds=2", 200)


def test_two_naps_take_one_time_with_two_threads(server):
    running = server("sleeps:app", "-k", "gthread", "--threads", "2")
    assert 2 <= seconds_for(*[lambda: nap(running)] * 2) < 3.5


def test_two_naps_take_two_times_in_one_sync_worker(server):
    running = server("sleeps:app")
    assert 4 <= seconds_for(*[lambda: nap(running)] * 2) < 6


@pytest.mark.ours("Gunicorn answers 500, or not at all")
@each_class
def test_endless_computation_keeps_nobody_else_from_an_answer(server, options):
    running = server("spins:app", "-t", "2", *options)
    running.expect_line(INTERRUPTED + r"|WORKER TIMEOUT|Stuck for|Python stacks|was sent SIG\w+|exited with code")
    started = threading.Event()
    took = []

    def another():
        started.wait(SOON)
        begun = time.monotonic()
        ask(running, "/", 200)
        took.append(time.monotonic() - begun)

    def endless():
        with running.connect(LATER) as connection:
            connection.send(request_bytes("GET", "/spin"))
            started.set()
            assert connection.read_response().status == 504

    seconds_for(endless, another)
    assert took[0] < (1 if options else SOON)
