"""Metrics to a StatsD server, in Gunicorn's names and formats."""

import re
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import pytest

from harness.listeners import Datagrams
from harness.patience import SOON, eventually
from harness.target import APPS


@pytest.fixture
def statsd():
    listener = Datagrams()
    yield listener
    listener.close()


def to(listener, *more):
    return ("--statsd-host", f"127.0.0.1:{listener.port}", *more)


def wait_for_line(listener, pattern):
    """A datagram may hold several lines."""
    return listener.wait_for(lambda text: re.search(rf"^{pattern}$", text, re.MULTILINE))


def test_request_is_counted_and_timed(statsd, server):
    running = server("status:app", *to(statsd))
    running.get("/404")
    duration = wait_for_line(statsd, r"gunicorn\.request\.duration:(\d+\.\d+)\|ms")
    assert 0 < float(duration[1]) < SOON * 1000
    wait_for_line(statsd, r"gunicorn\.requests:1\|c\|@1\.0")
    wait_for_line(statsd, r"gunicorn\.request\.status\.404:1\|c\|@1\.0")


def test_prefix_gets_one_dot_and_tags_follow(statsd, server):
    running = server("hello:app", *to(statsd, "--statsd-prefix", "shop..", "--dogstatsd-tags", "env:prod,zone:a"))
    running.get()
    wait_for_line(statsd, r"shop\.gunicorn\.requests:1\|c\|@1\.0\|#env:prod,zone:a")
    wait_for_line(statsd, r"shop\.gunicorn\.request\.duration:\d+\.\d+\|ms\|#env:prod,zone:a")


def test_number_of_workers_is_a_gauge(statsd, server):
    running = server("hello:app", *to(statsd, "-w", "2"))
    wait_for_line(statsd, r"gunicorn\.workers:2\|g")
    running.kill(signal.SIGTTIN)
    wait_for_line(statsd, r"gunicorn\.workers:3\|g")
    running.await_workers(3)


@pytest.mark.ours("Gunicorn ends when it cannot fork")
def test_worker_that_could_not_be_started_does_not_count(statsd, server, reachable):
    somebody = ("setpriv", "--reuid=12345", "--regid=12345", "--clear-groups")  # limits count for all but root

    def allow_processes(limit):
        subprocess.run([*somebody, "prlimit", f"--pid={running.arbiter}", f"--nproc={limit}:"], check=True)

    running = server("hello:app", *to(statsd), prefix=somebody, cwd=reachable)
    allow_processes(1)
    running.kill(signal.SIGTTIN)
    running.wait_for_line(r"\[ERROR\] cannot start a worker")
    allow_processes(100)
    running.await_workers(2)
    running.get()
    wait_for_line(statsd, r"gunicorn\.requests:1\|c\|@1\.0")
    assert [line for line in statsd.lines() if "workers" in line] == ["gunicorn.workers:1|g", "gunicorn.workers:2|g"]


def test_exceptions_of_the_application_are_counted(statsd, server):
    running = server("raises:before_start", *to(statsd))
    running.err.expect("Error handling request")
    running.get()
    wait_for_line(statsd, r"gunicorn\.log\.exception:1\|c\|@1\.0")
    wait_for_line(statsd, r"gunicorn\.request\.status\.500:1\|c\|@1\.0")


def test_log_lines_are_counted_by_level(statsd, server):
    running = server("hello:app", *to(statsd))
    running.err.expect("Invalid request")
    running.exchange(b"GET / HTTP/1.1\r\nBad Name: x\r\n\r\n")
    wait_for_line(statsd, r"gunicorn\.log\.warning:1\|c\|@1\.0")


def test_backlog_is_measured_on_request(statsd, server):
    server("hello:app", *to(statsd, "--enable-backlog-metric", "-w", "2"))
    wait_for_line(statsd, r"gunicorn\.backlog:0\|h")


@pytest.mark.ours("Gunicorn's arbiter measures as often as it wakes")
def test_backlog_is_measured_once_a_second_by_one_worker(statsd, server):
    server("hello:app", *to(statsd, "--enable-backlog-metric", "-w", "3"))
    for _ in range(3):
        statsd.received.clear()
        wait_for_line(statsd, r"gunicorn\.backlog:0\|h")
    samples = [text for text in statsd.received if "backlog" in text]
    assert len(samples) == 1


def test_hooks_send_metrics_of_their_own_through_the_log(statsd, server, tmp_path):
    (tmp_path / "conf.py").write_text("""
def post_request(worker, req, environ, resp):
    worker.log.info("", extra={"metric": "shop.sold", "value": 3, "mtype": "counter"})
    worker.log.info("with a line", extra={"metric": "shop.price", "value": 1.5, "mtype": "gauge"})
""")
    running = server("hello:app", *to(statsd, "-c", "conf.py"))
    running.get()
    wait_for_line(statsd, r"shop\.sold:3\|c\|@1\.0")
    wait_for_line(statsd, r"shop\.price:1\.5\|g")
    running.wait_for_line(r"\[INFO\] with a line$")
    assert not running.err.matches(r"\[INFO\] $")


def test_statsd_may_be_a_unix_socket(server):
    folder = Path(tempfile.mkdtemp())
    listener = Datagrams(folder / "statsd")
    try:
        running = server("hello:app", "--statsd-host", f"unix://{folder}/statsd")
        running.err.expect("Error sending message to statsd")  # Gunicorn's, when the test ends
        running.get()
        wait_for_line(listener, r"gunicorn\.requests:1\|c\|@1\.0")
    finally:
        listener.close()
        shutil.rmtree(folder)


@pytest.mark.ours("Gunicorn says nothing")
def test_statsd_that_is_not_there_yet_is_told_of_and_found_later(server):
    folder = Path(tempfile.mkdtemp())
    try:
        running = server("hello:app", "--statsd-host", f"unix://{folder}/statsd")
        running.wait_for_line(rf"\[WARNING\] statsd_host: nobody listens at unix://{folder}/statsd: connect: No such file or "
                              "directory: metrics are lost until somebody does")
        running.baseline.spare = 1  # the socket it opens now
        listener = Datagrams(folder / "statsd")

        def is_heard():
            running.get()
            try:
                return listener.wait_for(lambda text: "gunicorn.requests" in text, timeout=0.2)
            except AssertionError:
                return False

        eventually(is_heard, what="metrics")
        listener.close()
    finally:
        shutil.rmtree(folder)


def test_requests_are_served_while_nobody_listens(server):
    absent = Datagrams()
    absent.close()
    running = server("hello:app", "--statsd-host", f"127.0.0.1:{absent.port}")
    running.err.expect("Error sending message to statsd")  # Gunicorn's
    for _ in range(20):
        assert running.get().status == 200


@pytest.mark.parametrize("address", ["127.0.0.1:port", pytest.param(
    "unix:", marks=pytest.mark.differs("Gunicorn starts, and sends nothing", hangs=True))])
def test_bad_address_is_refused_in_a_sentence(run, target, address):
    ended = run("--pythonpath", str(APPS), "--statsd-host", address, "hello:app")
    assert ended.returncode == 1 and ended.stderr.startswith("\nError: ")
    assert target.is_gunicorn or "statsd_host" in ended.stderr
