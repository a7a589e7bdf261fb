"""The switches by which an operator gives up some of the strict reading, and the limits that he sets."""

import json

import pytest

from harness.wire import chunked, request_bytes

HEAD = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"


def environ_of(answer):
    return json.loads(answer.partition(b"\r\n\r\n")[2])


def test_folded_header_becomes_one_line(server):
    running = server("environ:app", "--permit-obsolete-folding")
    seen = environ_of(running.exchange(HEAD + b"X-Folded: one\r\n  two\r\n\tthree\r\n\r\n"))
    assert seen["HTTP_X_FOLDED"] == "one two three"


def test_spaces_before_the_colon_are_stripped(server):
    running = server("environ:app", "--strip-header-spaces")
    assert environ_of(running.exchange(HEAD + b"X-Name : value\r\n\r\n"))["HTTP_X_NAME"] == "value"


@pytest.mark.differs("Gunicorn answers with the version it was asked in")
def test_other_versions_may_be_permitted(server):
    running = server("environ:app", "--permit-unconventional-http-version")
    answer = running.exchange(HEAD.replace(b"HTTP/1.1", b"HTTP/3.0") + b"\r\n")
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert environ_of(answer)["SERVER_PROTOCOL"] == "HTTP/1.1"


@pytest.mark.differs("Gunicorn answers HTTP/1.2")
def test_higher_minor_version_is_served_as_ours(server):
    answer = server("environ:app").exchange(HEAD.replace(b"HTTP/1.1", b"HTTP/1.2") + b"\r\n")
    assert answer.startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("method", ["get", "g", "a#b", "A" * 40])
def test_unconventional_method_may_be_permitted(server, method):
    running = server("environ:app", "--permit-unconventional-http-method")
    running.expect_line(r"REQUEST_METHOD|warnings\.warn")  # the validator's opinion
    assert json.loads(running.request(method).body)["REQUEST_METHOD"] == method


def test_permitted_method_may_be_turned_into_upper_case(server):
    running = server("environ:app", "--permit-unconventional-http-method", "--casefold-http-method")
    assert json.loads(running.request("get").body)["REQUEST_METHOD"] == "GET"


@pytest.mark.differs("Gunicorn refuses lower-case methods all the same")
def test_methods_are_turned_into_upper_case_before_they_are_judged(server):
    assert json.loads(server("environ:app", "--casefold-http-method").request("get").body)["REQUEST_METHOD"] == "GET"


def test_underscores_are_handed_on_where_that_is_asked_for(server):
    running = server("environ:app", "--header-map", "dangerous")
    assert json.loads(running.get(headers=[("X_Name", "1")]).body)["HTTP_X_NAME"] == "1"


@pytest.mark.differs("Gunicorn hands on HTTP_CONTENT_LENGTH, which WSGI's own validator refuses")
def test_underscored_content_length_is_never_handed_on(server):
    seen = json.loads(server("environ:app", "--header-map", "dangerous").get(headers=[("Content_Length", "7")]).body)
    assert "7" not in (seen.get("CONTENT_LENGTH"), seen.get("HTTP_CONTENT_LENGTH"))


def test_underscores_are_refused_where_that_is_asked_for(server):
    running = server("environ:app", "--header-map", "refuse")
    assert running.get(headers=[("X_Name", "1")]).status == 400
    running.wait_for_line(r"Invalid request from ip=")


def test_named_forwarder_header_is_taken_from_a_trusted_proxy_only(server):
    options = ("--forwarder-headers", "SCRIPT_NAME,REMOTE_USER")
    seen = json.loads(server("environ:app", *options).get(headers=[("REMOTE_USER", "me"), ("X_Y", "1")]).body)
    assert seen["HTTP_REMOTE_USER"] == "me" and "HTTP_X_Y" not in seen
    stranger = server("environ:app", *options, "--forwarded-allow-ips", "192.0.2.1")
    assert "HTTP_REMOTE_USER" not in json.loads(stranger.get(headers=[("REMOTE_USER", "me")]).body)


@pytest.mark.parametrize("trusted, scheme", [("127.0.0.0/8", "https"), ("*", "https"), ("10.0.0.0/8,::1", "http")])
def test_scheme_is_believed_from_trusted_networks(server, trusted, scheme):
    running = server("environ:app", "--forwarded-allow-ips", trusted)
    assert json.loads(running.get(headers=[("X-Forwarded-Proto", "https")]).body)["wsgi.url_scheme"] == scheme


def test_scheme_headers_can_be_chosen(server, tmp_path):
    (tmp_path / "scheme.conf.py").write_text("secure_scheme_headers = {'X-SECURE': 'yes'}")
    running = server("environ:app", "-c", str(tmp_path / "scheme.conf.py"))
    assert json.loads(running.get(headers=[("X-Secure", "yes")]).body)["wsgi.url_scheme"] == "https"
    assert json.loads(running.get(headers=[("X-Forwarded-Proto", "https")]).body)["wsgi.url_scheme"] == "http"


@pytest.mark.differs("Gunicorn leaves Host as it came")
def test_absolute_target_goes_before_the_host_header(server):
    assert json.loads(server("environ:app").get("http://example.com:81/path").body)["HTTP_HOST"] == "example.com:81"


@pytest.mark.ours("limit_request_body")
class TestBodyLimit:
    LIMIT = ("--limit-request-body", "1K")

    def test_body_within_it_is_served(self, server):
        running = server("echo:app", *self.LIMIT)
        assert running.request("POST", body=b"x" * 1024).body == b"x" * 1024
        body = chunked(b"x" * 1000, b"y" * 24)
        assert running.request("POST", headers=[("Transfer-Encoding", "chunked")], body=body).status == 200

    def test_longer_one_is_refused_before_it_is_sent(self, server):
        running = server("echo:app", *self.LIMIT)
        with running.connect() as connection:
            connection.send(request_bytes("POST", headers=[("Expect", "100-continue"), ("Content-Length", "1025")]))
            assert connection.read_response().status == 413
            assert connection.is_closed()
        running.wait_for_line(r"Invalid request from ip=127\.0\.0\.1: .*limit_request_body")

    def test_longer_chunked_one_is_refused_when_it_is_too_long(self, server):
        running = server("echo:app", *self.LIMIT)
        with running.connect() as connection:
            connection.send(request_bytes("POST", headers=[("Transfer-Encoding", "chunked")]))
            connection.send(b"400\r\n" + b"x" * 1024 + b"\r\n")
            connection.send(b"1\r\n")
            assert connection.read_response().status == 413
            assert connection.is_closed()
        running.wait_for_line(r"Invalid request from ip=")
