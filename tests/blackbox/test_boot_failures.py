"""What cannot start says why in one place, and always with the same exit status."""

import re
import pytest

LOADING = r"\[ERROR\]|Traceback"


def fails(server, app, *options, status, says, **how):
    """The server ends with this status, having said this; nothing else is expected of its log."""
    running = server(app, *options, ready=False, **how)
    assert running.wait() == status
    for pattern in says:
        running.wait_for_line(pattern)
    running.expect_line(LOADING)
    return running


@pytest.mark.parametrize("app, says", [
    ("import_error:app", [r"import a_module_that_is_not_there", r"No module named 'a_module_that_is_not_there'"]),
    ("raises_on_import:app", [r"RuntimeError: the database is not there"]),
    ("no_such_module:app", [r"No module named 'no_such_module'"]),
])
def test_application_that_cannot_be_imported_is_status_3(server, app, says):
    fails(server, app, status=3, says=[*says, r"\[ERROR\] Reason: Worker failed to boot\."])


def test_file_given_for_a_module_is_recognised(server, tmp_path):
    (tmp_path / "site.py").write_text("")
    fails(server, "site.py", status=3, says=[r"did you mean 'site:application'"])


def test_syntax_error_is_shown_with_its_line(server, tmp_path):
    (tmp_path / "broken.py").write_text("def app(environ, start_response)\n    pass\n")
    fails(server, "broken:app", "--pythonpath", tmp_path, status=3,
          says=[r"broken\.py\", line 1", r"def app\(environ, start_response\)", r"SyntaxError"])


@pytest.mark.parametrize("app, says", [
    ("loads:missing", r"Failed to find attribute 'missing' in 'loads'\."),
    ("loads:none", r"Failed to find application object: 'none'"),
    ("loads:number", r"Application object must be callable\."),
    ("loads:returns_nothing()", r"Failed to find application object: 'returns_nothing\(\)'"),
    ("loads:create_app(name)", r"Failed to parse arguments as literal values: 'create_app\(name\)'"),
    ("loads:a.b", r"Failed to parse 'a\.b' as an attribute name or function call\."),
    ("loads:create_app(", r"Failed to parse 'create_app\(' as an attribute name or function call\."),
    ("loads:create_app(1, 2, 3)", r"takes"),
])
def test_application_that_is_not_there_is_status_4(server, app, says):
    fails(server, app, status=4, says=[says, r"\[ERROR\] Reason: App failed to load\."])


@pytest.mark.parametrize("attempt", range(5))
@pytest.mark.parametrize("app, status", [("import_error:app", 3), ("loads:missing", 4)])
@pytest.mark.ours("Gunicorn's four workers race, and mostly end it with status 1")
def test_many_workers_failing_at_once_end_with_the_same_status(server, app, status, attempt):
    fails(server, app, "-w", "4", status=status, says=[])


@pytest.mark.parametrize("app", ["import_error:app", "loads:missing"])
def test_application_that_cannot_be_preloaded_is_status_1(server, app):
    running = server(app, "--preload", ready=False)
    running.expect_line(LOADING)
    assert running.wait() == 1
    assert not running.err.matches("Booting worker")


@pytest.mark.parametrize("app, body", [
    ("loads", b"default"),
    ("loads:application", b"default"),
    ("loads:create_app()", b"factory"),
    ("loads:create_app('again', times=2)", b"againagain"),
])
@pytest.mark.parametrize("options", [(), ("--preload",)], ids=["", "preload"])
def test_application_may_be_named_every_way(server, app, body, options):
    assert server(app, *options).get().body == body


def test_application_may_be_named_by_a_setting(server, tmp_path, launch):
    (tmp_path / "gunicorn.conf.py").write_text("wsgi_app = 'loads:application'\nbind = '127.0.0.1:0'\n")
    assert launch("--chdir", server.apps).await_ready().get().body == b"default"


@pytest.mark.ours("Gunicorn serves nobody")
def test_server_without_an_address_is_refused(run, target, server, tmp_path):
    (tmp_path / "gunicorn.conf.py").write_text("bind = []\n")
    ended = run(*target.command[1:], "--chdir", server.apps, "hello:app")
    assert ended.returncode == 1
    assert "bind = []: nobody could connect" in ended.stderr


@pytest.mark.ours("Gunicorn names a file of its own making")
def test_pidfile_that_cannot_be_written_is_named(server, tmp_path):
    running = server("hello:app", "-p", tmp_path / "no" / "pid", ready=False)
    assert running.wait() == 1
    running.wait_for_line(rf"\[ERROR\] pidfile: cannot write: {tmp_path}/no/pid: No such file or directory$")


@pytest.mark.parametrize("arguments, status, says", [
    ((), (1, 2), "No application module specified"),
    (("--no-such-option", "hello:app"), (2,), "--no-such-option"),
    (("-w", "many", "hello:app"), (1, 2), "many"),
    (("-w", "-1", "hello:app"), (1, 2), "-1"),
    (("-k", "no-such-class", "hello:app"), (1,), "no-such-class"),
    (("-c", "no-such-file.py", "hello:app"), (1,), "no-such-file.py"),
    (("--chdir", "/no/such/folder", "hello:app"), (1,), "/no/such/folder"),
    (("-e", "NO_EQUALS_SIGN", "hello:app"), (1,), "NO_EQUALS_SIGN"),
    (("-b", "127.0.0.1:port", "hello:app"), (1,), "port"),
    (("--error-logfile", "/no/such/folder/log", "hello:app"), (1,), "/no/such/folder/log"),
])
def test_bad_option_is_named(run, target, arguments, status, says):
    ended = run(*target.defaults, *arguments)
    assert ended.returncode in status
    assert says in ended.stderr


@pytest.mark.ours("Gunicorn ends with tracebacks of its own")
@pytest.mark.parametrize("arguments, says", [
    (("--no-such-option", "hello:app"), "--no-such-option"),
    (("--worker", "3", "hello:app"), "--worker"),
    (("-w", "many", "hello:app"), "workers"),
    (("-k", "synk", "hello:app"), "sync"),
    (("-b", "127.0.0.1:port", "hello:app"), "bind"),
])
def test_bad_option_is_one_sentence(run, arguments, says):
    ended = run(*arguments)
    assert says in ended.stderr
    assert "Traceback" not in ended.stderr
    assert len(ended.stderr.strip().splitlines()) <= 4


def test_version_and_help_are_printed(run):
    assert "version" in run("--version").stdout
    for option in ("--workers", "--bind", "--timeout", "--access-logfile", "--limit-request-field_size"):
        assert option in run("--help").stdout


@pytest.mark.ours("Gunicorn starts its threads with the requests")
def test_threads_that_cannot_be_started_are_counted(server, reachable):
    somebody = ("setpriv", "--reuid=12346", "--regid=12346", "--clear-groups")  # limits count for all but root
    running = server("hello:app", "--threads", "20", prefix=(*somebody, "prlimit", "--nproc=8"), cwd=reachable, ready=False)
    assert running.wait() == 3
    assert re.search(r"\[ERROR\] threads = 20, of which \d run: cannot start a thread: .* \(raise pids.max, TasksMax or "
                     r"ulimit -u\)", running.err.text)
    running.expect_line(".*")


@pytest.mark.ours("it is about where this program looks")
@pytest.mark.parametrize("app, says", [
    ("import_error:app", r"Packages are looked for in .*/site-packages, where `monoceros pip install` in that folder "),
    ("nowhere:app", r"The application is looked for in /.* \(--chdir, --pythonpath\)"),
    ("hello:apq", r"Failed to find attribute 'apq' in 'hello'\. Did you mean 'app'\?"),
])
def test_what_cannot_be_found_comes_with_the_place_where_it_was_looked_for(server, app, says):
    fails(server, app, status=4 if "apq" in app else 3, says=[says])


@pytest.mark.ours("Gunicorn takes none, and serves nobody")
def test_server_without_connections_is_refused(run):
    ended = run("--worker-connections", "0", "hello:app")
    assert ended.returncode == 1
    assert "worker_connections = 0: no client would be served" in ended.stderr
