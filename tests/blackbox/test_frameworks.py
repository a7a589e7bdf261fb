"""A Flask and a Django site, used as people use them."""

import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from harness.target import APPS
from harness.worker_classes import each_class

FLASK, DJANGO = APPS / "flask_site", APPS / "django_site"


class Visitor(requests.Session):
    """A browser of sorts: keeps cookies, knows the site's address."""

    def __init__(self, server):
        super().__init__()
        self.trust_env = False
        self._base = "http://{}:{}".format(*server.address)

    def request(self, method, path, **keywords):
        return super().request(method, self._base + path, timeout=60, **keywords)


@pytest.fixture
def flask(launch, packages, tmp_path):
    def start(*options, workers=1):
        env = {"PYTHONPATH": packages(FLASK / "requirements.txt"), "FLASK_SITE_DATA": str(tmp_path / "data")}
        arguments = ("-b", "127.0.0.1:0", "--chdir", FLASK, "-w", workers, *options, "app:app")
        return Visitor(launch(*arguments, env=env, workers=workers).await_ready())

    return start


@pytest.fixture(scope="session")
def migrated(target, packages, environment, tmp_path_factory):
    """The data folder of a Django site made ready by the target's own Python."""
    data = tmp_path_factory.mktemp("django")
    env = {
        **environment,
        "PYTHONPATH": packages(DJANGO / "requirements.txt"),
        "DJANGO_SITE_DATA": str(data),
        "DJANGO_SUPERUSER_PASSWORD": "only for tests",
    }
    for command in ("migrate", "collectstatic --noinput", "createsuperuser --noinput --username admin --email a@b.example"):
        words = [*target.python, DJANGO / "manage.py", *command.split()]
        ended = subprocess.run(words, env=env, capture_output=True, text=True, timeout=170)
        assert ended.returncode == 0, ended.stderr
    return data, env


@pytest.fixture
def django(launch, migrated, tmp_path):
    def start(*options, workers=1):
        template, env = migrated
        data = tmp_path / "data"
        shutil.copytree(template, data)
        arguments = ("-b", "127.0.0.1:0", "--chdir", DJANGO, "-w", workers, *options, "project.wsgi")
        return Visitor(launch(*arguments, env={**env, "DJANGO_SITE_DATA": str(data)}, workers=workers).await_ready())

    return start


def token(page):
    return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)[1]


def test_flask_renders_templates(flask):
    visitor = flask()
    page = visitor.get("/")
    assert page.status_code == 200 and "Nothing yet." in page.text
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert visitor.get("/nowhere").status_code == 404
    assert "font-family" in visitor.get("/static/page.css").text


def test_flask_keeps_what_a_form_sends(flask):
    visitor = flask()
    page = visitor.post("/notes", data={"text": "Bread & <milk>"})
    assert page.history[0].status_code == 303
    assert "Bread &amp; &lt;milk&gt;" in page.text
    assert visitor.post("/notes", data={"text": " "}).status_code == 422


def test_flask_speaks_json(flask):
    visitor = flask()
    made = visitor.post("/api/notes", json={"text": "caf\xe9"})
    assert (made.status_code, made.json()) == (201, {"number": 1, "text": "caf\xe9", "attachment": None})
    assert visitor.get("/api/notes").json() == [made.json()]
    assert visitor.post("/api/notes", json=["no object"]).status_code == 422
    assert visitor.post("/api/notes", data="{", headers={"Content-Type": "application/json"}).status_code == 400


@pytest.mark.parametrize("size", [0, 1, 5 << 20])
def test_flask_takes_an_upload_and_gives_it_back(flask, size):
    visitor = flask()
    content = (bytes(range(256)) * (size // 256 + 1))[:size]
    visitor.post("/notes", data={"text": "with a file"}, files={"attachment": ("data set.bin", content)})
    answer = visitor.get("/notes/1/attachment")
    assert answer.content == content
    assert answer.headers["Content-Length"] == str(size)
    assert 'filename="data set.bin"' in answer.headers["Content-Disposition"]


def test_flask_sends_a_part_of_a_file(flask):
    visitor = flask()
    visitor.post("/notes", data={"text": "with a file"}, files={"attachment": ("a", b"0123456789")})
    answer = visitor.get("/notes/1/attachment", headers={"Range": "bytes=3-5"})
    assert (answer.status_code, answer.content) == (206, b"345")


def test_flask_static_file_is_asked_for_in_every_way(flask):
    visitor = flask()
    path = "/static/page.css"
    whole = visitor.get(path)
    size = len(whole.content)
    assert (whole.status_code, whole.headers["Content-Length"]) == (200, str(size))
    head = visitor.head(path)
    assert (head.status_code, head.content, head.headers["Content-Length"]) == (200, b"", str(size))
    for condition in ({"If-None-Match": whole.headers["ETag"]}, {"If-Modified-Since": whole.headers["Last-Modified"]}):
        unchanged = visitor.get(path, headers=condition)
        assert (unchanged.status_code, unchanged.content) == (304, b"")
        assert "Content-Length" not in unchanged.headers or unchanged.headers["Content-Length"] == str(size)
    assert visitor.get(path).content == whole.content  # the connection was kept


@pytest.mark.parametrize("asked, first, last", [("0-3", 0, 3), ("5-", 5, None), ("-4", -4, None), ("2-999999", 2, None)])
def test_flask_static_file_is_sent_in_part(flask, asked, first, last):
    visitor = flask()
    path = "/static/page.css"
    whole = visitor.get(path)
    size = len(whole.content)
    for validator in ({}, {"If-Range": whole.headers["ETag"]}, {"If-Range": whole.headers["Last-Modified"]}):
        part = visitor.get(path, headers={"Range": f"bytes={asked}", **validator})
        expected = whole.content[first : None if last is None else last + 1]
        assert (part.status_code, part.content, part.headers["Content-Length"]) == (206, expected, str(len(expected)))
        begin = first % size
        assert part.headers["Content-Range"] == f"bytes {begin}-{begin + len(expected) - 1}/{size}"
    changed = visitor.get(path, headers={"Range": f"bytes={asked}", "If-Range": '"another"'})
    assert (changed.status_code, changed.content) == (200, whole.content)
    beyond = visitor.get(path, headers={"Range": "bytes=999999-"})
    assert beyond.status_code == 416
    assert visitor.get(path).content == whole.content


def test_flask_streams_a_table(flask):
    visitor = flask()
    for number in range(20):
        visitor.post("/api/notes", json={"text": f"note {number}"})
    answer = visitor.get("/export.csv", stream=True)
    assert answer.headers["Transfer-Encoding"] == "chunked"
    lines = answer.text.splitlines()
    assert (len(lines), lines[0], lines[-1]) == (21, "number,text,attachment", "20,note 19,")


def test_flask_refuses_what_is_too_big(flask):
    visitor = flask()
    answer = visitor.post("/api/notes", data=b"x" * ((64 << 20) + 1), headers={"Content-Type": "application/json"})
    assert answer.status_code == 413


@each_class
def test_flask_serves_many_at_once(flask, options):
    visitor = flask(*options, workers=2)
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda n: visitor.post("/api/notes", json={"text": str(n)}).status_code, range(40)))
    assert set(made) == {201}
    assert sorted(int(note["text"]) for note in visitor.get("/api/notes").json()) == list(range(40))


def test_django_shows_its_pages(django):
    visitor = django()
    assert "The shelf is empty." in visitor.get("/").text
    assert visitor.get("/books/7/").status_code == 404
    assert visitor.get("/admin/", allow_redirects=False).headers["Location"] == "/admin/login/?next=/admin/"


def log_in(visitor):
    page = visitor.get("/admin/login/")
    form = {"username": "admin", "password": "only for tests", "csrfmiddlewaretoken": token(page), "next": "/admin/"}
    return visitor.post("/admin/login/", data=form)


def add_book(visitor, title, author):
    page = visitor.get("/admin/library/book/add/")
    form = {"title": title, "author": author, "csrfmiddlewaretoken": token(page), "_save": "Save"}
    return visitor.post("/admin/library/book/add/", data=form)


def test_django_admin_is_used_with_a_session(django):
    visitor = django()
    assert "Site administration" in log_in(visitor).text
    assert "was added successfully" in add_book(visitor, "Die W\xf6rter", "Sartre").text
    assert "Die W\xf6rter" in visitor.get("/admin/library/book/?q=sartre").text
    book = visitor.get("/books/1/")
    assert "Sartre, here since" in book.text and re.search(r"CES?T", book.text)
    assert "<em>opened</em>" in visitor.get("/").text


def test_django_refuses_wrong_passwords_and_forged_forms(django):
    visitor = django()
    page = visitor.get("/admin/login/")
    form = {"username": "admin", "password": "wrong", "csrfmiddlewaretoken": token(page)}
    assert "Please enter the correct username and password" in visitor.post("/admin/login/", data=form).text
    assert visitor.post("/admin/login/", data={**form, "csrfmiddlewaretoken": "x" * 64}).status_code == 403


def test_django_session_is_shared_by_workers(django):
    visitor = django(workers=2)
    log_in(visitor)
    add_book(visitor, "Ulysses", "Joyce")
    for _ in range(10):
        assert "Log out" in visitor.get("/admin/", headers={"Connection": "close"}).text


def test_django_static_files_come_from_whitenoise(django):
    visitor = django()
    assert re.search(r'href="/static/library/page\.\w+\.css"', visitor.get("/").text)
    path = re.search(r'href="(/static/admin/css/base\.\w+\.css)"', visitor.get("/admin/login/").text)[1]
    answer = visitor.get(path)
    assert "font-family" in answer.text
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "immutable" in answer.headers["Cache-Control"]
    again = visitor.get(path, headers={"If-Modified-Since": answer.headers["Last-Modified"]})
    assert (again.status_code, again.content) == (304, b"")
    assert visitor.get("/static/../manage.py").status_code == 404


def test_django_static_file_is_sent_in_part(django):
    visitor = django()
    path = re.search(r'href="(/static/admin/css/base\.\w+\.css)"', visitor.get("/admin/login/").text)[1]
    plain = {"Accept-Encoding": "identity"}
    whole = visitor.get(path, headers=plain)
    head = visitor.head(path, headers=plain)
    assert (head.status_code, head.content, head.headers["Content-Length"]) == (200, b"", str(len(whole.content)))
    part = visitor.get(path, headers={**plain, "Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    assert visitor.get(path, headers={**plain, "Range": "bytes=9999999-"}).status_code == 416
    unchanged = visitor.get(path, headers={"If-None-Match": whole.headers["ETag"]} if "ETag" in whole.headers
                            else {"If-Modified-Since": whole.headers["Last-Modified"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert visitor.get(path, headers=plain).content == whole.content


def test_django_can_be_preloaded(django):
    visitor = django("--preload", workers=2)
    assert "The shelf is empty." in visitor.get("/").text


def test_django_is_preloaded_and_its_connections_are_not_shared(django, tmp_path):
    config = tmp_path / "preload.conf.py"
    config.write_text("""
preload_app = True

def post_fork(server, worker):
    from django.db import connections
    for connection in connections.all():
        connection.close()
    server.log.info("closed in %s", worker.pid)
""")
    visitor = django("-c", config, workers=2)
    pages = [visitor.get("/admin/login/").status_code for _ in range(8)]
    assert pages == [200] * 8
