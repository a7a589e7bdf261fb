"""Clients that leave before they have their answer: the application stops soon, and nobody is alarmed."""

import pytest

from harness.patience import eventually
from harness.record import lines
from harness.wire import chunks, request_bytes
from harness.worker_classes import each_class

WAYS = ["close", "reset"]


@each_class
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("stream", ["ticking", "flooding"])
def test_endless_stream_ends_when_its_client_leaves(server, record, options, way, stream):
    running = server("leaving:app", *options)
    connection = running.connect()
    connection.send(request_bytes("GET", f"/{stream}?record={record}"))
    connection.read_head()
    connection.receive(20)
    getattr(connection, way)()
    eventually(lambda: lines(record) == ["closed"], 2, "the generator closed")
    assert running.get().body == b"calm"


@each_class
@pytest.mark.parametrize("way", WAYS)
def test_client_that_leaves_before_its_answer_alarms_nobody(server, record, options, way):
    running = server("leaving:app", *options)
    connection = running.connect()
    connection.send(request_bytes("GET", f"/thinking?record={record}&file={record}.go"))
    eventually(lambda: lines(record) == ["called"])
    getattr(connection, way)()
    record.with_suffix(".go").touch()
    eventually(lambda: lines(record) == ["called", "closed"], what="the body closed")
    assert running.get().body == b"calm"


@pytest.mark.differs("Gunicorn calls the application before the content is there")
@each_class
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("framing", ["length", "chunked"])
def test_client_that_leaves_during_its_upload_reaches_no_application(server, record, options, way, framing):
    running = server("leaving:app", *options)
    head = [("Content-Length", "1000000")] if framing == "length" else [("Transfer-Encoding", "chunked")]
    part = b"x" * 500_000 if framing == "length" else chunks(b"x" * 500_000)
    connection = running.connect()
    connection.send(request_bytes("POST", f"/thinking?record={record}&file={record}", head) + part)
    getattr(connection, way)()
    assert running.get().body == b"calm"
    running.stop()
    assert lines(record) == []
