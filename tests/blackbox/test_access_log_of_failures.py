"""Every request has its line in the access log, also one that was refused, given up or cut off."""

import re

import pytest

from harness.patience import eventually
from harness.wire import request_bytes

FORMAT = ("--access-logfile", "-", "--access-logformat", "%(r)s|%(s)s|%(B)s|%(L)s|%(a)s")
DURATION = r"\d+\.\d{6}"


@pytest.mark.parametrize("data, line", [
    (b"GET / HTTP/1.1\r\nHost: x\r\nUser-Agent: early\r\nBad Name: x\r\n\r\n", rf"GET / HTTP/1\.1\|400\|\d\d+\|{DURATION}\|early"),
    (b"GET /" + b"x" * 5000 + b" HTTP/1.1\r\n\r\n", rf"GET /x+ -\|414\|\d\d+\|{DURATION}\|-"),
    (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 101 + b"\r\n", rf"GET / HTTP/1\.1\|431\|\d\d+\|{DURATION}\|-"),
    (b"POST /up HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", rf"POST /up HTTP/1\.1\|400\|\d\d+\|{DURATION}\|-"),
    (b"\x16\x03\x01 no HTTP at all\r\n\r\n", rf"-\|400\|\d\d+\|{DURATION}\|-"),
    (b"get / HTTP/1.1\r\n\r\n", r".*\|400\|.*"),
])
@pytest.mark.differs("Gunicorn logs a warning only")
def test_refused_request_has_a_line(server, data, line):
    running = server("hello:app", *FORMAT)
    running.err.expect("Invalid request")
    running.exchange(data)
    running.out.wait_for(rf"^{line}$")


@pytest.mark.differs("Gunicorn logs a warning only")
def test_refused_request_cannot_forge_a_line(server):
    running = server("hello:app", *FORMAT)
    running.err.expect("Invalid request")
    running.exchange(b'GET /" HTTP/1.1\r\nHost: x\r\nUser-Agent: a"\x07b\r\n\r\n')
    running.out.wait_for(r'^GET /\\" HTTP/1\.1\|400\|')
    assert len(running.out.lines) == 1


@pytest.mark.differs("Gunicorn counts from the moment it handles the failure, and shows no path")
def test_failed_request_has_its_path_and_duration(server):
    running = server("raises:before_start", "--access-logfile", "-", "--access-logformat", "%(U)s %(s)s %(B)s")
    running.err.expect("Error handling request")
    running.get("/failed?x=1")
    running.out.wait_for(r"^/failed 500 \d\d+$")


def test_request_whose_client_left_midway_has_a_line(server, tmp_path):
    running = server("gate:chunked", *FORMAT)
    running.err.expect("Error handling|Broken pipe|EPIPE|Ignoring")
    connection = running.connect()
    connection.send(request_bytes("GET", f"/?file={tmp_path}/open"))
    connection.read_head()
    connection.reset()
    (tmp_path / "open").touch()
    running.out.wait_for(rf"^GET /\?file=\S+ HTTP/1\.1\|200\|\d+\|{DURATION}\|-$")


@pytest.mark.ours("a member of JSON lines")
def test_request_whose_client_left_is_marked_in_json(server, tmp_path):
    running = server("gate:chunked", "--access-logfile", "-", "--log-format", "json")
    connection = running.connect()
    connection.send(request_bytes("GET", f"/?file={tmp_path}/open"))
    connection.read_head()
    connection.reset()
    (tmp_path / "open").touch()
    running.out.wait_for(r'"status":200,.*"aborted":true')


@pytest.mark.differs("Gunicorn's line has no path, no duration and a 500 the client may not have got")
@pytest.mark.parametrize("app, uri", [("sleeps:app", "/?seconds=60"), ("spins:app", "/spin")])
def test_request_killed_at_timeout_has_a_line(server, app, uri):
    running = server(app, *FORMAT, "--timeout", "1")
    running.err.expect("WORKER TIMEOUT|Stuck for|Python stacks|exited with code|was sent")
    assert b" 504 " in running.exchange(request_bytes("GET", uri))
    line = running.out.wait_for(rf"^GET {re.escape(uri)} HTTP/1\.1\|504\|\d\d+\|({DURATION})\|-$")
    assert 1 <= float(line[1]) < 5
    assert len(running.out.lines) == 1


def test_answer_cut_off_at_timeout_keeps_its_status(server, tmp_path):
    running = server("gate:chunked", *FORMAT, "--timeout", "1")
    running.err.expect("WORKER TIMEOUT|Stuck for|Python stacks|exited with code|was sent|Error handling request")
    running.exchange(request_bytes("GET", f"/?file={tmp_path}/never"))
    line = running.out.wait_for(rf"^GET /\?file=\S+ HTTP/1\.1\|200\|\d+\|({DURATION})\|-$")
    assert float(line[1]) >= 1


@pytest.mark.differs("Gunicorn's worker dies without a line")
def test_request_cut_off_by_a_quick_end_has_a_line(server, tmp_path):
    running = server("sleeps:app", *FORMAT)
    with running.connect() as connection:
        connection.send(request_bytes("GET", f"/?seconds=60&started={tmp_path}/started"))
        eventually((tmp_path / "started").exists, what="the request in the application")
        running.stop(2)
    running.out.wait_for(rf"^GET /\?seconds=60&started=\S+ HTTP/1\.1\|0\|0\|{DURATION}\|-$")



@pytest.mark.ours("Gunicorn's sync worker takes one request of a connection")
def test_line_does_not_wait_for_the_request_behind_it(server, tmp_path):
    gate, started = tmp_path / "gate", tmp_path / "started"
    running = server("gate:closed", *FORMAT)
    with running.connect() as connection:
        connection.send(request_bytes("GET", "/?first") + request_bytes("GET", f"/?started={started}&file={gate}"))
        eventually(started.exists, what="the second request inside the application")
        running.out.wait_for(r"^GET /\?first HTTP/1\.1\|200\|")
        assert not running.out.matches(r"started")
        gate.touch()
        assert [connection.read_response().status for _ in range(2)] == [200, 200]
    running.out.wait_for(r"^GET /\?started=")


@pytest.mark.ours("Gunicorn writes each line by itself")
def test_lines_under_load_are_whole_and_none_is_missing(server):
    running = server("hello:app", "-w", "2", *FORMAT)
    connections = [running.connect() for _ in range(20)]
    for _ in range(10):
        for connection in connections:
            connection.send(request_bytes("GET") * 5)
        for connection in connections:
            assert {connection.read_response().status for _ in range(5)} == {200}
    for connection in connections:
        connection.close()
    eventually(lambda: len(running.out.matches(rf"^GET / HTTP/1\.1\|200\|14\|{DURATION}\|-$")) == 1000, what="1000 lines")
