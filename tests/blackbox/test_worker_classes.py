"""Worker classes written in Python, on the contract of gunicorn.workers.base.Worker."""

import signal

import pytest

from harness.patience import SOON, eventually
from harness.wire import request_bytes


def test_class_that_serves_by_itself(server):
    running = server("hello:app", "-k", "worker_classes.TinyWorker", "-w", "2")
    assert running.get().body.startswith(b"TinyWorker ")


def test_class_is_told_of_the_application_and_the_settings(server):
    running = server("hello:app", "-k", "worker_classes.TinyWorker", "--threads", "7")
    assert running.get().body == b"TinyWorker 1 lint_app 7"


def test_class_that_serves_by_itself_ends_and_is_replaced(server):
    running = server("hello:app", "-k", "worker_classes.TinyWorker")
    before = running.workers()
    running.kill(signal.SIGHUP)
    running.await_workers(1, other_than=before)
    assert running.get().status == 200


@pytest.mark.differs("Gunicorn's sync keeps no connection")
def test_busy_worker_gives_nothing_to_a_class_that_serves_by_itself(server, tmp_path):
    config, gate, started = tmp_path / "classes.py", tmp_path / "gate", tmp_path / "started"
    config.write_text("worker_class = 'sync'\n")
    running = server("gate:closed", "-c", config)
    running.baseline.spare = 3  # a pipe and what a class in Python waits with
    kept, busy = running.connect(), running.connect()
    kept.get()
    busy.send(request_bytes("GET", f"/?started={started}&file={gate}"))
    eventually(started.exists, what="the request inside the application")
    config.write_text("worker_class = 'worker_classes.TinyWorker'\n")
    running.kill(signal.SIGHUP)
    running.wait_for_line("Reload complete")
    kept.send(request_bytes("GET"))
    with pytest.raises(TimeoutError):
        kept.socket.settimeout(0.5)
        kept.read_response()
    gate.touch()
    kept.socket.settimeout(SOON)
    assert busy.read_response().status == 200
    assert kept.read_response().status == 200


@pytest.mark.differs("Gunicorn times a worker out only after it has been heard of once", hangs=True)
def test_silent_class_is_timed_out(server):
    running = server("hello:app", "-k", "worker_classes.SilentWorker", "--timeout", "1", ready=False)
    running.wait_for_line(r"WORKER TIMEOUT \(pid:\d+\)", timeout=15)
    running.expect_line(".*")


@pytest.mark.parametrize("name", ["AnnouncingWorker", "AnnouncingThreads"])
def test_class_derived_from_the_servers_own(server, name):
    running = server("hello:app", "-k", f"worker_classes.{name}", "--threads", "2" if name.endswith("ds") else "1")
    running.wait_for_line(r"announcing 1$")
    assert running.get().status == 200


def test_class_from_a_python_configuration(server, tmp_path):
    (tmp_path / "gunicorn.conf.py").write_text("""
from gunicorn.workers.sync import SyncWorker

class Mine(SyncWorker):
    def init_process(self):
        print("mine", flush=True)
        super().init_process()

worker_class = Mine
""")
    running = server("hello:app")
    running.out.wait_for("^mine$")
    assert running.get().status == 200


def test_class_that_cannot_begin_ends_the_server(server):
    running = server("hello:app", "-k", "worker_classes.BrokenWorker", ready=False)
    assert running.wait() == 3
    assert "this worker cannot begin" in running.err.text
    running.expect_line(".*")


@pytest.mark.differs("Gunicorn makes workers in the arbiter, where this ends it with a traceback and status 1")
def test_class_that_cannot_be_made_ends_the_server(server):
    running = server("hello:app", "-k", "worker_classes.UnmakeableWorker", ready=False)
    assert running.wait() == 3
    assert "this worker cannot be made" in running.err.text
    running.expect_line(".*")


@pytest.mark.differs("Gunicorn takes the path for the class itself and fails when it starts workers, with status 255")
def test_unknown_class_is_refused(server):
    running = server("hello:app", "-k", "worker_classes.Missing", ready=False)
    assert running.wait() == 1
    assert "class uri 'worker_classes.Missing' invalid or not found" in running.err.text
    running.expect_line(".*")


@pytest.mark.parametrize("worker, application", [("uvicorn_worker.UvicornWorker", "asgi_hello:app")])
def test_uvicorns_worker(server, packages, worker, application):
    paths = packages("tests/apps/configurations/requirements.txt")
    running = server(application, "-k", worker, "-w", "2", env={"PYTHONPATH": paths})
    assert running.get("/x").body == b"asgi /x"


def test_aiohttps_worker(server, packages):
    paths = packages("tests/apps/configurations/requirements.txt")
    running = server("aiohttp_hello:app", "-k", "aiohttp.GunicornWebWorker", env={"PYTHONPATH": paths})
    assert running.get("/x").body == b"aiohttp /x"
