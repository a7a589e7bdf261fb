"""Log lines as machines and platforms want them: JSON, levels on two streams, a file that holds everything."""

import json
import re

import pytest

from harness.patience import SOON, eventually
from harness.target import APPS
from harness.wire import request_bytes

JSON = ("--log-format", "json")
ours = pytest.mark.ours("Gunicorn has no JSON lines of its own")


def objects(log, kind):
    return [line for line in map(json.loads, log.lines) if line["log"] == kind]


def access_object(running):
    return eventually(lambda: objects(running.out, "access"), what="an access line")[0]


@ours
def test_error_log_in_json_has_an_object_a_line(server):
    running = server("hello:app", *JSON)
    running.get()
    first = objects(running.err, "error")[0]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", first.pop("time"))
    version = first.pop("message")
    assert first == {"log": "error", "level": "info", "pid": running.arbiter} and version.startswith("Starting ")


@ours
def test_traceback_in_json_is_one_object(server):
    running = server("raises:before_start", *JSON)
    running.err.expect("Error handling request")
    running.get("/lost")
    line = eventually(lambda: [line for line in objects(running.err, "error") if line["level"] == "error"])[0]
    assert line["message"].startswith("Error handling request GET /lost\nTraceback (most recent call last):\n")
    assert "Mishap: before start_response" in line["message"]


@ours
def test_access_log_in_json_is_typed(server):
    running = server("hello:app", *JSON, "--access-logfile", "-")
    running.get("/a%20b?x=1", headers=[("Authorization", "Basic YWxpY2U6c2VjcmV0"), ("User-Agent", "tester/1.0")])
    line = access_object(running)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line.pop("time"))
    duration = line.pop("duration")
    assert isinstance(duration, float) and 0 < duration < SOON
    assert line == {
        "log": "access", "pid": running.worker(), "remote_address": "127.0.0.1", "user": "alice", "method": "GET",
        "target": "/a%20b?x=1", "path": "/a b", "query": "x=1", "protocol": "HTTP/1.1", "status": 200, "bytes": 14,
        "referer": None, "user_agent": "tester/1.0", "aborted": False,
    }


@ours
def test_headers_that_the_format_names_are_members_in_json(server):
    format = "%({X-Colour}i)s %({x-absent}i)s %({Content-Type}o)s %({raw_uri}e)s %({x-colour}i)s"
    running = server("hello:app", *JSON, "--access-logfile", "-", "--access-logformat", format)
    running.get("/here", headers=[("X-Colour", "blue")])
    line = access_object(running)
    assert line["request_headers"] == {"x-colour": "blue", "x-absent": None}
    assert line["response_headers"] == {"content-type": "text/plain"}
    assert line["environ"] == {"raw_uri": "/here"}


@ours
@pytest.mark.parametrize("sent, shown", [
    (b'a", "status": 999, "b": "', 'a", "status": 999, "b": "'),
    (b"back\\slash \\", "back\\slash \\"),
    (b"\xc3\xa9 \xe2\x82\xac \xf0\x9f\xa6\x84", "\u00e9 \u20ac \U0001f984"),
    (b"\xff\xc3(\xe2\x82", "\ufffd\ufffd(\ufffd"),
    (b"\xc0\xaf \xed\xa0\x80 \xf5\x80\x80\x80", "\ufffd\ufffd \ufffd\ufffd\ufffd \ufffd\ufffd\ufffd\ufffd"),
    (b"tab\there", "tab\there"),
])
def test_whatever_a_client_sends_is_escaped_in_json(server, sent, shown):
    running = server("hello:app", *JSON, "--access-logfile", "-")
    with running.connect() as connection:
        connection.send(b"GET / HTTP/1.1\r\nHost: x\r\nUser-Agent: " + sent + b"\r\n\r\n")
        assert connection.read_response().status == 200
    line = access_object(running)
    assert (line["user_agent"], line["status"]) == (shown, 200)


@ours
def test_json_needs_no_python_on_its_way(server):
    """The line of a request is written while the interpreter is held by another."""
    running = server("spins:app", *JSON, "--access-logfile", "-", "--timeout", "1")
    running.err.expect("WORKER TIMEOUT|Stuck for|Python stacks|exited with code")
    with running.connect() as connection:
        connection.send(request_bytes("GET", "/spin"))
        assert connection.read_response().status == 504
    line = access_object(running)
    assert (line["target"], line["status"]) == ("/spin", 504) and line["duration"] >= 1


@pytest.mark.ours("a setting of ours")
def test_split_streams_by_level(server):
    running = server("raises:before_start", "--log-split-streams")
    running.err.expect("Error handling request")
    running.get()
    running.wait_for_line(r"\[ERROR\] Error handling request")
    assert running.out.matches(r"\[INFO\] Booting worker")
    assert not running.err.matches(r"\[INFO\]") and not running.out.matches(r"\[ERROR\]")


@pytest.mark.ours("a setting of ours")
def test_log_format_in_toml_and_print_config(run, tmp_path):
    (tmp_path / "monoceros.toml").write_text('log_format = "json"\nwsgi_app = "hello"\n')
    printed = run("--print-config", "--pythonpath", str(tmp_path))
    assert re.search(r"^log_format +=? ?.*json", printed.stdout, re.MULTILINE), printed.stdout
    wrong = run("--log-format", "xml", "hello")
    assert wrong.returncode == 1 and "log_format = 'xml'" in wrong.stderr and "json" in wrong.stderr


def test_captured_output_goes_to_the_error_log(server, tmp_path):
    running = server("noisy:app", "--capture-output", "--error-logfile", "error.log", bind="unix:s.sock", ready=False)
    running.address = str(tmp_path / "s.sock")
    error = tmp_path / "error.log"
    eventually(lambda: error.exists() and "Booting worker" in error.read_text(), what="lines in the error log")
    running.get()
    eventually(lambda: all(text in error.read_text() for text in ("to stdout", "to stderr")), what="output in the file")
    assert running.stop() == 0
    assert "to std" not in running.err.text + running.out.text


def test_captured_output_follows_a_rotated_log(server, tmp_path):
    running = server("noisy:app", "--capture-output", "--error-logfile", "error.log", bind="unix:s.sock", ready=False)
    running.address = str(tmp_path / "s.sock")
    error = tmp_path / "error.log"
    eventually(lambda: error.exists() and "Booting worker" in error.read_text(), what="lines in the error log")
    running.get()
    error.rename(tmp_path / "rotated.log")
    running.kill(10)
    eventually(lambda: error.exists(), what="a new log")

    def is_followed():
        running.get()
        return "to stdout" in error.read_text()

    eventually(is_followed, what="output in the new log")


@pytest.mark.ours("Gunicorn says nothing")
def test_capture_without_a_file_is_remarked_upon(server):
    running = server("hello:app", "--capture-output")
    running.wait_for_line(r"\[WARNING\] capture_output has no effect: errorlog is standard error \(name a file\)")


@pytest.mark.parametrize("flag, setting", [("--error-logfile", "errorlog"), ("--access-logfile", "accesslog")])
def test_log_in_a_missing_directory_ends_the_start(run, target, flag, setting):
    ended = run("-b", "127.0.0.1:0", "--pythonpath", str(APPS), flag, "/nonexistent/x.log", "hello:app")
    assert ended.returncode == 1
    assert "'/nonexistent/x.log' isn't writable [" in ended.stderr
    if not target.is_gunicorn:
        assert ended.stderr == f"\nError: {setting}: '/nonexistent/x.log' isn't writable [No such file or directory]\n"


@pytest.mark.ours("Gunicorn's access log goes wherever the error log went")
def test_access_log_keeps_standard_output_when_output_is_captured(server, tmp_path):
    running = server("noisy:app", "--capture-output", "--error-logfile", "error.log", "--access-logfile", "-",
                     bind="unix:s.sock", ready=False)
    running.address = str(tmp_path / "s.sock")
    error = tmp_path / "error.log"
    eventually(lambda: error.exists() and "Booting worker" in error.read_text(), what="lines in the error log")
    running.get("/seen")
    running.out.wait_for(r"GET /seen ")
    assert "GET /seen" not in error.read_text()
