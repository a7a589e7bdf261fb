"""Logs written by a logger in Python: logger_class, logconfig, logconfig_dict, logconfig_json, a logger that was changed"""

import json
import re
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


@pytest.fixture
def tuned(server, tmp_path):
    """Starts an application that has changed the loggers in one `way`."""

    def start(way, *options):
        return server(f"tunes_loggers:app('{way}')", "--access-logfile", "-", *options)

    return start


def lines_until(running, target):
    """What the access log says, up to the request of `target`, which is sent now."""
    running.get(target)
    running.out.wait_for(f"GET {target} HTTP")
    return [line for line in running.out.lines if "HTTP/1." in line]


@pytest.mark.parametrize("way", ["add_filter", "filter_handler"])
def test_filter_of_the_application_keeps_lines_out_of_the_access_log(tuned, way):
    running = tuned(way)
    running.get("/health")
    (line,) = lines_until(running, "/served")
    assert re.fullmatch(r'\S+ - - \[[^]]+\] "GET /served HTTP/1\.1" 200 5 "-" "-"', line)


def test_filter_sees_the_atoms_of_an_access_line(tuned):
    running = tuned("filter_atoms")
    running.get("/probed", [("User-Agent", "probe")])
    assert len(lines_until(running, "/served")) == 1


def test_refused_request_goes_through_a_filter_that_sees_atoms(tuned):
    running = tuned("filter_atoms")
    running.expect_line("Invalid request")
    running.exchange(b"GET /refused HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n")
    running.get("/served")
    running.out.wait_for("GET /served ")
    running.stop()
    assert "Traceback" not in running.err.text


def test_filter_of_the_application_works_on_the_error_log_and_leaves_its_format(tuned):
    running = tuned("filter_errors")
    assert running.get("/boom").status == 500
    running.wait_for_line(r"^\[[^]]+\] \[\d+\] \[ERROR\] Error handling request .*/boom$")
    running.expect_line(".*")
    assert running.err.text.count("Error handling request") == 1
    assert running.err.text.count("ValueError: no such thing") == 1


def test_handler_of_the_application_gets_the_exception_of_a_request(tuned):
    running = tuned("add_handler")
    assert running.get("/boom").status == 500
    running.out.wait_for("^noted gunicorn.error ERROR Error handling request .*/boom ValueError$")
    running.wait_for_line(r"\[ERROR\] Error handling request .*/boom$")
    running.expect_line(".*")
    assert running.err.text.count("Error handling request") == 1


def test_handlers_of_the_application_take_the_place_of_the_servers(tuned):
    running = tuned("replace_handlers")
    (line,) = lines_until(running, "/served")
    assert line.startswith("noted gunicorn.access INFO ")


def test_formatter_of_the_application_makes_the_whole_line(tuned):
    running = tuned("set_formatter")
    (line,) = lines_until(running, "/served")
    assert line.startswith("formatted gunicorn.access INFO 127.0.0.1 - - [")
    assert running.get("/boom").status == 500
    running.wait_for_line("^formatted gunicorn.error ERROR Error handling request .*/boom$")
    running.expect_line(".*")


def test_lines_propagate_to_the_root_logger(tuned):
    running = tuned("propagate")
    (line,) = lines_until(running, "/served")
    assert line.startswith("root gunicorn.access INFO ")
    running.get("/boom")
    running.out.wait_for("^root gunicorn.error ERROR Error handling request .*/boom$")


@pytest.mark.parametrize("way", ["set_level", "disable"])
def test_access_log_that_the_application_has_turned_off_says_nothing(tuned, way):
    running = tuned(way)
    assert running.get("/served").status == 200
    running.stop()
    assert "/served" not in running.out.text


def test_level_of_the_application_lets_more_through(tuned):
    running = tuned("show_debug")
    running.get("/served")
    running.kill(signal.SIGTERM)
    running.out.wait_for("^noted gunicorn.error INFO Worker exiting")


def test_dict_of_the_application_configures_both_logs(tuned):
    running = tuned("configure")
    (line,) = lines_until(running, "/served")
    assert line.startswith('{"from": "gunicorn.access", "text": "127.0.0.1 - - [')
    running.get("/boom")
    running.out.wait_for('^{"from": "gunicorn.error", "text": "Error handling request .*/boom"}$')


def test_patched_logging_module_sees_the_exception_of_a_request(tuned):
    running = tuned("patch_class")
    assert running.get("/boom").status == 500
    running.out.wait_for("^noted gunicorn.error ERROR Error handling request .*/boom ValueError$")
    running.expect_line(".*")


def test_handler_that_fails_fails_no_request(tuned):
    running = tuned("fail")
    running.expect_line(".*")
    assert running.get("/one").status == 200
    assert running.get("/two").status == 200
    running.out.wait_for("GET /two HTTP")
    running.wait_for_line("RuntimeError: the disk is full", count=2)


CONFIGURATIONS = {
    "as the file is read": """
logging.getLogger("gunicorn.access").addFilter(without_health)
""",
    "on_starting": """
def on_starting(server):
    server.log.access_log.addFilter(without_health)
""",
    "post_fork": """
def post_fork(server, worker):
    worker.log.access_log.addFilter(without_health)
""",
    "post_worker_init": """
def post_worker_init(worker):
    worker.log.access_log.addFilter(without_health)
""",
}


@pytest.mark.parametrize("when", CONFIGURATIONS)
def test_filter_of_a_configuration_keeps_lines_out_of_the_access_log(server, tmp_path, when):
    (tmp_path / "gunicorn.conf.py").write_text("""
import logging

def without_health(record):
    return "/health" not in record.getMessage()
""" + CONFIGURATIONS[when])
    running = server("hello:app", "--access-logfile", "-")
    running.get("/health")
    assert len(lines_until(running, "/served")) == 1


NOTING = """
import logging

class Noting(logging.Handler):
    def emit(self, record):
        kind = record.exc_info[0].__name__ if record.exc_info else None
        print("noted", record.name, record.levelname, record.getMessage(), kind, flush=True)
"""


def test_handler_of_a_hook_gets_the_lines_of_the_arbiter_and_of_the_hook(server, tmp_path):
    (tmp_path / "gunicorn.conf.py").write_text(NOTING + """
def on_starting(server):
    server.log.error_log.addHandler(Noting())
    server.log.warning("words of %s", "a hook")
    try:
        raise KeyError("x")
    except KeyError:
        server.log.exception("caught")
""")
    running = server("hello:app")
    running.expect_line(".*")
    running.out.wait_for("^noted gunicorn.error WARNING words of a hook None$")
    running.out.wait_for("^noted gunicorn.error ERROR caught KeyError$")
    running.out.wait_for("^noted gunicorn.error INFO Booting worker with pid: \\d+ None$")
    running.wait_for_line(r"\] \[INFO\] Booting worker with pid: \d+$")
    assert running.err.text.count("Booting worker") == 1
    running.stop()
    running.out.wait_for("^noted gunicorn.error INFO Handling signal: term None$")


def test_handler_that_a_configuration_has_added_stays_beside_the_servers(server, tmp_path):
    (tmp_path / "gunicorn.conf.py").write_text(NOTING + """
logging.getLogger("gunicorn.access").addHandler(Noting())
""")
    running = server("hello:app", "--access-logfile", "-")
    running.get("/served")
    running.out.wait_for(r"^noted gunicorn.access INFO .*GET /served ")
    running.out.wait_for(r"^127.*GET /served ")


def test_preloaded_application_has_its_say_in_all_processes(tuned):
    running = tuned("add_handler", "--preload")
    running.out.wait_for(r"^noted gunicorn.error INFO Booting worker with pid: \d+ None$")
    assert running.get("/boom").status == 500
    running.out.wait_for("^noted gunicorn.error ERROR Error handling request .*/boom ValueError$")
    running.expect_line(".*")


def test_changes_outlive_a_reload(server, tmp_path):
    (tmp_path / "gunicorn.conf.py").write_text(NOTING + """
def on_starting(server):
    server.log.error_log.handlers = [Noting()]

def post_fork(server, worker):
    server.log.info("forked")
""")
    running = server("hello:app", ready=False)
    running.out.wait_for("^noted gunicorn.error INFO forked None$")
    running.kill(signal.SIGHUP)
    running.out.wait_for("^noted gunicorn.error INFO forked None$", count=2)
