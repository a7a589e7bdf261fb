"""Programs of one's own that start the server, and `python -m gunicorn`."""

import json
import signal

import pytest
from harness import target as targets

EMBEDDING = targets.APPS / "embedding.py"


@pytest.fixture
def embedded(launch, target):
    """Starts tests/apps/embedding.py with these options."""

    def start(workers=1, **options):
        options = {"bind": "127.0.0.1:0", "workers": workers, "control_socket_disable": True, **options}
        command = [*target.python[1:], EMBEDDING]
        env = {"OPTIONS": json.dumps(options)}
        return launch(*command, program=target.python[0], bare=True, env=env, workers=workers)

    return start


def test_program_serves_its_application(embedded):
    running = embedded(workers=2).await_ready()
    assert running.get().body == b"embedded"
    assert len(running.workers()) == 2


def test_program_may_move_and_set_variables_before(launch, target, tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "program.py").write_text(f"""
import os
import sys

os.environ["WEB_CONCURRENCY"] = "2"
sys.path.insert(0, {str(targets.APPS)!r})
from embedding import StandaloneApplication

def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [os.getcwd().encode()]

os.chdir("site")
StandaloneApplication(application, {{"bind": "127.0.0.1:0", "control_socket_disable": True}}).run()
""")
    running = launch(*target.python[1:], "program.py", program=target.python[0], bare=True, workers=2).await_ready()
    assert len(running.workers()) == 2
    assert running.get().text == str(tmp_path / "site")
    before = running.workers()
    running.kill(signal.SIGHUP)
    running.await_workers(2, other_than=before)
    assert running.get().text == str(tmp_path / "site")


def test_program_whose_settings_only_the_server_keeps_ends_well(launch, target, tmp_path):
    (tmp_path / "program.py").write_text("""
from gunicorn.app.base import BaseApplication

class Program(BaseApplication):
    def load_config(self):
        self.cfg.set("bind", "127.0.0.1:0")
        self.cfg.set("control_socket_disable", True)
        self.cfg.set("when_ready", lambda server: None)

    def load(self):
        def application(environ, start_response):
            start_response("200 OK", [("Content-Type", "text/plain")])
            return [b"x"]
        return application

Program().run()
""")
    running = launch(*target.python[1:], "program.py", program=target.python[0], bare=True).await_ready()
    before = running.workers()
    running.kill(signal.SIGHUP)
    running.await_workers(1, other_than=before)
    assert running.stop() == 0


def test_program_is_reloaded_by_hup(embedded):
    running = embedded().await_ready()
    before = running.workers()
    running.kill(signal.SIGHUP)
    running.await_workers(1, other_than=before)
    assert running.get().body == b"embedded"


def test_program_logs_and_hooks_as_it_says(embedded):
    running = embedded(accesslog="-", print_workers=True).await_ready()
    running.get("/seen")
    running.out.wait_for(r"^forked 1 1$")
    running.out.wait_for(r'"GET /seen HTTP/1\.1" 200 8 ')


def test_bad_value_in_program_ends_it_with_one_sentence(embedded):
    running = embedded(timeout="soon")
    assert running.wait() == 1
    assert "Error: " in running.err.text and "soon" in running.err.text
    running.err.expect(".*")


def test_module_gunicorn_is_the_command(launch, target):
    command = [*target.python[1:], "-m", "gunicorn", *target.defaults, "-b", "127.0.0.1:0"]
    options = ["--pythonpath", targets.APPS, "hello:app"]
    running = launch(*command, *options, program=target.python[0], bare=True).await_ready()
    assert running.get().status == 200


def test_module_gunicorn_refuses_what_the_command_refuses(run, target):
    ended = run("-m", "gunicorn", "--wokers", "2", "hello:app", command=target.python)
    assert ended.returncode == 2
    assert "--wokers" in ended.stderr
