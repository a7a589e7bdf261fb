"""reload: the code changes, the worker is replaced; the code breaks, and clients see how; it is mended, and all is well."""

import contextlib
import os
import textwrap

import pytest

from harness.patience import LATER, eventually
from harness.wire import Truncated

ON = r"\[WARNING\] Reloader is on\. Use in development only!"

OWN_CLASS = """
    from gunicorn.workers.sync import SyncWorker

    class Own(SyncWorker):
        pass
"""


class Site:
    """An application in a folder of its own, to be rewritten."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        self.write("shop.py", answering("one"))

    def write(self, name, text):
        """At once and as a whole, as an editor does."""
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        beside = path.with_suffix(".new")
        beside.write_text(textwrap.dedent(text))
        beside.rename(path)
        return path


def answering(text):
    return f"""
        def app(environ, start_response):
            start_response("200 OK", [("Content-Type", "text/plain")])
            return [{text!r}.encode()]
    """


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path / "site")


@pytest.fixture
def reloading(server, site):
    """Starts the site with reload: reloading("--reload-engine", "poll")."""

    def start(*options, app="shop:app", **how):
        running = server(app, "--pythonpath", site.folder, "--reload", *options, cwd=site.folder, **how)
        running.err.expect(ON)
        return running

    return start


def answers(running, text):
    def does():
        return text in running.get().text

    eventually(does, LATER, f"the answer {text!r}")


def test_reload_warns(reloading):
    reloading().wait_for_line(ON)


@pytest.mark.parametrize("engine", ["auto", "poll", "inotify"])
def test_changed_module_replaces_the_worker(reloading, site, engine, target):
    if target.is_gunicorn and engine == "inotify":
        pytest.skip("needs a package")
    running = reloading("--reload-engine", engine)
    before = running.worker()
    answers(running, "one")
    path = site.write("shop.py", answering("two"))
    running.wait_for_line(rf"\[{before}\] \[INFO\] Worker reloading: {path} modified$", timeout=LATER)
    answers(running, "two")
    assert running.await_workers(1, other_than=[before])
    assert not running.err.matches("exited with code|dying young")


def test_worker_of_a_class_of_ones_own_is_replaced(reloading, site):
    site.write("own.py", OWN_CLASS)
    running = reloading("-k", "own.Own")
    answers(running, "one")
    site.write("shop.py", answering("two"))
    answers(running, "two")


@pytest.mark.differs("the worker of Uvicorn goes on with what it has loaded", hangs=True)
def test_worker_that_serves_by_itself_is_replaced(reloading, site, packages):
    def app(text):
        return f"""
            async def app(scope, receive, send):
                if scope["type"] == "http":
                    await send({{"type": "http.response.start", "status": 200, "headers": []}})
                    await send({{"type": "http.response.body", "body": {text!r}.encode()}})
        """

    def answers_in_the_end(text):
        def does():
            with contextlib.suppress(ConnectionError, Truncated):  # Uvicorn leaves without whom it has just accepted
                return text in running.get().text

        eventually(does, LATER, f"the answer {text!r}")

    site.write("shop.py", app("one"))
    paths = packages("tests/apps/configurations/requirements.txt")
    running = reloading("-k", "uvicorn_worker.UvicornWorker", env={"PYTHONPATH": paths})
    running.baseline.spare = 3  # its loop, which it opens once it is ready
    running.err.expect("cannot be loaded")
    answers_in_the_end("one")
    site.write("shop.py", app("two"))
    answers_in_the_end("two")
    (before,) = running.await_workers(1)
    path = site.write("shop.py", "app = missing")
    running.wait_for_line(rf"\[{before}\] \[INFO\] Worker reloading: {path} modified$", timeout=LATER)
    running.wait_for_line("NameError: name 'missing' is not defined", timeout=LATER)
    answers_in_the_end("name 'missing' is not defined")
    (before,) = running.await_workers(1)
    site.write("shop.py", app("mended"))
    # and not for what Uvicorn has imported for its first client
    running.wait_for_line(rf"\[{before}\] \[INFO\] Worker reloading: {path} modified$", timeout=LATER)
    answers_in_the_end("mended")
    assert not running.err.matches("exited with code|dying young")


@pytest.mark.ours("Gunicorn looks once a second, and inotify needs a package")
def test_change_is_noticed_at_once_by_inotify(reloading, site):
    running = reloading("--reload-engine", "inotify")
    answers(running, "one")
    site.write("shop.py", answering("two"))
    running.wait_for_line("Worker reloading", timeout=0.9)
    answers(running, "two")


def test_file_that_is_overwritten_in_place_is_noticed(reloading, site):
    running = reloading()
    answers(running, "one")
    (site.folder / "shop.py").write_text(textwrap.dedent(answering("two")))
    answers(running, "two")


def test_request_that_comes_in_between_waits_for_the_new_code(reloading, site):
    running = reloading()
    answers(running, "one")
    site.write("shop.py", "import time; time.sleep(1)\n" + textwrap.dedent(answering("two")))
    running.wait_for_line("Worker exiting", timeout=LATER)
    assert running.get().text == "two"


def test_all_workers_are_replaced(reloading, site):
    running = reloading("-w", "3")
    before = running.workers()
    site.write("shop.py", answering("two"))
    running.await_workers(3, other_than=before)
    for _ in range(12):
        assert running.get().text == "two"


def test_submodule_is_watched(reloading, site):
    site.write("parts/__init__.py", "")
    site.write("parts/price.py", "text = 'cheap'")
    site.write("shop.py", """
        from parts import price

        def app(environ, start_response):
            start_response("200 OK", [("Content-Type", "text/plain")])
            return [price.text.encode()]
    """)
    running = reloading()
    answers(running, "cheap")
    path = site.write("parts/price.py", "text = 'dear'")
    running.wait_for_line(f"Worker reloading: {path} modified", timeout=LATER)
    answers(running, "dear")


def test_extra_files_are_watched_by_name_and_pattern(reloading, site):
    site.write("texts/a.txt", "a")
    running = reloading("--reload-extra-file", site.write("plain.txt", "x"),
                        "--reload-extra-file", f"{site.folder}/texts/*.txt")
    for name in ("plain.txt", "texts/a.txt"):
        before = running.worker()
        answers(running, "one")
        path = site.write(name, "changed")
        running.wait_for_line(f"Worker reloading: {path} modified", timeout=LATER)
        running.await_workers(1, other_than=[before])


@pytest.mark.parametrize("broken, shown", [
    ("def app(:", "SyntaxError: "),
    pytest.param("import nosuchmodule", "ModuleNotFoundError: No module named 'nosuchmodule'",
                 marks=pytest.mark.differs("Gunicorn ends", hangs=True)),
    pytest.param("raise ValueError('in the shop')", "ValueError: in the shop",
                 marks=pytest.mark.differs("Gunicorn ends", hangs=True)),
    pytest.param("raise SystemExit(3)", "SystemExit: 3", marks=pytest.mark.differs("Gunicorn ends", hangs=True)),
    pytest.param("other = 1", "Failed to find attribute 'app' in 'shop'.",
                 marks=pytest.mark.differs("Gunicorn ends", hangs=True)),
])
def test_broken_code_is_shown_and_mended(reloading, site, broken, shown):
    running = reloading()
    running.err.expect("cannot be loaded|SyntaxError|Traceback|Error")
    answers(running, "one")
    path = site.write("shop.py", broken)
    answers(running, shown)
    response = running.get("/any")
    assert response.status == 500 and response.header("Content-Type").startswith("text/plain")
    if "Failed" not in shown:
        assert str(path) in response.text
    running.wait_for_line(rf"{shown}", timeout=LATER)
    site.write("shop.py", answering("mended"))
    answers(running, "mended")
    assert not running.err.matches("exited with code|dying young")


@pytest.mark.ours("Gunicorn looks at the files when the application is loaded, and takes them for what it has loaded")
@pytest.mark.parametrize("end", ["raise ValueError('old')", ""], ids=["fails", "loads"])
@pytest.mark.parametrize("way", ["shutil.copy", "os.rename"])
@pytest.mark.parametrize("worker", ["sync", "own.Own"])
def test_code_that_changes_while_it_is_loaded_is_loaded_again(reloading, site, worker, way, end):
    site.write("own.py", OWN_CLASS)
    running = reloading("-k", worker)
    running.err.expect("cannot be loaded")
    answers(running, "one")
    site.write("next.txt", answering("next"))
    site.write("shop.py", f"import os, shutil; {way}('next.txt', __file__)\n{textwrap.dedent(answering('old'))}\n{end}")
    answers(running, "next")


@pytest.mark.differs("Gunicorn ends", hangs=True)
def test_server_may_start_with_broken_code(reloading, site):
    site.write("shop.py", "raise ValueError('not yet')")
    running = reloading()
    running.err.expect("cannot be loaded")
    answers(running, "ValueError: not yet")
    site.write("shop.py", answering("now"))
    answers(running, "now")


@pytest.mark.differs("Gunicorn ends", hangs=True)
def test_broken_submodule_is_watched(reloading, site):
    site.write("shop.py", "import price\n" + textwrap.dedent(answering("cheap")))
    site.write("price.py", "raise ValueError('no price')")
    running = reloading()
    running.err.expect("cannot be loaded")
    answers(running, "no price")
    site.write("price.py", "")
    answers(running, "cheap")


@pytest.mark.differs("Gunicorn ends", hangs=True)
def test_module_that_was_missing_is_noticed_when_it_comes(reloading, site):
    site.write("shop.py", "import price\n" + textwrap.dedent(answering("cheap")))
    running = reloading()
    running.err.expect("cannot be loaded")
    answers(running, "No module named 'price'")
    site.write("price.py", "")
    answers(running, "cheap")


@pytest.mark.differs("Gunicorn preloads, and its reloaded workers have the old code")
def test_preload_is_ignored_with_a_remark(reloading, site):
    running = reloading("--preload")
    running.wait_for_line(r"\[WARNING\] preload_app has no effect while reload is on")
    answers(running, "one")
    site.write("shop.py", answering("two"))
    answers(running, "two")


def test_request_in_the_application_is_finished(reloading, site, tmp_path):
    site.write("shop.py", """
        import os, time

        def app(environ, start_response):
            if environ["PATH_INFO"] == "/slow":
                open(environ["QUERY_STRING"] + "/started", "w").close()
                while not os.path.exists(environ["QUERY_STRING"] + "/go"):
                    time.sleep(0.01)
            start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "3")])
            return [b"one"]
    """)
    running = reloading("--threads", "2")
    with running.connect() as connection:
        connection.send(b"GET /slow?%s HTTP/1.1\r\nHost: x\r\n\r\n" % os.fsencode(tmp_path))
        eventually((tmp_path / "started").exists, what="the request in the application")
        site.write("shop.py", answering("two"))
        running.wait_for_line("Worker reloading", timeout=LATER)
        (tmp_path / "go").touch()
        assert connection.read_response().text == "one"
    answers(running, "two")


def test_hook_hears_of_the_end_of_the_worker(reloading, site):
    site.write("conf.py", "def worker_int(worker): worker.log.info('interrupted %s', worker.pid)")
    running = reloading("-c", "conf.py")
    before = running.worker()
    site.write("shop.py", answering("two"))
    running.wait_for_line(rf"interrupted {before}$", timeout=LATER)
    running.await_workers(1, other_than=[before])
