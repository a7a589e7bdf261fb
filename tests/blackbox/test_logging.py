"""The error log, the access log, and what happens when nobody reads them."""

import os
import re
import socket
import threading

import pytest

from harness import procfs
from harness.patience import SOON, eventually
from harness.wire import request_bytes

TIME = r"\[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\]"


def test_error_log_has_gunicorns_line(server):
    running = server("hello:app")
    running.get()
    for line in running.err.lines:
        assert re.fullmatch(r"\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4}\] \[\d+\] \[INFO\] .+", line), line


def test_start_is_told_in_gunicorns_words(server):
    running = server("hello:app")
    arbiter, worker = running.arbiter, running.worker()
    running.wait_for_line(rf"\[{arbiter}\] \[INFO\] Starting \w+ \d+\.\d+\.\d+$")
    running.wait_for_line(rf"\[{arbiter}\] \[INFO\] Listening at: http://127\.0\.0\.1:\d+ \({arbiter}\)$")
    running.wait_for_line(rf"\[{arbiter}\] \[INFO\] Using worker: sync$")
    running.wait_for_line(rf"\[{worker}\] \[INFO\] Booting worker with pid: {worker}$")


def test_access_log_is_off_by_default(server):
    running = server("hello:app")
    running.get("/unseen")
    running.stop()
    assert "unseen" not in running.err.text + running.out.text


def test_access_log_has_gunicorns_line(server):
    running = server("hello:app", "--access-logfile", "-")
    running.get("/path?query=1", headers=[("Referer", "http://from/"), ("User-Agent", "tester/1.0")])
    running.out.wait_for(
        rf'^127\.0\.0\.1 - - {TIME} "GET /path\?query=1 HTTP/1\.1" 200 14 "http://from/" "tester/1\.0"$'
    )


def test_access_log_shows_what_is_missing_as_a_dash(server):
    running = server("hello:app", "--access-logfile", "-")
    running.get()
    running.out.wait_for(r'"GET / HTTP/1\.1" 200 14 "-" "-"$')


def test_access_log_shows_what_the_application_left_in_the_environ(server):
    running = server("noting:app", "--access-logfile", "-", "--access-logformat", "%({shop.user}e)s %({Number}e)s %({no}e)s")
    running.get("/")
    running.out.wait_for("^alice 7 -$")


@pytest.mark.parametrize("format, expected", [
    ("%(h)s %(l)s %(u)s", r"127\.0\.0\.1 - alice"),
    ("%(m)s %(U)s %(q)s %(H)s", r"GET /a b x=1 HTTP/1\.1"),
    ("%(s)s %(b)s %(B)s", r"200 14 14"),
    ("%(T)s %(M)s %(D)s %(L)s", r"0 \d+ \d+ 0\.\d{6}"),
    ("%(p)s", r"<\d+>"),
    ("%({x-colour}i)s %({X-Absent}i)s", r"blue -"),
    ("%({content-type}o)s %({Content-Length}o)s", r"text/plain 14"),
    ("%({raw_uri}e)s", r"/a%20b\?x=1"),
    ("%(t)s", TIME),
    ("100%% %(s)s", r"100% 200"),
])
def test_access_log_format_is_gunicorns(server, format, expected):
    running = server("hello:app", "--access-logfile", "-", "--access-logformat", format)
    running.get("/a%20b?x=1", headers=[("X-Colour", "blue"), ("Authorization", "Basic YWxpY2U6c2VjcmV0")])
    running.out.wait_for(rf"^{expected}$")


def test_access_log_cannot_be_forged_by_quotes(server):
    running = server("hello:app", "--access-logfile", "-")
    running.get(headers=[("User-Agent", 'a" "forged')])
    running.out.wait_for(r'"a\\" \\"forged"$')


def test_access_log_counts_the_bytes_of_a_stream(server):
    running = server("stream:app", "--access-logfile", "-", "--access-logformat", "%(s)s %(B)s")
    running.get("/?n=3&size=5")
    running.out.wait_for(r"^200 15$")


def test_access_log_tells_of_a_failed_request(server):
    running = server("raises:before_start", "--access-logfile", "-")
    running.get()
    running.wait_for_line(r"Error handling request")
    running.out.wait_for(r'"GET / HTTP/1\.1" 500 ')


def test_logs_may_be_files(server, tmp_path):
    running = server("hello:app", "--access-logfile", "access.log", "--error-logfile", "error.log",
                     bind="unix:s.sock", ready=False)
    error = tmp_path / "error.log"
    eventually(lambda: error.exists() and "Booting worker" in error.read_text(), what="lines in the error log")
    running.address = str(tmp_path / "s.sock")
    running.get("/seen")
    eventually(lambda: "/seen" in (tmp_path / "access.log").read_text(), what="a line in the access log")
    assert running.stop() == 0
    assert (running.err.text, running.out.text) == ("", "")


@pytest.mark.parametrize("level, shown", [("debug", True), ("info", True), ("warning", False), ("critical", False)])
def test_level_hides_what_is_less_grave(server, level, shown):
    running = server("hello:app", "--log-level", level, bind="unix:s.sock", ready=False)
    running.address = str(running.folder / "s.sock")
    running.await_listening()
    assert running.get().status == 200
    running.stop()
    assert bool(running.err.matches("Booting worker")) == shown


def test_every_write_is_whole_lines(server):
    """A packet socket keeps the borders of writes."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    running = server("hello:app", "-w", "3", "--access-logfile", "-", stdout=theirs, workers=3)
    theirs.close()
    clients = [threading.Thread(target=lambda: [running.get("/" + "x" * 500) for _ in range(20)]) for _ in range(4)]
    for client in clients:
        client.start()
    ours.settimeout(SOON)
    lines = 0
    while lines < 80:
        packet = ours.recv(65536)
        assert packet.endswith(b"\n"), packet
        assert all(line.startswith(b"127.0.0.1 ") for line in packet.splitlines()), packet
        lines += packet.count(b"\n")
    for client in clients:
        client.join()
    ours.close()


@pytest.mark.differs("Gunicorn blocks in its write", hangs=True)
@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_pipe_that_nobody_reads_blocks_no_worker(server, stream):
    reading, writing = os.pipe()
    if stream == "stdout":
        running = server("hello:app", "--access-logfile", "-", stdout=writing)
    else:
        running = server("hello:app", "--log-level", "debug", bind="unix:s.sock", ready=False, stderr=writing)
        running.address = str(running.folder / "s.sock")
        running.await_listening()
    os.close(writing)
    if running.err:
        running.expect_line(r"dropped \d+ log lines")
    bad = request_bytes("GET", "/" + "x" * 3000).replace(b"Host", b"Ho st")
    with running.connect() as connection:
        for _ in range(400):
            if stream == "stdout":
                assert connection.get("/" + "x" * 1000).status == 200
            else:
                assert b" 400 " in running.exchange(bad)
    assert running.stop() == 0
    os.close(reading)


@pytest.mark.differs("Gunicorn blocks in its write", hangs=True)
def test_dropped_lines_are_counted(server):
    reading, writing = os.pipe()
    running = server("hello:app", "--access-logfile", "-", stdout=writing)
    os.close(writing)
    with running.connect() as connection:
        for _ in range(200):
            connection.get("/" + "x" * 1000)
    running.stop()
    running.wait_for_line(r"\[WARNING\] Worker \(pid:\d+\) dropped \d+ log lines")
    os.close(reading)


@pytest.mark.differs("Gunicorn's workers log a traceback for every line and exit with status 120", hangs=True)
def test_log_whose_reader_left_ends_nothing(server):
    reading, writing = os.pipe()
    running = server("hello:app", "--access-logfile", "-", stdout=writing)
    os.close(writing)
    os.close(reading)
    worker = running.worker()
    running.expect_line(r"dropped \d+ log lines")
    for _ in range(3):
        assert running.get().status == 200
    assert running.workers() == [worker]
    assert procfs.is_running(running.arbiter)
