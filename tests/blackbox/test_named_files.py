"""sendfile_root: files that the application names in X-Sendfile or X-Accel-Redirect, and the server sends."""

import os
from urllib.parse import quote

import pytest

from harness.wire import request_bytes

pytestmark = pytest.mark.ours("Gunicorn leaves it to a proxy to send files")
CONTENT = bytes(range(256)) * 40


@pytest.fixture
def root(tmp_path):
    (tmp_path / "root" / "inner").mkdir(parents=True)
    (tmp_path / "root" / "file").write_bytes(CONTENT)
    (tmp_path / "root" / "empty").write_bytes(b"")
    (tmp_path / "root" / "inner" / "caf\xe9 x").write_bytes(b"inner")
    (tmp_path / "secret").write_bytes(b"secret")
    os.mkfifo(tmp_path / "root" / "fifo")
    os.symlink("../secret", tmp_path / "root" / "link out")
    os.symlink("/etc/passwd", tmp_path / "root" / "absolute link")
    os.symlink("inner", tmp_path / "root" / "link inside")
    os.symlink(tmp_path / "root", tmp_path / "linked root")
    os.utime(tmp_path / "root" / "file", (784111777, 784111777))
    return tmp_path / "root"


@pytest.fixture
def serving(server, root):
    def start(app="app", folder=None, *options):
        return server(f"names_file:{app}", "--sendfile-root", folder or root, *options)

    return start


@pytest.mark.parametrize("app", ["app", "with_body", "with_file"])
def test_named_file_is_sent_in_place_of_the_content(serving, root, app):
    running = serving(app)
    with running.connect() as connection:
        for target in (f"/?sendfile={root}/file", "/?sendfile=file", "/?redirect=/file", "/?redirect=/file%3Fquery"):
            answer = connection.get(target)
            assert (answer.status, answer.body) == (200, CONTENT)
            assert answer.all("Content-Length") == [str(len(CONTENT))]
            assert answer.header("Last-Modified") == "Sun, 06 Nov 1994 08:49:37 GMT"
            assert (answer.header("Content-Type"), answer.header("X-Own")) == ("text/x-named", "kept")
            assert answer.header("X-Sendfile") is None and answer.header("X-Accel-Redirect") is None
        assert connection.get("/?sendfile=empty").body == b""
        head = connection.request("HEAD", "/?sendfile=file")
        assert (head.status, head.header("Content-Length")) == (200, str(len(CONTENT)))
        assert connection.get("/?sendfile=inner/" + quote("caf\xc3\xa9 x")).body == b"inner"
        assert connection.get("/?redirect=" + quote(quote("/link inside/caf\xe9 x"))).body == b"inner"


def test_root_may_be_a_link_or_relative(serving, root):
    running = serving("app", root.parent / "linked root")
    for folder in (root, root.parent / "linked root"):
        assert running.get(f"/?sendfile={quote(str(folder))}/file").body == CONTENT
    assert serving("app", "root").get(f"/?sendfile={root}/file").body == CONTENT


@pytest.mark.parametrize("name", [
    "sendfile=../secret", "sendfile=inner/../../secret", "sendfile=link%20out", "sendfile=absolute%20link",
    "sendfile=/etc/passwd", "redirect=/../secret", "redirect=/%252e%252e/secret", "redirect=file", "sendfile=missing",
    "sendfile=inner", "sendfile=fifo", "sendfile=file%2500", "sendfile=inner/%00x", "redirect=/fi%2500le",
])
def test_what_is_not_a_file_within_is_not_found(serving, name):
    running = serving()
    if "%00x" in name:  # no header value at all
        running.expect_line("Error handling request")
        assert running.get(f"/?{name}").status == 500
        return
    with running.connect() as connection:
        answer = connection.get(f"/?{name}")
        assert answer.status == 404 and b"secret" not in answer.body and answer.header("X-Own") is None
        running.wait_for_line(r"\[ERROR\] The application named a file that is not sent: .*sendfile_root|begin with a slash")
        assert connection.get("/?sendfile=file").body == CONTENT


@pytest.mark.parametrize("asked, first, last", [
    ("bytes=0-0", 0, 0), ("bytes=5-", 5, None), ("bytes=-7", -7, None), ("bytes=100-199", 100, 199),
    ("Bytes = 10-99999999", 10, None), ("bytes=-99999999", 0, None),
])
def test_part_of_a_named_file(serving, asked, first, last):
    running = serving()
    size = len(CONTENT)
    for validator in ([], [("If-Range", '"v1"')], [("If-Range", "Sun, 06 Nov 1994 08:49:37 GMT")]):
        answer = running.get("/?sendfile=file", [("Range", asked), *validator])
        expected = CONTENT[first : None if last is None else last + 1]
        begin = first % size
        assert (answer.status, answer.body) == (206, expected)
        assert answer.header("Content-Range") == f"bytes {begin}-{begin + len(expected) - 1}/{size}"


@pytest.mark.parametrize("headers", [
    [("Range", "bytes=0-1,3-4")], [("Range", "lines=1-2")], [("Range", "bytes=x-y")], [("Range", "bytes=5-2")],
    [("Range", "bytes=-")], [("Range", "bytes=0-1"), ("If-Range", '"v2"')],
    [("Range", "bytes=0-1"), ("If-Range", "Sun, 06 Nov 1994 08:49:38 GMT")],
])
def test_range_that_does_not_count_gets_the_whole(serving, headers):
    answer = serving().get("/?sendfile=file", headers)
    assert (answer.status, answer.body, answer.header("Content-Range")) == (200, CONTENT, None)


def test_range_beyond_the_end_is_refused(serving):
    running = serving()
    for target, size in (("/?sendfile=file", len(CONTENT)), ("/?sendfile=empty", 0)):
        answer = running.get(target, [("Range", "bytes=99999-")])
        assert (answer.status, answer.body) == (416, b"")
        assert answer.header("Content-Range") == f"bytes */{size}"


def test_unchanged_file_is_not_sent_again(serving):
    running = serving()
    with running.connect() as connection:
        for condition in (("If-None-Match", '"v0", "v1"'), ("If-Modified-Since", "Sun, 06 Nov 1994 08:49:37 GMT")):
            answer = connection.get("/?sendfile=file", headers=[condition])
            assert (answer.status, answer.body, answer.header("ETag")) == (304, b"", '"v1"')
        assert connection.get("/?sendfile=file", headers=[("If-None-Match", '"v2"')]).body == CONTENT


def test_status_of_the_application_stays_if_it_is_not_success(serving):
    running = serving()
    answer = running.get("/?sendfile=file&status=503%20Later", [("Range", "bytes=0-1")])
    assert (answer.status, answer.reason, answer.body) == (503, "Later", CONTENT)


def test_big_named_file_costs_no_thread_while_it_is_sent(serving, root):
    with open(root / "big", "wb") as big:
        big.truncate(64 << 20)
    running = serving()
    with running.connect() as slow:
        slow.send(request_bytes("GET", "/?sendfile=big"))
        slow.read_head()
        assert running.get("/?sendfile=file").body == CONTENT


def test_access_log_counts_what_was_sent(serving):
    running = serving("app", None, "--access-logfile", "-", "--access-logformat", "%(s)s %(B)s")
    running.get("/?sendfile=file")
    running.get("/?sendfile=file", [("Range", "bytes=0-9")])
    running.out.wait_for("^200 10240$")
    running.out.wait_for("^206 10$")


def test_without_a_root_the_headers_are_the_proxys(server):
    answer = server("names_file:app").request("HEAD", "/?sendfile=file&redirect=/x")
    assert (answer.header("X-Sendfile"), answer.header("X-Accel-Redirect")) == ("file", "/x")


def test_root_that_does_not_exist_is_said_at_the_start(server, tmp_path):
    running = server("names_file:app", "--sendfile-root", tmp_path / "nowhere", ready=False)
    running.wait_for_line(rf"sendfile_root: {tmp_path}/nowhere: .*No such file or directory")
    running.expect_line("Worker|Shutting down|Reason")
    assert running.wait() == 3
