"""A socket that cannot be had: five tries, then one sentence."""

import socket
import time

import pytest

from harness.patience import LATER


@pytest.fixture
def taken():
    listener = socket.create_server(("127.0.0.1", 0))
    yield listener
    listener.close()


def test_port_in_use_ends_the_server_after_five_tries(server, taken):
    port = taken.getsockname()[1]
    start = time.monotonic()
    running = server("hello:app", bind=f"127.0.0.1:{port}", ready=False)
    assert running.wait() == 1
    assert 3 < time.monotonic() - start < LATER
    running.wait_for_line(rf"\[ERROR\] Connection in use: \('127\.0\.0\.1', {port}\)", count=5)
    running.wait_for_line(rf"\[ERROR\] Can't connect to \('127\.0\.0\.1', {port}\)")
    running.expect_line(r"\[ERROR\] (connection to .* failed|bind: cannot listen on .*): .*Address (already )?in use")
    assert not running.err.matches("Booting worker")


def test_port_that_becomes_free_is_taken(server, taken):
    port = taken.getsockname()[1]
    running = server("hello:app", bind=f"127.0.0.1:{port}", ready=False)
    running.wait_for_line(r"Connection in use")
    running.expect_line(r"\[ERROR\] connection to .* failed")
    taken.close()
    assert running.await_ready().get().status == 200


def test_port_of_a_server_that_just_ended_is_free(server):
    first = server("hello:app")
    with first.connect() as connection:
        connection.get()
        assert first.stop() == 0  # leaves the connection in TIME_WAIT
    second = server("hello:app", bind=f"127.0.0.1:{first.address[1]}")
    assert second.get().status == 200
    assert not second.err.matches("in use")


def test_address_of_another_machine_is_refused(server):
    running = server("hello:app", bind="192.0.2.1:0", ready=False)
    running.expect_line(r"\[ERROR\]")
    assert running.wait() == 1
    assert "192.0.2.1" in running.err.text


def test_unix_socket_left_behind_is_replaced(server, tmp_path):
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(tmp_path / "left.sock"))
    listener.close()
    running = server("hello:app", bind="unix:left.sock")
    assert running.get().status == 200
    assert running.stop() == 0
    assert not (tmp_path / "left.sock").exists()


def test_file_in_the_place_of_a_unix_socket_is_left_alone(server, tmp_path):
    (tmp_path / "file.sock").write_text("precious")
    running = server("hello:app", bind="unix:file.sock", ready=False)
    running.expect_line(r"\[ERROR\]|Traceback")
    assert running.wait() == 1
    assert "file.sock" in running.err.text and "not a socket" in running.err.text
    assert (tmp_path / "file.sock").read_text() == "precious"


def test_several_addresses_are_served(server, launch):
    running = server("hello:app", "-b", "unix:second.sock")
    assert running.get().status == 200
    running.address = str(running.folder / "second.sock")
    assert running.get().status == 200


def test_ipv6_is_served(server):
    running = server("hello:app", bind="[::1]:0", ready=False)
    found = running.wait_for_line(r"Listening at: http://\[::1\]:(\d+)")
    with socket.create_connection(("::1", int(found[1]))) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        client.settimeout(LATER)
        assert client.recv(15) == b"HTTP/1.1 200 OK"
