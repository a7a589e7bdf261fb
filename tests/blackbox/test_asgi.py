"""The worker class asgi: an application on an event loop (asgi.readthedocs.io), and what becomes of its requests."""

import json
import os
import signal

import pytest
from harness.patience import eventually, never
from harness.record import lines
from harness.wire import Truncated, chunked, request_bytes


@pytest.fixture
def asgi(server):
    def start(app="asgi_site:app", *options, **how):
        return server(app, "-k", "asgi", *options, **how)

    return start


def scope_of(running, *arguments, **keywords):
    return json.loads(running.request(*arguments, **keywords).body)


def test_hello_is_answered_whole(asgi):
    response = asgi().get()
    assert (response.status, response.reason, response.body) == (200, "OK", b"Hello, world!\n")
    assert response.header("Content-Type") == "text/plain"
    assert response.header("Date").endswith(" GMT")


@pytest.mark.ours("Gunicorn knows no length of what it was not told")
def test_content_that_is_whole_has_its_length(asgi):
    assert asgi().get().header("Content-Length") == "14"


def test_scope_describes_the_request(asgi):
    running = asgi()
    scope = scope_of(running, "GET", "/scope?x=1&y=%20", [("X-One", "first"), ("x-ONE", "second"), ("Cookie", "a=b")])
    assert (scope["type"], scope["http_version"], scope["method"], scope["scheme"]) == ("http", "1.1", "GET", "http")
    assert (scope["path"], scope["query_string"], scope["root_path"]) == ("/scope", "x=1&y=%20", "")
    assert scope["asgi"]["version"] == "3.0"
    assert scope["server"] == ["127.0.0.1", running.address[1]]
    assert scope["client"][0] == "127.0.0.1" and 0 < scope["client"][1] < 65536
    names = [name for name, _ in scope["headers"]]
    assert [value for name, value in scope["headers"] if name == "x-one"] == ["first", "second"]
    assert ["cookie", "a=b"] in scope["headers"] and "host" in names
    assert scope["state"] == {"started": True}


@pytest.mark.parametrize("name", ["/scope", "/%73cope"])
def test_path_is_decoded_and_the_raw_one_is_not(asgi, name):
    scope = scope_of(asgi(), "GET", name + "?q=%41")
    assert scope["path"] == "/scope"
    assert scope["raw_path"] in (name, name + "?q=%41")


def test_path_is_utf8(asgi):
    assert asgi("asgi_site:scope_as_json", "--asgi-lifespan", "off").get("/caf%C3%A9").body.decode().count("caf\\u00e9") == 1


def test_root_path_is_where_it_is_mounted(asgi):
    assert scope_of(asgi("asgi_site:app", "--root-path", "/shop"), "GET", "/scope")["root_path"] == "/shop"


@pytest.mark.differs("Gunicorn's asgi workers do not heed secure_scheme_headers")
def test_trusted_proxy_says_whether_it_was_https(asgi):
    assert scope_of(asgi(), "GET", "/scope", [("X-Forwarded-Proto", "https")])["scheme"] == "https"


@pytest.mark.differs("Gunicorn shows an empty address")
def test_unix_socket_has_no_ports(asgi, tmp_path):
    running = asgi(bind="unix:" + str(tmp_path / "sock"))
    scope = scope_of(running, "GET", "/scope")
    assert scope["server"] == [str(tmp_path / "sock"), None] and scope["client"] is None


@pytest.mark.parametrize("size", [0, 1, 70_000, 300_000, 1_500_000, 4_000_000])
@pytest.mark.parametrize("framing", ["length", "chunked"])
def test_content_comes_whole(asgi, size, framing):
    content = os.urandom(size)
    running = asgi()
    if framing == "length":
        response = running.request("POST", "/echo", body=content)
    else:
        head = request_bytes("POST", "/echo", [("Transfer-Encoding", "chunked")])
        connection = running.connect()
        connection.send(head + chunked(*(content[i : i + 50_000] for i in range(0, size, 50_000))))
        response = connection.read_response()
    assert response.body == content


@pytest.mark.ours("it is asked of this server: memory does not follow the content")
def test_large_content_comes_in_pieces(asgi):
    response = asgi().request("POST", "/echo", body=b"x" * 4_000_000)
    assert int(response.header("X-Events")) == 16  # of 256 KiB


def test_requests_do_not_wait_for_each_other(asgi, tmp_path, record):
    running = asgi()
    opened = tmp_path / "open"
    waiting = [running.connect() for _ in range(20)]
    for connection in waiting:
        connection.send(request_bytes("GET", f"/gated?record={record}&file={opened}"))
    eventually(lambda: len(lines(record)) == 20)
    assert running.get().body == b"Hello, world!\n"
    opened.touch()
    assert [connection.read_response().body for connection in waiting] == [b"through"] * 20


def test_stream_is_sent_piece_by_piece(asgi, tmp_path):
    connection = asgi().connect()
    connection.send(request_bytes("GET", f"/stream?file={tmp_path / 'open'}"))
    connection.read_head()
    assert b"before " in connection.receive(len(b"7\r\nbefore \r\n"))
    (tmp_path / "open").touch()
    assert connection.receive(len(b"5\r\nafter\r\n0\r\n\r\n")) == b"5\r\nafter\r\n0\r\n\r\n"


@pytest.mark.differs("Gunicorn forgets requests that come behind another", sometimes=True)
def test_pipelined_requests_are_answered_in_order(asgi):
    connection = asgi().connect()
    connection.send(b"".join(request_bytes("POST", "/echo", body=str(i).encode()) for i in range(40)))
    assert [connection.read_response().body for _ in range(40)] == [str(i).encode() for i in range(40)]


@pytest.mark.differs("Gunicorn forgets requests that come behind another", sometimes=True)
def test_pipelined_requests_wait_for_one_that_takes_long(asgi, tmp_path, record):
    connection = asgi().connect()
    late = request_bytes("GET", f"/gated?record={record}&file={tmp_path / 'open'}")
    connection.send(request_bytes("GET") + late + request_bytes("GET"))
    assert connection.read_response().body == b"Hello, world!\n"  # the second does not hold up the first
    eventually(lambda: lines(record))
    (tmp_path / "open").touch()
    assert [connection.read_response().body for _ in range(2)] == [b"through", b"Hello, world!\n"]


@pytest.mark.ours("Gunicorn warns of the content")
def test_head_gets_no_content(asgi):
    connection = asgi().connect()
    for _ in range(2):
        connection.send(request_bytes("HEAD"))
        assert connection.read_response("HEAD").body == b""


def test_fields_may_come_twice(asgi):
    assert asgi().get("/cookies").all("Set-Cookie") == ["a=1", "b=2"]


def test_receive_and_send_may_be_made_tasks(asgi):
    assert asgi().get("/tasks").body == b"http.request"


@pytest.mark.ours("Gunicorn has no pathsend")
@pytest.mark.parametrize("size", [0, 10, 5_000_000])
def test_file_is_sent_by_its_path(asgi, tmp_path, size):
    content = os.urandom(size)
    (tmp_path / "file").write_bytes(content)
    running = asgi()
    assert running.get(f"/file?path={tmp_path / 'file'}").body == content
    assert running.get().status == 200


@pytest.mark.ours("Gunicorn has a name of its own for it")
def test_early_hints_come_before_the_answer(asgi):
    connection = asgi().connect()
    connection.send(request_bytes("GET", "/hinted"))
    first = connection.read_head()
    assert first.status == 103 and first.header("Link") == "</style.css>; rel=preload"
    assert connection.read_response().body == b"hinted"


# Failures


def test_exception_is_answered_500_and_logged(asgi):
    running = asgi()
    assert running.get("/raises").status == 500
    running.wait_for_line(r"ValueError: something of the application's")
    running.expect_line(r"(?s).*(Error|Exception|Traceback).*")
    assert running.get().status == 200


def test_exception_behind_the_answer_names_its_request(asgi):
    running = asgi()
    assert running.get("/raises_afterwards").body == b"answered"
    running.wait_for_line(r"ValueError: something of the application's")
    if "gunicorn" not in running.command[0]:
        running.wait_for_line(r"Error handling request GET /raises_afterwards")
    running.expect_line(r"(?s).*")


@pytest.mark.ours("Gunicorn closes the connection")
def test_task_that_was_cancelled_by_nobody_of_ours_has_failed(asgi):
    running = asgi()
    assert running.get("/cancels_itself").status == 500
    running.wait_for_line(r"CancelledError")
    running.expect_line(r"(?s).*")


@pytest.mark.parametrize("path", ["/raises_late", "/unfinished"])
def test_answer_that_breaks_off_can_be_told_from_a_whole_one(asgi, path):
    running = asgi()
    with pytest.raises(Truncated):
        running.get(path)
    running.expect_line(r"(?s).*(Error|Exception|without completing).*")
    assert running.get().status == 200


@pytest.mark.ours("Gunicorn says it in other words")
def test_no_answer_is_500_and_said(asgi):
    running = asgi()
    assert running.get("/silent").status == 500
    running.wait_for_line(r"The application returned without an answer: GET /silent")


@pytest.mark.ours("Gunicorn does not look")
def test_content_short_of_its_length_ends_the_connection(asgi):
    running = asgi()
    with pytest.raises(Truncated):
        running.get("/short")
    running.wait_for_line(r"The application promised 10 bytes of content and gave 4: /short")


@pytest.mark.ours("Gunicorn drops it without a word, or sends it")
@pytest.mark.parametrize("path, reason", [
    ("/out_of_order", r"RuntimeError: http\.response\.start must come before http\.response\.body"),
    ("/bad_header", r"ValueError: the value of header b'x-evil' has control characters"),
])
def test_events_that_make_no_sense_are_refused(asgi, path, reason):
    running = asgi()
    response = running.get(path)
    assert response.status == 500 and response.header("Set-Cookie") is None
    running.wait_for_line(reason)
    running.expect_line(r"(?s).*Error handling request.*")


@pytest.mark.ours("the words are ours")
def test_second_answer_is_refused(asgi, record):
    assert asgi().get(f"/twice?record={record}").body == b"once"
    eventually(lambda: lines(record) == ["the answer is complete: another http.response.start cannot follow"])


# Clients that leave, or take their time


def test_application_hears_that_its_client_has_left(asgi, record):
    running = asgi()
    connection = running.connect()
    connection.send(request_bytes("GET", f"/patient?record={record}"))
    eventually(lambda: lines(record) == ["waiting"])
    connection.close()
    eventually(lambda: lines(record) == ["waiting", "http.disconnect"])
    assert running.get().status == 200


@pytest.mark.differs("Gunicorn lets it send to nobody until it is cancelled")
@pytest.mark.parametrize("way", ["close", "reset"])
def test_endless_answer_ends_with_its_client(asgi, record, way):
    running = asgi()
    connection = running.connect()
    connection.send(request_bytes("GET", f"/flood?record={record}"))
    connection.read_head()
    connection.receive(100_000)
    getattr(connection, way)()
    eventually(lambda: lines(record)[-1:] == ["OSError"])
    assert running.get().status == 200


@pytest.mark.parametrize("period", ["0", "1"])
def test_application_is_cancelled_when_its_client_has_been_gone_for_long(asgi, record, period):
    running = asgi("asgi_site:app", "--asgi-disconnect-grace-period", period)
    connection = running.connect()
    connection.send(request_bytes("GET", f"/stubborn?record={record}"))
    eventually(lambda: lines(record) == ["called"])
    connection.close()
    eventually(lambda: lines(record) == ["called", "cancelled"])
    assert running.get().status == 200


@pytest.mark.ours("Gunicorn lets it send to nobody until it is cancelled")
def test_all_of_an_application_hear_what_one_send_has_seen(asgi, tmp_path, record):
    running = asgi("asgi_site:app", "--asgi-disconnect-grace-period", "1")
    connection = running.connect()
    connection.send(request_bytes("GET", f"/sees_late?record={record}&file={tmp_path}/gate"))
    eventually(lambda: lines(record) == ["blocked"])
    connection.reset()
    (tmp_path / "gate").touch()
    eventually(lambda: lines(record) == ["blocked", "OSError", "http.disconnect", "cancelled"])
    assert running.get().status == 200


@pytest.mark.ours("Gunicorn lets it send to nobody until it is cancelled")
def test_nothing_is_held_of_a_task_that_has_ended(asgi, record):
    connection = asgi("asgi_site:app", "--asgi-disconnect-grace-period", "3600").connect()
    connection.send(request_bytes("GET", f"/generates?record={record}"))
    connection.read_head()
    connection.close()
    eventually(lambda: lines(record) == ["closed"])


def test_application_that_is_faster_than_its_client_waits(asgi, record):
    running = asgi()
    connection = running.connect()
    connection.send(request_bytes("GET", f"/flood?record={record}"))
    connection.read_head()
    previous = -1
    while previous != (previous := len(lines(record))):
        never(lambda: False, 0.3, "")
    assert 0 < previous < 1000  # of 64 KiB: what the kernel holds
    assert running.get().status == 200
    connection.receive(20_000_000)
    eventually(lambda: len(lines(record)) > previous)


@pytest.mark.ours("Gunicorn waits for ever")
def test_client_that_takes_nothing_loses_its_connection(asgi, record):
    running = asgi("asgi_site:app", "--write-timeout", "1")
    connection = running.connect()
    connection.send(request_bytes("GET", f"/flood?record={record}"))
    running.wait_for_line(r"Client 127\.0\.0\.1 takes its answer too slowly .*: /flood")
    eventually(lambda: lines(record)[-1] == "OSError")
    assert running.get().status == 200


def test_application_goes_on_after_its_answer(asgi, tmp_path, record):
    running = asgi()
    connection = running.connect()
    connection.send(request_bytes("GET", f"/afterwards?record={record}&file={tmp_path / 'open'}"))
    assert connection.read_response().body == b"answered"
    if "gunicorn" not in running.command[0]:
        assert connection.get().body == b"Hello, world!\n"  # on the same connection meanwhile
    (tmp_path / "open").touch()
    eventually(lambda: lines(record) == ["answered", "done"])


# Beginning and end


def test_lifespan_begins_and_ends_with_the_worker(asgi, record):
    running = asgi(env={"RECORD": str(record)})
    assert lines(record) == ["startup"]
    running.stop()
    assert lines(record) == ["startup", "shutdown"]


def test_lifespan_may_take_longer_than_timeout(asgi, record):
    running = asgi("asgi_site:app", "--timeout", "1", env={"RECORD": str(record), "PAUSE": "2.5"}, ready=False)
    eventually(lambda: "startup" in lines(record))
    running.stop()
    assert lines(record) == ["startup", "shutdown"]


def test_state_is_each_requests_own_copy(asgi):
    running = asgi()
    first = json.loads(running.get("/state").body)
    assert first == {"started": True, "count": 1}
    if "gunicorn" not in running.command[0]:
        assert json.loads(running.get("/state").body) == first


def test_lifespan_may_be_unknown(asgi):
    running = asgi("asgi_site:knows_no_lifespan")
    assert running.get().status == 200
    running.expect_line(r".*no lifespan.*")


@pytest.mark.ours("Gunicorn starts workers for ever, with status 0")
@pytest.mark.parametrize("app, reason", [
    ("asgi_site:fails_to_start", r"The application's startup failed: no database at db:5432"),
    ("asgi_site:knows_no_lifespan", r"does not take part in its lifespan, and asgi_lifespan is on"),
])
def test_application_that_does_not_start_does_not_serve(asgi, app, reason):
    running = asgi(app, "--asgi-lifespan", "on", ready=False)
    assert running.wait() == 3
    running.wait_for_line(reason)
    running.expect_line(r"(?s).*")
    running.expected_exit = 3


def test_term_lets_requests_finish(asgi, tmp_path, record):
    running = asgi(env={"RECORD": str(tmp_path / "life")})
    connection = running.connect()
    connection.send(request_bytes("GET", f"/gated?record={record}&file={tmp_path / 'open'}"))
    eventually(lambda: lines(record) == ["called"])
    running.kill(signal.SIGTERM)
    running.wait_for_line(r"Handling signal: term")
    (tmp_path / "open").touch()
    assert connection.read_response().body == b"through"
    assert running.wait() == 0
    assert lines(tmp_path / "life") == ["startup", "shutdown"]


@pytest.mark.ours("Gunicorn closes the connection without telling the application")
def test_term_cancels_what_does_not_finish(asgi, tmp_path, record):
    running = asgi("asgi_site:app", "--graceful-timeout", "2", env={"RECORD": str(tmp_path / "life")})
    connection = running.connect()
    connection.send(request_bytes("GET", f"/stubborn?record={record}"))
    eventually(lambda: lines(record) == ["called"])
    running.stop()
    assert lines(record) == ["called", "cancelled"]
    assert connection.read_response().status == 503
    assert lines(tmp_path / "life") == ["startup", "shutdown"]
    running.expect_line(r".*The application was cancelled in request GET /stubborn.*")


@pytest.mark.ours("Gunicorn ends as soon as connections are closed")
def test_term_waits_for_what_goes_on_after_an_answer(asgi, tmp_path, record):
    running = asgi()
    assert running.get(f"/afterwards?record={record}&file={tmp_path / 'open'}").body == b"answered"
    running.kill(signal.SIGTERM)
    running.wait_for_line(r"Handling signal: term")
    (tmp_path / "open").touch()
    assert running.wait() == 0
    assert lines(record) == ["answered", "done"]


def test_hup_loses_no_request(asgi, tmp_path, record):
    running = asgi("asgi_site:app", "-w", "2")
    before = running.workers()
    connection = running.connect()
    connection.send(request_bytes("GET", f"/gated?record={record}&file={tmp_path / 'open'}"))
    eventually(lambda: lines(record) == ["called"])
    running.kill(signal.SIGHUP)
    eventually(lambda: len(set(running.workers()) - set(before)) == 2)
    (tmp_path / "open").touch()
    assert connection.read_response().body == b"through"
    running.await_workers(2, before)


def test_worker_is_replaced_after_max_requests(asgi):
    running = asgi("asgi_site:app", "--max-requests", "3")
    before = running.workers()
    for _ in range(3):
        assert running.get().status == 200
    running.await_workers(1, before)
    running.expect_line(r"(?s).*")


@pytest.mark.ours("Gunicorn does not say where it was stuck")
def test_loop_that_is_blocked_is_found_out(asgi):
    running = asgi("asgi_site:app", "--timeout", "1")
    before = running.workers()
    connection = running.connect()
    connection.send(request_bytes("GET", "/blocks"))
    running.wait_for_line(r"WORKER TIMEOUT")
    running.wait_for_line(r"The event loop has not turned for")
    running.wait_for_line(r"asgi_site\.py.* in blocks")
    running.await_workers(1, before)
    assert running.get().status == 200
    running.expect_line(r"(?s).*")


# Around it


def test_access_log_has_a_line_for_each_answer(asgi, tmp_path):
    log = tmp_path / "access"
    running = asgi("asgi_site:app", "--access-logfile", log)
    running.get("/?a=b", [("User-Agent", "tester")])
    eventually(lambda: log.exists() and '"GET /?a=b HTTP/1.1" 200 14 "-" "tester"' in log.read_text())


@pytest.mark.ours("Gunicorn's asgi workers give the hook what it has no name for")
def test_hooks_are_called_around_requests(asgi, tmp_path):
    config = tmp_path / "conf.py"
    config.write_text(
        "def pre_request(worker, req):\n    worker.log.info('before %s %s', req.method, req.path)\n"
        "def post_request(worker, req, environ, resp):\n"
        "    worker.log.info('after %s %s %s', environ['RAW_URI'], resp.status, environ['HTTP_X_ONE'])\n"
    )
    running = asgi("asgi_site:app", "-c", config)
    running.get("/scope?q", [("X-One", "1")])
    running.wait_for_line(r"before GET /scope")
    running.wait_for_line(r"after /scope\?q 200 OK 1")


@pytest.mark.ours("asked of this server")
def test_awaitables_of_other_kinds_will_do(asgi):
    assert asgi("asgi_site:as_awaitable").get().body == b"Hello, world!\n"


@pytest.mark.ours("Gunicorn answers each request with 500")
@pytest.mark.parametrize("app, options, reason", [
    ("asgi_site:app", (), r"The application is one of ASGI .*: it needs --worker-class asgi"),
    ("headers:app", ("-k", "asgi"), r"The application is one of WSGI .*: leave worker_class = asgi out"),
])
def test_application_of_the_other_kind_is_refused(server, app, options, reason):
    running = server(app, *options, ready=False)
    assert running.wait() == 4
    running.wait_for_line(reason)
    running.expect_line(r"(?s).*")
    running.expected_exit = 4


def test_over_tls(server, pair, connect):
    running = server("asgi_site:app", "-k", "asgi", "--certfile", pair.certificate, "--keyfile", pair.key)
    assert json.loads(connect(running).get("/scope").body)["scheme"] == "https"


def test_uvicorn_shaped_frameworks_run(asgi, packages):
    paths = packages("tests/apps/asgi_requirements.txt")
    running = asgi("starlette_site:app", env={"PYTHONPATH": paths})
    assert running.get("/").body == b'{"hello":"world"}'
    assert running.get("/thread").body == b"of a thread"
    assert running.get("/events").body == b"data: 0\n\ndata: 1\n\ndata: 2\n\n"
    assert running.get("/background").body == b"answered"
    running.wait_for_line(r"in the background")
    assert running.request("POST", "/form", [("Content-Type", "application/x-www-form-urlencoded")], b"a=b").body == b"b"
    assert running.get("/missing").status == 404
