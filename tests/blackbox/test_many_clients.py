"""No number of clients, and none that is slow, takes more of the server than its limits say."""

import os
import resource
import select
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from harness import procfs
from harness.patience import LATER, SOON, eventually
from harness.wire import request_bytes

pytestmark = pytest.mark.ours("Gunicorn has no such limits")

PROMPT = 1.0


def get_in_time(server, target="/"):
    start = time.monotonic()
    assert server.get(target).status == 200
    assert time.monotonic() - start < PROMPT


def test_head_that_trickles_is_answered_408(server):
    running = server("hello:app", "--header-timeout", "1")
    running.expect_line(r"did not come in time \(header_timeout is 1 s\)")
    with running.connect() as slow:
        slow.send(b"GET / HTTP/1.1\r\nX-Slow: ")
        start = time.monotonic()
        slow.socket.settimeout(0.1)
        while time.monotonic() - start < 0.9:  # each byte is too late for none but the whole
            slow.send(b"x")
            time.sleep(0.05)
        slow.socket.settimeout(SOON)
        assert slow.read_response().status == 408
        assert time.monotonic() - start < 4
    running.wait_for_line(r"header_timeout is 1 s")


def test_body_that_trickles_is_answered_408(server):
    running = server("echo:app", "--body-timeout", "1")
    running.expect_line(r"did not come in time \(body_timeout is 1 s, min_rate 240 bytes/s\)")
    with running.connect() as slow:
        slow.send(request_bytes("POST", headers=[("Content-Length", "10000")]))
        start = time.monotonic()
        while time.monotonic() - start < 0.9:
            slow.send(b"x")
            time.sleep(0.05)
        assert slow.read_response().status == 408
    running.wait_for_line(r"body_timeout is 1 s")


def test_body_at_the_minimal_rate_takes_as_long_as_it_takes(server):
    running = server("echo:app", "--body-timeout", "1", "--min-rate", "1K")
    with running.connect() as slow:
        slow.send(request_bytes("POST", headers=[("Content-Length", "10000")]))
        for _ in range(20):
            slow.send(b"x" * 500)
            time.sleep(0.1)
        assert slow.read_response().body == b"x" * 10000


@pytest.mark.parametrize("app", ["app", "in_pieces"])
def test_reader_that_trickles_is_sent_away(server, app):
    running = server(f"big:{app}", "--write-timeout", "1", "--min-rate", "1M")
    with running.connect() as slow:
        slow.send(request_bytes("GET", f"/?n={64 << 20}"))
        slow.read_head()
        running.wait_for_line(r"takes its answer too slowly \(write_timeout is 1 s, min_rate 1048576 bytes/s\): /\?n=")
        get_in_time(running, "/?n=10")


def test_large_answer_of_many_pieces_holds_nobody_and_costs_no_memory(server):
    size = 100 << 20
    running = server("big:in_pieces", "--buffer-limit", "1M")
    get_in_time(running, "/?n=10")
    before = procfs.memory(running.worker(), "Anonymous")
    with running.connect(LATER) as slow:
        slow.send(request_bytes("GET", f"/?n={size}"))
        slow.read_head()
        eventually(lambda: running.get("/?n=10").status == 200, what="an answer for the next client")
        get_in_time(running, "/?n=10")
        assert procfs.memory(running.worker(), "Anonymous") - before < 16 << 10
        assert slow.receive(size) == b"x" * size


def test_bodies_go_to_files_where_memory_is_short(server, tmp_path):
    running = server("echo:app", "--buffer-limit", "100K", "--worker-tmp-dir", tmp_path)
    body = b"x" * 400_000
    slow = [running.connect() for _ in range(20)]
    for connection in slow:
        connection.send(request_bytes("POST", headers=[("Content-Length", str(len(body)))], body=body[:-1]))

    def in_files():
        return sum(str(tmp_path) in target for target in procfs.descriptors(running.worker()).values())

    eventually(lambda: in_files() >= 15, what="files for most of the bodies")
    for connection in slow:
        connection.send(body[-1:])
        assert connection.read_response().body == body


def test_idle_connections_make_room_for_the_next_client(server):
    running = server("hello:app", "--worker-connections", "10", "--keep-alive", "600")
    idle = [running.connect() for _ in range(10)]
    for connection in idle:
        assert connection.get().status == 200
    get_in_time(running)
    assert idle[0].is_closed()
    assert idle[-1].get().status == 200


def test_clients_that_ask_nothing_make_room_for_the_next(server):
    running = server("hello:app", "--worker-connections", "10")
    silent = [running.connect() for _ in range(50)]
    assert running.get().status == 200  # once nobody honest would be silent any more
    assert select.select([client.socket for client in silent], [], [], SOON)[0]  # closed


def test_without_descriptors_idle_connections_make_room(server):
    few = 80

    def lower():
        resource.setrlimit(resource.RLIMIT_NOFILE, (few, few))

    running = server("hello:app", "--keep-alive", "600", preexec_fn=lower)
    running.expect_line(r"worker_connections is 1000, but the process may open 80 files only")
    running.expect_line(r"accept.*idle ones are closed to go on")
    begun = time.monotonic()
    for _ in range(3 * few):
        assert running.connect().get().status == 200
    seconds = time.monotonic() - begun
    complaints = [line for line in running.err.lines if "idle ones are closed" in line]
    assert 1 <= len(complaints) <= seconds + 1


def test_burst_of_connections_finds_room_for_descriptors(server):
    """To make room, the kernel stops a process with several threads for some 10 ms, and that at 64, 128, 256, 512."""
    running = server("hello:app", "--worker-connections", "400")
    before = procfs.room_for_descriptors(running.worker())
    with ExitStack() as open_ones:
        clients = [open_ones.enter_context(running.connect()) for _ in range(400)]
        for client in clients:
            assert client.get().status == 200
        assert procfs.room_for_descriptors(running.worker()) == before


def test_request_that_waits_burns_no_processor(server, tmp_path):
    running = server("gate:closed", "--keep-alive", "60")
    gate, started = tmp_path / "gate", tmp_path / "started"
    with running.connect() as waiting, running.connect() as stuck:
        assert waiting.get("/").status == 200
        stuck.send(request_bytes("GET", f"/?file={gate}&started={started}"))
        eventually(started.exists, what="the request in the application")
        waiting.send(request_bytes("GET", "/"))
        time.sleep(0.3)  # until another thread leads
        before = _processor_seconds(running.worker())
        time.sleep(1)
        assert _processor_seconds(running.worker()) - before < 0.3
        gate.touch()
        assert stuck.read_response().status == 200
        assert waiting.read_response().status == 200


def _processor_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_more_requests_than_may_wait_are_answered_503_at_once(server, tmp_path):
    running = server("gate:closed", "--queue-limit", "1")
    running.expect_line(r"The server is busy \(queue_limit is 1\): 1 refused with 503")
    gate, started = tmp_path / "gate", tmp_path / "started"
    with running.connect() as stuck, running.connect() as waiting, running.connect() as refused:
        stuck.send(request_bytes("GET", f"/?file={gate}&started={started}"))
        eventually(started.exists, what="the request in the application")
        waiting.send(request_bytes("GET", "/"))
        time.sleep(0.5)
        refused.send(request_bytes("GET", "/"))
        response = refused.read_response()
        assert (response.status, response.header("Retry-After")) == (503, "1")
        gate.touch()
        assert stuck.read_response().status == 200
        assert waiting.read_response().status == 200


def test_request_that_has_waited_too_long_is_answered_503(server, tmp_path):
    running = server("gate:closed", "--queue-timeout", "1", "--queue-limit", "10")
    running.expect_line(r"The server is busy \(queue_timeout is 1 s\)")
    gate, started = tmp_path / "gate", tmp_path / "started"
    with running.connect() as stuck, running.connect() as late:
        stuck.send(request_bytes("GET", f"/?file={gate}&started={started}"))
        eventually(started.exists, what="the request in the application")
        start = time.monotonic()
        late.send(request_bytes("GET", "/"))
        assert late.read_response().status == 503
        assert 0.9 < time.monotonic() - start < 3
        gate.touch()
        assert stuck.read_response().status == 200
