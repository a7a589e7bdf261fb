"""Bodies of requests as applications see them: every way to read them, and any size."""

import hashlib
import io
import json
import os
import re
import subprocess
import threading
from pathlib import Path
from urllib.parse import quote

import pytest

from harness.patience import LATER
from harness.wire import chunked, request_bytes

BODY = b"one\ntwo, longer than seven bytes\n\n\nlast without newline"

# Each is a row of calls on one body; what io.BytesIO answers is right.
CALLS = [
    [["read"], ["read"], ["readline"], ["readlines"]],
    [["read", -1], ["read", -1]],
    [["read", None]],
    [["read", 0], ["read", 3], ["read", 0], ["read", 1000], ["read", 1]],
    [["read", len(BODY)], ["read", 1]],
    [["readline"], ["readline"], ["readline"], ["readline"], ["readline"], ["readline"]],
    [["readline", 2], ["readline", 2], ["readline", 2], ["readline", 1000]],
    [["readline", 0], ["readline", -1], ["readline", None]],
    [["readline", 4], ["readline", 65536]],
    [["readlines"], ["readlines"], ["read"]],
    [["readlines", None]],
    [["read", 6], ["readlines"]],
    [["readline"], ["read", 5], ["iterate"], ["iterate"], ["read"]],
    [["iterate"], ["readline"]],
]


def answers_of(calls, stream):
    plain = lambda value: value.decode("latin-1") if isinstance(value, bytes) else [plain(item) for item in value]
    return [plain(list(stream) if name == "iterate" else getattr(stream, name)(*sizes)) for name, *sizes in calls]


@pytest.mark.parametrize("framing", ["length", "chunked"])
def test_body_is_read_as_a_file(server, framing):
    running = server("input_calls:app")
    for calls in CALLS:
        target = f"/?calls={quote(json.dumps(calls))}"
        if framing == "length":
            answer = running.request("POST", target, body=BODY)
        else:
            pieces = chunked(BODY[:1], BODY[1:20], BODY[20:])
            answer = running.request("POST", target, [("Transfer-Encoding", "chunked")], pieces)
        assert json.loads(answer.body) == answers_of(calls, io.BytesIO(BODY)), calls


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_absent_body_is_empty_every_way(server, method):
    running = server("input_calls:app")
    for calls in CALLS:
        answer = running.request(method, f"/?calls={quote(json.dumps(calls))}")
        assert json.loads(answer.body) == answers_of(calls, io.BytesIO()), calls


@pytest.mark.differs("Gunicorn does not serve a request that was sent behind another")
def test_body_ends_where_the_next_request_begins(server, target):
    running = server("input_calls:app", *target.keep_alive)
    calls = quote(json.dumps([["read", 1 << 30], ["read"], ["readline"], ["iterate"]]))
    request = request_bytes("POST", f"/?calls={calls}", body=b"only this\n")
    with running.connect() as connection:
        connection.send(request + request)
        for _ in range(2):
            assert json.loads(connection.read_response().body) == ["only this\n", "", "", []]


@pytest.mark.ours("Gunicorn's has read, readline, readlines and iteration only")
def test_body_can_be_read_into_a_buffer(server):
    assert server("input_calls:readinto").request("POST", body=b"0123456789abcdefghij!").body == b"0123456789|abcdefghij|!"


@pytest.mark.ours("Gunicorn's is no stream of the io module")
def test_body_can_be_wrapped_as_text(server):
    answer = server("input_calls:wrapped").request("POST", body="caf\xe9\nfl\xf6te\n".encode())
    assert answer.body.decode() == "caf\xe9\n|fl\xf6te\n"


def upload_when_told_to_go_on(running, folder):
    """curl sends 25 MiB in chunks once it was told to, to `input_calls:digest`."""
    content = os.urandom(1 << 20) * 25
    (folder / "upload").write_bytes(content)
    command = ["curl", "-sS", "--max-time", "60", "-v", "-T", "-", "-X", "POST", "-H", "Transfer-Encoding: chunked",
               "-H", "Expect: 100-continue", "--expect100-timeout", "30", "http://{}:{}/".format(*running.address)]
    with open(folder / "upload", "rb") as upload:
        ended = subprocess.run(command, stdin=upload, capture_output=True, text=True, timeout=90)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout == f"{hashlib.sha256(content).hexdigest()} {len(content)}"
    assert "< HTTP/1.1 100 Continue" in ended.stderr


def test_curl_uploads_in_chunks_after_it_was_told_to_go_on(server, tmp_path):
    upload_when_told_to_go_on(server("input_calls:digest"), tmp_path)


def upload_at_once(running, contents):
    """Each by a client of its own, every other one in chunks, to `input_calls:digest`."""
    heard = {}

    def upload(index):
        content = contents[index]
        with running.connect(timeout=LATER) as connection:
            if index % 2:
                connection.send(request_bytes("POST", headers=[("Content-Length", str(len(content)))]))
                connection.send(content)
            else:
                connection.send(request_bytes("POST", headers=[("Transfer-Encoding", "chunked")]))
                connection.send(chunked(*(content[i : i + 9999] for i in range(0, len(content), 9999))))
            heard[index] = connection.read_response().text

    threads = [threading.Thread(target=upload, args=(i,)) for i in range(len(contents))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LATER)
    assert heard == {i: f"{hashlib.sha256(content).hexdigest()} {len(content)}" for i, content in enumerate(contents)}


HUGE, PIECE = 2 << 30, 1 << 20


def memory_of_its_own(pid):
    """KiB that are no file's: what pages of a spooled body count for is the page cache's."""
    return int(re.search(r"RssAnon:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1])


@pytest.mark.parametrize("framing, size", [("length", HUGE), ("chunked", HUGE // 4)])
def test_huge_body_costs_no_memory(server, framing, size):
    running = server("input_calls:count")
    idle = most = memory_of_its_own(running.worker())
    piece = b"x" * PIECE
    if framing == "chunked":
        head, piece, end = [("Transfer-Encoding", "chunked")], b"%x\r\n%s\r\n" % (PIECE, piece), b"0\r\n\r\n"
    else:
        head, end = [("Content-Length", str(size))], b""
    with running.connect(timeout=60) as connection:
        connection.send(request_bytes("POST", headers=head))
        for number in range(size // PIECE):
            connection.send(piece)
            if number % 64 == 0:
                most = max(most, memory_of_its_own(running.worker()))
        connection.send(end)
        counted = int(connection.read_response().body)
    assert counted == size
    most = max(most, memory_of_its_own(running.worker()))
    assert most - idle < 64 << 10, f"{idle} KiB when idle, {most} KiB later"
