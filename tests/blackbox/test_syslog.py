"""Logs to syslog: over UDP, TCP and unix sockets, to a server that comes and goes."""

import re
import shutil
import signal
import socket
import tempfile
from pathlib import Path

import pytest

from harness.listeners import Datagrams, Streams
from harness.patience import eventually
from harness.target import APPS


@pytest.fixture
def socket_path():
    """A path short enough for a socket."""
    folder = Path(tempfile.mkdtemp())
    yield folder / "log"
    shutil.rmtree(folder)


@pytest.fixture
def syslogd():
    """Starts a syslog server: syslogd(Datagrams, ...)."""
    started = []

    def start(kind, *arguments, **named):
        started.append(kind(*arguments, **named))
        return started[-1]

    yield start
    for one in started:
        one.close()


def matching(pattern):
    return lambda text: re.search(pattern, text)


def over_udp(listener, *more):
    return ("--log-syslog", "--log-syslog-to", f"udp://127.0.0.1:{listener.port}", *more)


def test_error_log_goes_to_syslog_in_gunicorns_datagrams(syslogd, server):
    listener = syslogd(Datagrams)
    running = server("hello:app", *over_udp(listener, "--log-syslog-prefix", "myp"))
    worker = running.worker()
    listener.wait_for(matching(rf"^<14>gunicorn\.myp\.error: \[{worker}\] Booting worker with pid: {worker}\0$"))
    assert running.err.matches("Booting worker"), "the error log stays where it was too"


def test_program_is_called_as_the_application_without_a_prefix(syslogd, server):
    listener = syslogd(Datagrams)
    server("hello:app", *over_udp(listener))
    listener.wait_for(matching(r"^<14>gunicorn\.hello\.app\.error: \[\d+\] "))


def test_access_log_goes_to_syslog_without_an_accesslog(syslogd, server):
    listener = syslogd(Datagrams)
    running = server("hello:app", *over_udp(listener, "--log-syslog-prefix", "myp"))
    running.get("/seen")
    listener.wait_for(matching(rf'^<14>gunicorn\.myp\.access: \[{running.worker()}\] 127\.0\.0\.1 .*"GET /seen HTTP/1.1" 200'))


def test_access_log_stays_out_of_syslog_on_request(syslogd, server):
    listener = syslogd(Datagrams)
    running = server("hello:app", *over_udp(listener, "--disable-redirect-access-to-syslog"))
    running.get("/unseen")
    running.stop()
    listener.wait_for(matching("Shutting down"))
    assert not any("/unseen" in text for text in listener.received)


def test_logger_in_python_says_it_once_after_a_reload(syslogd, server):
    listener = syslogd(Datagrams)
    running = server("hello:app", "--logger-class", "loggers.QuietHealth", *over_udp(listener))
    before = running.workers()
    running.kill(signal.SIGHUP)
    running.await_workers(1, other_than=before)
    running.get("/seen")
    running.stop()
    listener.wait_for(matching("Shutting down"))
    assert sum("/seen" in text for text in listener.received) == 1


@pytest.mark.parametrize("facility, first", [("local0", 134), ("DAEMON", 30), ("authpriv", 86)])
def test_facility_and_severity_make_the_priority(syslogd, server, facility, first):
    listener = syslogd(Datagrams)
    running = server("raises:before_start", *over_udp(listener, "--log-syslog-facility", facility))
    running.err.expect("Error handling request")
    running.get("/lost")
    listener.wait_for(matching(rf"^<{first}>gunicorn\.\S+: \[\d+\] Booting"))
    error = listener.wait_for(matching(rf"^<{first - 3}>gunicorn\.\S+: \[\d+\] Error handling request (.|\n)*Mishap"))
    assert error, "a traceback is one datagram"


def test_unknown_facility_is_refused(run, target):
    ended = run("--pythonpath", str(APPS), "--log-syslog", "--log-syslog-facility", "nosuch", "hello:app")
    assert ended.returncode == 1 and "unknown facility name" in ended.stderr
    if not target.is_gunicorn:
        assert ended.stderr.startswith("\nError: unknown facility name: syslog_facility = 'nosuch' (write user, ")


@pytest.mark.differs("Gunicorn shows a traceback")
def test_bad_address_is_refused_in_a_sentence(run):
    ended = run("--pythonpath", str(APPS), "--log-syslog", "--log-syslog-to", "localhost", "hello:app")
    assert (ended.returncode, ended.stderr) == (
        1, "\nError: syslog_addr: 'localhost' is no address: write udp://HOST:PORT, tcp://HOST:PORT or unix://PATH\n")


@pytest.mark.parametrize("mark, kind, end", [
    ("", Datagrams, None), ("#dgram", Datagrams, None), ("", Streams, "\0"), ("#stream", Streams, "\0"),
    ("#stream", Datagrams, None),
])
def test_unix_socket_of_either_kind_is_found(syslogd, socket_path, server, mark, kind, end):
    listener = syslogd(kind, socket_path)
    running = server("hello:app", "--log-syslog", "--log-syslog-to", f"unix://{socket_path}{mark}")
    line = matching(rf"^<14>gunicorn\.\S+\.error: \[{running.worker()}\] Booting worker")
    listener.wait_for(line, **({"end": end} if end else {}))


@pytest.mark.differs("Gunicorn ends lines on TCP with NUL, which syslog servers take for part of the text")
def test_line_on_tcp_ends_with_a_newline_and_holds_none(syslogd, server):
    listener = syslogd(Streams)
    running = server("raises:before_start", "--log-syslog", "--log-syslog-to", f"tcp://127.0.0.1:{listener.port}")
    running.err.expect("Error handling request")
    running.get("/lost")
    listener.wait_for(matching(rf"^<11>gunicorn\.\S+: \[{running.worker()}\] Error handling request GET /lost#012Trace.*Mishap"),
                      end="\n")


@pytest.mark.differs("Gunicorn does not start without its syslog server, or loses every line after it left", hangs=True)
@pytest.mark.parametrize("kind, end", [(Datagrams, None), (Streams, "\0")])
def test_syslog_server_may_come_late_and_come_back(syslogd, socket_path, server, kind, end):
    running = server("hello:app", "--log-syslog", "--log-syslog-to", f"unix://{socket_path}")
    running.wait_for_line(r"\[WARNING\] syslog_addr: nobody listens at unix:///\S+: connect: No such file or directory: "
                          r"lines for syslog are lost until somebody does")
    running.expect_line(r"dropped \d+ log lines")
    running.baseline.spare = 1  # the socket it opens when there is somebody
    for target in ("/first", "/second"):
        listener = syslogd(kind, socket_path)

        def is_heard():
            running.get(target)
            try:
                return listener.wait_for(matching(f"GET {target} "), timeout=0.2, **({"end": end} if end else {}))
            except AssertionError:
                return False

        eventually(is_heard, what="a line at the new server")
        listener.close()


@pytest.mark.differs("Gunicorn waits for the server to read", hangs=True)
def test_syslog_server_that_does_not_read_blocks_nobody(socket_path, server):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as deaf:
        deaf.bind(str(socket_path))
        deaf.listen()
        running = server("hello:app", "--log-syslog", "--log-syslog-to", f"unix://{socket_path}")
        running.expect_line(r"dropped \d+ log lines")
        with running.connect() as connection:
            for _ in range(1000):
                assert connection.get("/" + "x" * 1000).status == 200
        assert running.stop() == 0


@pytest.mark.ours("Gunicorn has no JSON lines of its own")
def test_json_lines_go_to_syslog_as_they_are(syslogd, server):
    listener = syslogd(Datagrams)
    running = server("hello:app", *over_udp(listener, "--log-format", "json"))
    running.get("/seen")
    listener.wait_for(matching(r'^<14>gunicorn\.\S+\.access: \[\d+\] \{"time":.*"target":"/seen".*\}\0$'))
    listener.wait_for(matching(r'^<14>gunicorn\.\S+\.error: \[\d+\] \{"time":.*"message":"Booting worker.*\}\0$'))
