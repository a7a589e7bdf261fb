"""Logs written by a logger in Python: logger_class, logconfig, logconfig_dict, logconfig_json."""

import json
import signal

import pytest
from harness.patience import SOON, eventually


@pytest.fixture
def quiet(server, tmp_path):
    """Starts a server whose log may not say where it listens."""

    def start(app, *options):
        running = server(app, *options, bind=f"unix:{tmp_path}/socket", ready=False)
        running.address = str(tmp_path / "socket")
        running.await_listening()
        return running

    return start


def test_class_writes_both_logs_in_its_own_way(quiet):
    running = quiet("hello:app", "--logger-class", "loggers.Marked", "--access-logfile", "-",
                    "--access-logformat", "%(mark)s %(m)s %(U)s")
    running.err.wait_for(r"^marked INFO Booting worker with pid: \d+$")
    running.expect_line("^marked INFO ")
    running.get("/x")
    running.out.wait_for("^200text/plain GET /x$")


def test_class_that_cannot_log_ends_the_start_with_its_reason(server):
    running = server("hello:app", "--logger-class", "loggers.Broken", ready=False)
    assert running.wait() == 1
    assert "no place to log to" in running.err.text
    assert "Traceback" not in running.err.text
    running.expect_line(".*")


def test_failing_application_has_lines_in_both_logs(server):
    running = server("raises:before_start", "--logger-class", "loggers.QuietHealth", "--access-logfile", "-")
    assert running.get("/boom").status == 500
    running.wait_for_line("Error handling request")
    running.out.wait_for('"GET /boom HTTP/1.1" 500 ')
    running.expect_line(".*")


def test_files_are_opened_anew_by_usr1(quiet, tmp_path):
    log = tmp_path / "error.log"
    running = quiet("hello:app", "--logger-class", "loggers.QuietHealth", "--error-logfile", log)
    log.rename(tmp_path / "error.log.1")
    running.kill(signal.SIGUSR1)
    eventually(log.exists, SOON, "the log opened anew")


def test_workers_open_their_files_anew_by_usr1(quiet, tmp_path):
    log = tmp_path / "access.log"
    running = quiet("hello:app", "--logger-class", "loggers.QuietHealth", "--access-logfile", log)
    running.expect_line(".*")
    running.get("/before")
    eventually(lambda: "/before" in log.read_text(), what="a line in the access log")
    log.rename(tmp_path / "access.log.1")
    running.kill(signal.SIGUSR1)

    def is_in_the_new_one():
        running.get("/after")
        return log.exists() and "/after" in log.read_text()

    eventually(is_in_the_new_one, SOON, "a line in the new access log")


def test_ini_file_configures_the_logs(server, tmp_path):
    (tmp_path / "logging.ini").write_text("""
[loggers]
keys=root, gunicorn.error

[handlers]
keys=out

[formatters]
keys=short

[logger_root]
level=INFO
handlers=out

[logger_gunicorn.error]
level=INFO
handlers=out
propagate=0
qualname=gunicorn.error

[handler_out]
class=StreamHandler
formatter=short
args=(sys.stdout,)

[formatter_short]
format=ini %(levelname)s %(message)s
""")
    running = server("hello:app", "--log-config", "logging.ini", ready=False)
    running.out.wait_for(r"^ini INFO Booting worker with pid: \d+$")


def test_missing_ini_file_is_named(server):
    running = server("hello:app", "--log-config", "missing.ini", ready=False)
    assert running.wait() == 1
    assert "log config 'missing.ini' not found" in running.err.text
    running.expect_line(".*")


def test_json_file_configures_the_logs(server, tmp_path):
    (tmp_path / "logging.json").write_text(json.dumps({
        "version": 1,
        "formatters": {"short": {"format": "json %(levelname)s %(message)s"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "short", "stream": "ext://sys.stdout"}},
        "root": {"level": "INFO", "handlers": ["console"]},
        "loggers": {"gunicorn.error": {"level": "INFO", "handlers": ["console"], "propagate": False}},
    }))
    running = server("hello:app", "--log-config-json", "logging.json", ready=False)
    running.out.wait_for(r"^json INFO Booting worker with pid: \d+$")


@pytest.mark.differs("Gunicorn starts without a word when the file is missing")
def test_missing_json_file_is_named(server):
    running = server("hello:app", "--log-config-json", "missing.json", ready=False)
    assert running.wait() == 1
    assert "logconfig_json: missing.json" in running.err.text
    running.expect_line(".*")


def test_dict_arrives_as_it_was_written(server, tmp_path):
    (tmp_path / "gunicorn.conf.py").write_text("""
import logging
import sys

class Translating(logging.StreamHandler):
    def __init__(self, words, names):
        super().__init__(sys.stdout)
        print("words", words[20], "names", isinstance(names, tuple), flush=True)

logconfig_dict = {
    "version": 1,
    "handlers": {
        "console": {"()": Translating, "words": {20: "told"}, "names": ("a", "b")},
        "error_console": {"class": "logging.StreamHandler", "formatter": "generic", "stream": "ext://sys.stderr"},
    },
}
""")
    running = server("hello:app")
    running.out.wait_for("^words told names True$")


def test_bad_dict_is_refused_with_the_reason(server, tmp_path):
    (tmp_path / "gunicorn.conf.py").write_text("""
logconfig_dict = {"version": 1, "handlers": {"console": {"class": "logging.NoSuchHandler"}}}
""")
    running = server("hello:app", ready=False)
    assert running.wait() == 1
    assert "Unable to configure handler 'console'" in running.err.text
    running.expect_line(".*")


def test_bad_logging_configuration_does_not_take_a_running_server_down(server, tmp_path):
    config = tmp_path / "gunicorn.conf.py"
    config.write_text('logconfig_dict = {"version": 1}\n')
    running = server("hello:app")
    before = running.workers()
    config.write_text('logconfig_dict = {"version": 2}\n')
    running.kill(signal.SIGHUP)
    running.wait_for_line("(Reload failed|reloading the logger configuration failed)")
    running.expect_line(".*")
    assert running.get().status == 200
    if running.workers() != before:
        running.await_workers(1)
