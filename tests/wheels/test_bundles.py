"""One-file applications with compiled packages inside, each the only file of an empty root."""

import json
import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from harness import aftermath, empty_root
from harness.server import Server

from program import ROOT, Program, programs
from test_wheels import finish

HERE = Path(__file__).resolve().parent
LIBRARY = Program(HERE / "library.py", ("Django", "psycopg[binary]", "whitenoise"), True, True, False, "", "")
ON_POSTGRESQL = """
import os
from urllib.parse import urlsplit

from project.settings import *

url = urlsplit(os.environ["DATABASE_URL"])
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "HOST": url.hostname, "PORT": url.port, "USER": url.username,
                         "NAME": url.path.lstrip("/")}}
"""


class Bundle:
    """A bundle alone in a root of its own."""

    def __init__(self, folder, binary, app, source, packages, *options):
        self.folder = folder
        (source / "site-packages").symlink_to(packages)
        made = folder / "bundle"
        ended = finish([binary, "bundle", app, "--chdir", source, "-o", made, *options], {"PATH": os.environ["PATH"]}, folder)
        assert (ended.returncode, ended.stderr) == (0, "")
        root = empty_root.build(folder / "root", made, [], [])
        (root / "app").rmdir()
        self.entering = empty_root.entering(root)
        assert [path for path in root.rglob("*") if not path.is_dir()] == [root / "monoceros"]

    def run(self, *words, **environment):
        ended = finish([*self.entering, "/monoceros", *words], {"PATH": os.environ["PATH"], **environment}, self.folder)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    def serve(self, **environment):
        command = [*self.entering, "/monoceros", "-b", "127.0.0.1:0"]
        return Server(command, {"PATH": os.environ["PATH"], **environment}, self.folder, 2).await_ready()


@pytest.fixture
def serve():
    """Starts what a bundle serves; it must end well."""
    servers = []

    def start(bundle, **environment):
        servers.append(bundle.serve(**environment))
        return servers[-1]

    yield start
    problems = [problem for server in servers for problem in aftermath.examine(server)]
    assert not problems


@pytest.mark.parametrize("app, options", [("sites.shop:app", ("--threads", "4")), ("sites.shop:site", ("-k", "asgi"))])
def test_fastapi(binary, serve, tmp_path, app, options):
    (program,) = (each for each in programs() if each.name == "fastapi")
    source = tmp_path / "source"
    shutil.copytree(program.path.parent / "sites", source / "sites")
    running = serve(Bundle(tmp_path, binary, app, source, program.packages(binary), "--", "-w", "2", *options))

    def post(body):
        response = running.request("POST", "/items", [("Content-Type", "application/json")], body)
        return response.status, json.loads(response.body)

    assert post(b'{"name": "bolt", "price": 2.5}') == (200, {"name": "bolt", "with_tax": 3.0})
    status, refusal = post(b'{"name": "bolt"}')
    assert status == 422 and refusal["detail"][0]["loc"] == ["body", "price"]
    maps = Path(f"/proc/{running.workers()[0]}/maps").read_text()
    assert len(re.findall(r" r-xp .* /monoceros$|root/monoceros$", maps, re.M)) >= 3  # itself, pydantic-core, orjson
    assert "memfd:bundle" not in maps
    assert ("uvloop" in running.get("/loop").text) == ("asgi" in options)
    running.stop(signal.SIGINT)
    assert not running.err.matches("Traceback")


def test_django_on_postgresql(binary, serve, postgresql, tmp_path):
    packages, source = LIBRARY.packages(binary), tmp_path / "source"
    shutil.copytree(ROOT / "tests" / "apps" / "django_site", source)
    (source / "on_postgresql.py").write_text(ON_POSTGRESQL)
    environment = {"DATABASE_URL": postgresql.url, "DJANGO_SETTINGS_MODULE": "on_postgresql"}
    collect = [binary, "python", source / "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(collect, env={**environment, "PYTHONPATH": str(packages)}, check=True, timeout=120)
    bundle = Bundle(tmp_path, binary, "project.wsgi", source, packages, "--", "-w", "2", "--threads", "4")
    assert "library.0001_initial... OK" in bundle.run("python", "manage.py", "migrate", **environment)
    add = "from library.models import Book; Book.objects.create(title='Static things', author='A. Binary')"
    bundle.run("python", "-m", "django", "shell", "-c", add, **environment)
    running = serve(bundle, **environment)
    shelf = running.get("/").body.decode()
    assert "Static things" in shelf
    style = running.get(re.search(r'href="(/static/library/page\.\w+\.css)"', shelf)[1])
    assert (style.status, style.body) == (200, (source / "library/static/library/page.css").read_bytes())
    assert b"csrfmiddlewaretoken" in running.get("/admin/login/").body
