"""Bodies too large for memory: they stay in pipes, in the pages they came in, or go to files. The application sees none of it."""

import io
import json
import os
from urllib.parse import quote

import pytest

from harness import procfs
from harness.patience import eventually
from harness.wire import request_bytes
from harness.worker_classes import GTHREAD
from test_request_bodies import answers_of, upload_at_once

BODY = b"".join(b"line %d\n" % number for number in range(300_000))
CALLS = [
    [["read", 70_000], ["readline"], ["read", 5], ["readline", 3], ["read", 1_000_000], ["iterate"], ["read"]],
    [["readline"], ["read"], ["read", 1]],
    [["readlines", 1000], ["read", -1], ["readlines"]],
]


def pipes(running):
    return procfs.descriptor_kinds(running.worker())["pipe"]


def head(target="/", size=len(BODY)):
    return request_bytes("POST", target, [("Content-Length", str(size))])


@pytest.mark.parametrize("calls", CALLS, ids=["pieces", "all", "lines"])
@pytest.mark.parametrize("at_once", [1 << 20, 500], ids=["large-pieces", "small-pieces"])
def test_large_body_is_read_as_a_file(server, calls, at_once):
    running = server("input_calls:app")
    with running.connect() as connection:
        connection.send(head(f"/?calls={quote(json.dumps(calls))}"))
        for at in range(0, len(BODY), at_once):
            connection.send(BODY[at : at + at_once])
        assert json.loads(connection.read_response().body) == answers_of(calls, io.BytesIO(BODY))


@pytest.mark.ours("Gunicorn has no such pipes")
def test_large_body_waits_in_pipes(server):
    running = server("input_calls:count")
    before, files = pipes(running), procfs.descriptor_kinds(running.worker())["file"]
    with running.connect() as connection:
        connection.send(head() + BODY[:-1])
        eventually(lambda: pipes(running) > before, what="pipes with content")
        connection.send(BODY[-1:])
        assert connection.read_response().body == b"%d" % len(BODY)
        eventually(lambda: pipes(running) == before, what="no more pipes than before")
        assert procfs.descriptor_kinds(running.worker())["file"] == files


@pytest.mark.ours("Gunicorn has no such pipes")
def test_client_that_leaves_takes_its_pipes_along(server):
    running = server("input_calls:count")
    before = pipes(running)
    with running.connect() as connection:
        connection.send(head() + BODY[:-1])
        eventually(lambda: pipes(running) > before, what="pipes with content")
    eventually(lambda: pipes(running) == before, what="no more pipes than before")


def test_large_body_that_nobody_reads_is_not_the_next_request(server, target):
    running = server("hello:app", *target.keep_alive)
    with running.connect() as connection:
        for _ in range(3):
            connection.send(head() + BODY)
            assert connection.read_response().body == b"Hello, world!\n"


def test_large_body_is_anybodys_to_read(server):
    assert server("taking:read_elsewhere").request("POST", body=BODY).body == BODY


def test_more_large_bodies_than_there_are_pipes(server):
    running = server("input_calls:digest", *GTHREAD)
    before = pipes(running)
    upload_at_once(running, [os.urandom(1 << 16) * (160 + i) for i in range(24)])
    eventually(lambda: pipes(running) == before, what="no more pipes than before")
