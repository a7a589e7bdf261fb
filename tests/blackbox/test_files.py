"""Files as applications return them through wsgi.file_wrapper: whole, in part, and closed once."""

import time

import pytest

from harness.patience import eventually
from harness.wire import Truncated, request_bytes

CONTENT = bytes(range(256)) * 400
COPY = pytest.mark.parametrize("options", [(), ("--no-sendfile",)], ids=["sendfile", "copy"])


@pytest.fixture
def target_of(tmp_path):
    """A request target for tests/apps/files.py; the record is at tmp_path/record."""
    (tmp_path / "file").write_bytes(CONTENT)

    def make(**more):
        return "/?" + "&".join(f"{name}={value}" for name, value in
                               {"path": tmp_path / "file", "record": tmp_path / "record", **more}.items())

    return make


@pytest.fixture
def closings(tmp_path):
    return lambda: (tmp_path / "record").read_text().splitlines() if (tmp_path / "record").exists() else []


@COPY
@pytest.mark.parametrize("app", ["app", "read_only"])
@pytest.mark.parametrize("length", [None, len(CONTENT), 1000])
def test_file_arrives_and_is_closed_once(server, target_of, closings, options, app, length):
    running = server(f"files:{app}", *options)
    target = target_of() if length is None else target_of(length=length)
    assert running.get(target).body == CONTENT[:length]
    running.stop()
    assert closings() == ["closed"]


@COPY
def test_file_is_closed_once_for_head(server, target_of, closings, options):
    running = server("files:app", *options)
    running.expect_line("no-body response")
    answer = running.request("HEAD", target_of(length=len(CONTENT)))
    assert (answer.header("Content-Length"), answer.body) == (str(len(CONTENT)), b"")
    running.stop()
    assert closings() == ["closed"]


@COPY
def test_file_that_grows_meanwhile_keeps_its_length(server, target_of, closings, options):
    running = server("files:app", *options)
    assert running.get(target_of(length=len(CONTENT), grow=5000)).body == CONTENT
    assert running.get(target_of(grow=10)).body.startswith(CONTENT)
    running.stop()
    assert closings() == ["closed"] * 2


@pytest.mark.differs("Gunicorn keeps the connection and lets the client wait", hangs=True)
@COPY
def test_file_that_shrinks_meanwhile_ends_the_connection(server, target_of, closings, options):
    running = server("files:app", *options)
    with running.connect() as connection, pytest.raises(Truncated) as truncated:
        connection.get(target_of(length=len(CONTENT), shrink=1000))
    assert truncated.value.partial == CONTENT[:1000]
    running.wait_for_line(rf"\[WARNING\] The application promised {len(CONTENT)} bytes of content and gave 1000")
    running.stop()
    assert closings() == ["closed"]


@pytest.mark.differs("Gunicorn keeps the connection and lets the client wait", hangs=True)
def test_file_that_shrinks_while_it_is_sent_ends_the_connection(server, target_of, tmp_path):
    size = 64 << 20
    with open(tmp_path / "file", "wb") as file:
        file.truncate(size)
    running = server("files:app")
    running.expect_line("promised")
    with running.connect() as connection:
        connection.send(request_bytes("GET", target_of(length=size)))
        connection.read_head()
        (tmp_path / "file").write_bytes(b"")
        assert len(connection.read_until_closed()) < size
    assert running.get(target_of()).status == 200


@COPY
@pytest.mark.parametrize("app", ["app", "read_only"])
def test_file_is_closed_once_when_the_client_leaves(server, target_of, closings, tmp_path, options, app):
    with open(tmp_path / "file", "wb") as file:
        file.truncate(64 << 20)
    running = server(f"files:{app}", *options)
    connection = running.connect()
    connection.send(request_bytes("GET", target_of(length=64 << 20)))
    connection.read_head()
    connection.receive(1000)
    connection.reset()
    eventually(lambda: closings() == ["closed"])
    running.stop()
    assert closings() == ["closed"]
