"""Without `request_buffering` the application runs as soon as the head is there, and reads content while it comes."""

import hashlib
import io
import json
import os
import subprocess
import time
from urllib.parse import quote

import pytest

from harness import procfs
from harness.load import Load
from harness.patience import LATER, eventually
from harness.wire import chunked, chunks, request_bytes
from harness.worker_classes import GTHREAD, each_class
from test_request_bodies import BODY, CALLS, answers_of, upload_at_once, upload_when_told_to_go_on

pytestmark = pytest.mark.ours("Gunicorn has no such setting, and never waits for content")

CHUNKED = ("Transfer-Encoding", "chunked")

each_framing = pytest.mark.parametrize("framing", ["length", "chunked"])


@pytest.fixture
def unbuffered(server):
    return lambda app, *options: server(app, "--no-request-buffering", *options)


def length(size):
    return "Content-Length", str(size)


@each_class
def test_application_answers_what_has_come(unbuffered, options):
    running = unbuffered("taking:converse", *options)
    with running.connect() as connection:
        connection.send(request_bytes("POST", headers=[CHUNKED]))
        for line in b"one\n", b"two\n", b"three\n":
            connection.send(b"%x\r\n%s\r\n" % (len(line), line))
            if line == b"one\n":
                assert connection.read_head().status == 200
            answer = b"got " + line
            assert connection.receive(len(answer) + 5) == b"%X\r\n%s\r\n" % (len(answer), answer)
        connection.send(b"0\r\n\r\n")
        assert connection.receive(5) == b"0\r\n\r\n"


@each_framing
def test_content_that_comes_is_read_as_a_file(unbuffered, framing):
    running = unbuffered("input_calls:app")
    parts = [BODY[:1], BODY[1:20], BODY[20:]]
    for calls in CALLS:
        with running.connect() as connection:
            head = length(len(BODY)) if framing == "length" else CHUNKED
            connection.send(request_bytes("POST", f"/?calls={quote(json.dumps(calls))}", [head]))
            running.await_waiting_application()
            for part in parts if framing == "length" else [chunks(part) for part in parts] + [chunked()]:
                connection.send(part)
            assert json.loads(connection.read_response().body) == answers_of(calls, io.BytesIO(BODY)), calls


@pytest.mark.parametrize("app", ["readinto", "wrapped"])
def test_streams_of_the_io_module_read_it(unbuffered, app):
    running = unbuffered(f"input_calls:{app}")
    with running.connect() as connection:
        connection.send(request_bytes("POST", headers=[length(21)]) + b"0123456789")
        running.await_waiting_application()
        connection.send(b"abcdefghij!")
        assert connection.read_response().body.replace(b"|", b"") == b"0123456789abcdefghij!"


@each_framing
def test_connection_serves_on_behind_it(unbuffered, framing):
    running = unbuffered("echo:app")
    content = os.urandom(300_000)
    sent = content if framing == "length" else chunked(content[:100], content[100:200_000], content[200_000:])
    head = length(len(content)) if framing == "length" else CHUNKED
    with running.connect() as connection:
        for _ in range(3):
            connection.send(request_bytes("POST", headers=[head]))
            connection.send(sent + request_bytes("POST", body=b"behind"))
            assert connection.read_response().body == content
            assert connection.read_response().body == b"behind"


def test_curl_is_told_to_go_on_when_the_application_reads(unbuffered, tmp_path):
    upload_when_told_to_go_on(unbuffered("input_calls:digest"), tmp_path)


def test_content_that_nobody_wants_is_not_asked_for(unbuffered):
    running = unbuffered("taking:read")
    with running.connect() as connection:
        connection.send(request_bytes("POST", "/ignored", [length(10), ("Expect", "100-continue")]))
        answer = connection.read_response()
        assert (answer.status, answer.header("Connection"), answer.body) == (200, "close", b"0")


def test_content_is_not_asked_for_behind_the_answer(unbuffered):
    running = unbuffered("taking:read")
    with running.connect() as connection:
        connection.send(request_bytes("POST", "/answered-before", [length(10), ("Expect", "100-continue")]))
        answer = connection.read_head()
        assert (answer.status, answer.header("Connection")) == (200, "close")
        connection.send(b"x" * 10)
        assert b"reading: " in connection.read_until_closed()


def test_answer_reaches_a_client_that_still_sends(unbuffered, tmp_path):
    (tmp_path / "upload").write_bytes(b"x" * (50 << 20))
    running = unbuffered("taking:read")
    command = ["curl", "-sS", "--max-time", "60", "-H", "Expect:", "--data-binary", f"@{tmp_path / 'upload'}",
               "http://{}:{}/ignored".format(*running.address)]
    for _ in range(5):
        ended = subprocess.run(command, capture_output=True, text=True, timeout=90)
        assert (ended.returncode, ended.stdout) == (0, "0"), ended.stderr


def test_huge_content_costs_neither_memory_nor_files(unbuffered):
    running = unbuffered("input_calls:count")
    worker = running.worker()
    idle = most = procfs.memory(worker, "Anonymous")
    files = procfs.descriptor_kinds(worker)["file"]
    piece = b"x" * (1 << 20)
    with running.connect(timeout=60) as connection:
        connection.send(request_bytes("POST", headers=[length(1 << 30)]))
        for number in range(1 << 10):
            connection.send(piece)
            if number % 64 == 0:
                most = max(most, procfs.memory(worker, "Anonymous"))
                assert procfs.descriptor_kinds(worker)["file"] == files
        assert int(connection.read_response().body) == 1 << 30
    assert most - idle < 8 << 10


@each_class
def test_slow_upload_is_no_stuck_request(unbuffered, options):
    running = unbuffered("taking:read", "-t", "1", *options)
    with running.connect() as connection:
        connection.send(request_bytes("POST", headers=[length(20)]) + b"x" * 10)
        time.sleep(2.5)  # beyond any limit for the application
        connection.send(b"x" * 10)
        assert connection.read_response().body == b"20"
    assert not running.err.matches("(?i)timeout")


@each_class
def test_content_that_trickles_is_answered_408(unbuffered, options):
    running = unbuffered("taking:read", "--body-timeout", "1", *options)
    running.expect_line(r"Invalid request from ip=127.0.0.1: The content of the request did not come in time")
    worker = running.worker()
    with running.connect() as slow:
        slow.send(request_bytes("POST", headers=[length(10_000)]) + b"x")
        answer = slow.read_response()
        assert (answer.status, answer.header("Connection")) == (408, "close")
        assert b"body_timeout is 1 s, min_rate 240 bytes/s" in answer.body
    running.wait_for_line(r"body_timeout is 1 s")
    assert not running.err.matches("Traceback")
    assert running.request("POST", body=b"fine").body == b"4"
    assert running.worker() == worker


MALFORMED = [
    pytest.param((), b"5\r\nhello\r\nnonsense\r\n", 400, "Invalid character in chunk size", id="malformed"),
    pytest.param(("--limit-request-body", "10"), b"5\r\nhello\r\n6\r\nworld!\r\n0\r\n\r\n", 413, "limit_request_body is 10",
                 id="too-large"),
]


@pytest.mark.parametrize("options, content, status, reason", MALFORMED)
def test_content_that_turns_out_wrong_is_answered_so(unbuffered, options, content, status, reason):
    running = unbuffered("taking:read", *options)
    running.expect_line("Invalid request from ip=127.0.0.1: ")
    with running.connect() as connection:
        connection.send(request_bytes("POST", headers=[CHUNKED]))
        running.await_waiting_application()
        connection.send(content)
        answer = connection.read_response()
        assert (answer.status, answer.header("Connection")) == (status, "close")
        assert reason in answer.text
    running.wait_for_line(reason)
    assert not running.err.matches("Traceback")
    assert running.get().status == 200


def test_application_may_deal_with_content_that_does_not_come(unbuffered):
    running = unbuffered("taking:read_carefully", "--body-timeout", "1", "--limit-request-body", "10")
    with running.connect() as connection:
        connection.send(request_bytes("POST", headers=[length(9)]))
        assert connection.read_response().text.startswith("TimeoutError: The content of the request did not come in time")
    with running.connect() as connection:
        connection.send(request_bytes("POST", headers=[CHUNKED]))
        running.await_waiting_application()
        connection.send(b"20\r\n")
        answer = connection.read_response()
        assert answer.text == "OSError: Request body is too large (limit_request_body is 10)"
        assert answer.header("Connection") == "close"


def test_failure_of_its_own_is_told_as_any(unbuffered):
    running = unbuffered("taking:fail_otherwise", "--body-timeout", "1")
    running.expect_line("Error handling request POST /")
    with running.connect() as connection:
        connection.send(request_bytes("POST", headers=[length(9)]))
        assert connection.read_response().status == 500
    running.wait_for_line("FileNotFoundError")


def test_input_may_be_closed_in_the_midst_of_a_read(unbuffered):
    running = unbuffered("taking:close_elsewhere", *GTHREAD)
    with running.connect() as connection:
        connection.send(request_bytes("POST", headers=[length(9)]) + b"some")
        running.await_waiting_application()
        assert running.get("/close").body == b"closed"
        connection.send(b" more")
        assert connection.read_response().body == b"some more|"


@each_class
@each_framing
@pytest.mark.parametrize("way", ["close", "reset"])
def test_client_that_leaves_during_its_upload_alarms_nobody(unbuffered, options, framing, way):
    running = unbuffered("taking:read", *options)
    worker = running.worker()
    connection = running.connect()
    part = b"x" * 500_000 if framing == "length" else chunks(b"x" * 500_000)
    connection.send(request_bytes("POST", headers=[length(1_000_000) if framing == "length" else CHUNKED]) + part)
    getattr(connection, way)()
    assert running.get().body == b"0"
    assert running.worker() == worker
    assert not running.err.matches("Traceback|Invalid request")


def test_upload_in_one_thread_keeps_no_other_waiting(unbuffered):
    running = unbuffered("taking:read", *GTHREAD)
    with running.connect() as slow:
        slow.send(request_bytes("POST", headers=[length(10)]) + b"half")
        with Load(running.address, fresh=1, kept=2) as load:
            eventually(lambda: load.answered > 200, what="answers to others")
        assert load.losses == []
        slow.send(b" more.")
        assert slow.read_response().body == b"10"


@each_class
def test_upload_that_is_under_way_is_served_before_the_worker_goes(unbuffered, options):
    running = unbuffered("taking:read", *options)
    old = running.worker()
    with running.connect() as connection:
        connection.send(request_bytes("POST", headers=[length(10)]) + b"half")
        running.await_waiting_application()
        running.kill(1)
        running.wait_for_line("Hang up: Master")
        eventually(lambda: old not in running.workers() or len(running.workers()) > 1, LATER, "a successor")
        connection.send(b" more.")
        assert connection.read_response().body == b"10"
    running.await_workers(1, other_than=[old])


def test_other_threads_are_told_who_may_read(unbuffered):
    running = unbuffered("taking:read_elsewhere")
    assert running.request("POST", body=b"at once").body == b"at once"
    with running.connect() as connection:
        connection.send(request_bytes("POST", headers=[length(10)]))
        assert "may be read by the thread that runs the application alone" in connection.read_response().text


def test_input_that_is_kept_is_at_its_end(unbuffered):
    running = unbuffered("taking:keep")
    for expected in b"None", b"(b'', b'', [])":
        with running.connect() as connection:
            connection.send(request_bytes("POST", headers=[length(100)]) + b"some\nlines")
            assert connection.read_response().body == expected


@each_framing
def test_content_comes_through_tls(unbuffered, pair, framing):
    content = os.urandom(1 << 20) * 8
    running = unbuffered("input_calls:digest", *pair.options)
    way = ["-H", "Transfer-Encoding: chunked"] if framing == "chunked" else []
    (running.folder / "upload").write_bytes(content)
    ended = subprocess.run(["curl", "-sSk", "--http1.1", "--max-time", "60", "-X", "POST", "-T", "upload", *way,
                            "https://{}:{}/".format(*running.address)],
                           cwd=running.folder, capture_output=True, text=True, timeout=90)
    assert ended.stdout == f"{hashlib.sha256(content).hexdigest()} {len(content)}", ended.stderr


def test_many_uploads_at_once_are_all_as_they_were_sent(unbuffered):
    running = unbuffered("input_calls:digest", *GTHREAD)
    upload_at_once(running, [os.urandom(1 << 16) * (7 + i) for i in range(12)])
