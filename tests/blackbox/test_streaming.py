"""Content that is produced piece by piece: none is kept while the application produces the next (PEP 3333, "Buffering
and Streaming")."""

import pytest
from harness.wire import chunked, chunks, request_bytes
from harness.worker_classes import each_class

SIZES = pytest.mark.parametrize(
    "sizes", ["10", "2x10", "1000x100", "10,9000,10,0,20000,10,10", "10,12000000,10", "12000x1000", "12x1000000"]
)


def pieces(sizes):
    parts = [part.rpartition("x") for part in sizes.split(",")]
    sizes = [int(size) for count, _, size in parts for _ in range(int(count or 1))]
    return [bytes([ord("a") + number % 26]) * size for number, size in enumerate(sizes)]


@pytest.fixture
def gate(tmp_path):
    return tmp_path / "gate"


def assert_comes(connection, expected):
    came = connection.receive(len(expected)).lower()  # digits of chunks come in either case
    assert came == expected, f"{len(expected)} bytes, but others"


def path_of(sizes, gate, path="/", **query):
    query = {"sizes": sizes, "file": gate, **query}
    return path + "?" + "&".join(f"{name}={value}" for name, value in query.items())


@SIZES
@each_class
@pytest.mark.parametrize("way", ["/yield", "/write"])
def test_what_was_given_arrives_while_the_next_is_produced(server, gate, sizes, options, way):
    with server("bursts:app", *options).connect() as connection:
        connection.send(f"GET {path_of(sizes, gate, way)} HTTP/1.0\r\n\r\n".encode())
        connection.read_head()
        assert_comes(connection, b"".join(pieces(sizes)))
        gate.touch()
        assert connection.read_until_closed() == b"after"


def assert_passes_twice(connection, gate, path, before, after):
    for _ in range(2):
        gate.unlink(missing_ok=True)
        connection.send(request_bytes("GET", path))
        connection.read_head()
        assert_comes(connection, before)
        gate.touch()
        assert connection.receive(len(after)) == after


@SIZES
def test_content_of_known_length_does(server, target, gate, sizes):
    with server("bursts:app", *target.keep_alive).connect() as connection:
        path = path_of(sizes, gate, length="yes")
        assert_passes_twice(connection, gate, path, b"".join(pieces(sizes)), b"after")


@SIZES
def test_chunks_do(server, target, gate, sizes):
    with server("bursts:app", *target.keep_alive).connect() as connection:
        content = chunks(*filter(None, pieces(sizes)))
        assert_passes_twice(connection, gate, path_of(sizes, gate), content, chunked(b"after"))


@SIZES
def test_encrypted_content_does(https, connect, gate, sizes):
    connection = connect(https("bursts:app"))
    connection.send(f"GET {path_of(sizes, gate, length='yes')} HTTP/1.0\r\n\r\n".encode())
    connection.read_head()
    assert_comes(connection, b"".join(pieces(sizes)))
    gate.touch()
    assert connection.receive(5) == b"after"
