"""What real gunicorn.conf.py files do: the habits that the documentation of servers, platforms and agents teaches."""

import json
import os
import signal

import pytest
from harness.listeners import Datagrams

REQUIREMENTS = "tests/apps/configurations/requirements.txt"


@pytest.fixture
def configured(server, packages, tmp_path):
    """Starts an application with this gunicorn.conf.py in the directory of the start."""

    def start(text, *options, app="hello:app", env=None, **how):
        (tmp_path / "gunicorn.conf.py").write_text(text)
        return server(app, *options, env={"PYTHONPATH": packages(REQUIREMENTS), **(env or {})}, **how)

    return start


def test_workers_counted_from_the_processors(configured):
    expected = 2 * os.cpu_count() + 1
    running = configured(
        "import multiprocessing\nworkers = multiprocessing.cpu_count() * 2 + 1\n", workers=expected)
    assert len(running.workers()) == expected


def test_values_from_environment_variables(configured):
    running = configured("""
import os
workers = int(os.environ.get("WORKERS", 1))
bind = f"127.0.0.1:{os.environ.get('TEST_PORT', '0')}"
loglevel = os.getenv("LOG_LEVEL", "info").lower()
""", env={"WORKERS": "2", "LOG_LEVEL": "DEBUG"}, bind=None, workers=2)
    assert running.get().status == 200


def test_every_gunicorn_variable_becomes_a_setting(configured):
    running = configured("""
import os
for name, value in os.environ.items():
    if name.startswith("GUNICORN_") and name != "GUNICORN_CMD_ARGS":
        locals()[name.split("_", 1)[1].lower()] = value
""", env={"GUNICORN_WORKERS": "2", "GUNICORN_THREADS": "3"}, workers=2)
    running.wait_for_line("Using worker: gthread")


def test_heartbeat_files_in_memory(configured):
    assert configured('worker_tmp_dir = "/dev/shm"\n').get().status == 200


def test_file_that_says_the_server_is_ready(configured, tmp_path):
    ready = tmp_path / "app-initialized"
    running = configured(f"""
def when_ready(server):
    open({str(ready)!r}, "w").close()
    server.log.info("ready at %s with %d", server.address, server.cfg.workers)
""")
    running.wait_for_line(r"ready at \[\('127\.0\.0\.1', 0\)\] with 1$")
    assert ready.exists()


def test_prometheus_in_several_processes(configured, tmp_path):
    metrics = tmp_path / "metrics"
    metrics.mkdir()
    running = configured("""
from prometheus_client import multiprocess

def child_exit(server, worker):
    multiprocess.mark_process_dead(worker.pid)
    server.log.info("marked %s", worker.pid)
""", app="counts:app", env={"PROMETHEUS_MULTIPROC_DIR": str(metrics)})
    running.get()
    assert b"requests_total 1.0" in running.get("/metrics").body
    old = running.worker()
    running.kill(signal.SIGHUP)
    running.await_workers(1, other_than=[old])
    running.wait_for_line(f"marked {old}$")


def test_sentry_after_the_fork(configured):
    running = configured("""
import sentry_sdk

def post_fork(server, worker):
    sentry_sdk.init(dsn=None, traces_sample_rate=1.0)
    server.log.info("sentry in %s", worker.pid)
""")
    running.wait_for_line(f"sentry in {running.worker()}$")
    assert running.get().status == 200


def test_opentelemetry_after_the_fork(configured):
    running = configured("""
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter

def post_fork(server, worker):
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(ConsoleSpanExporter(), schedule_delay_millis=50))
    trace.set_tracer_provider(provider)

def post_request(worker, req, environ, resp):
    with trace.get_tracer("test").start_as_current_span(req.path):
        pass
""")
    running.get("/traced")
    running.out.wait_for(r'"name": "/traced"')


def test_datadog_after_the_fork(configured):
    agent = Datagrams()
    running = configured(f"""
import datadog

def post_fork(server, worker):
    datadog.initialize(statsd_host="127.0.0.1", statsd_port={agent.port}, disable_telemetry=True, disable_buffering=True)
    datadog.statsd.increment("shop.workers")

def post_request(worker, req, environ, resp):
    datadog.statsd.increment("shop.requests", tags=[f"path:{{req.path}}"])
""")
    running.get("/sold")
    agent.wait_for(lambda text: text.startswith("shop.requests:1|c|#path:/sold"))
    agent.close()


def test_newrelic_around_the_application(configured, tmp_path):
    (tmp_path / "newrelic.ini").write_text("[newrelic]\nlicense_key =\nmonitor_mode = false\napp_name = shop\n")
    running = configured("""
import newrelic.agent
newrelic.agent.initialize("newrelic.ini")

def post_fork(server, worker):
    newrelic.agent.register_application(timeout=0)
    server.log.info("newrelic in %s", worker.pid)
""", app="newrelic_site:app")
    running.wait_for_line(f"newrelic in {running.worker()}$")
    assert running.get("/").body == b"watched"


def test_structlog_formats_the_logs(configured):
    running = configured("""
import structlog

logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": structlog.stdlib.ProcessorFormatter, "processor": structlog.processors.JSONRenderer()}},
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stdout"}},
    "root": {"level": "INFO", "handlers": ["out"]},
    "loggers": {
        "gunicorn.error": {"level": "INFO", "handlers": ["out"], "propagate": False},
        "gunicorn.access": {"level": "INFO", "handlers": ["out"], "propagate": False},
    },
}
accesslog = "-"
""", ready=False)
    running.out.wait_for(r'^\{"event": "Booting worker with pid: \d+"\}$')


@pytest.mark.differs("in Gunicorn handlers of one's own take those of the default root logger away, and it does not start")
def test_json_logger_formats_the_logs(configured):
    running = configured("""
accesslog = "-"
access_log_format = "%(m)s %(U)s %(s)s"
logconfig_dict = {
    "version": 1,
    "formatters": {"json": {"()": "pythonjsonlogger.json.JsonFormatter", "format": "%(levelname)s %(name)s %(message)s"}},
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stdout"}},
    "loggers": {
        "gunicorn.error": {"level": "INFO", "handlers": ["out"], "propagate": False},
        "gunicorn.access": {"level": "INFO", "handlers": ["out"], "propagate": False},
    },
}
""", ready=False)
    running.out.wait_for(r'"message": "Listening at: ')
    line = running.out.wait_for(r'^(\{.*"message": "Booting worker.*)$')
    assert json.loads(line[1])["name"] == "gunicorn.error"


def test_health_checks_are_kept_out_of_the_access_log(configured):
    running = configured('logger_class = "loggers.QuietHealth"\naccesslog = "-"\n')
    running.get("/health")
    running.get("/seen")
    running.out.wait_for('"GET /seen HTTP/1.1" 200 14')
    assert "/health" not in running.out.text


def test_filter_on_the_access_logger(configured):
    running = configured("""
import logging

class NoHealth(logging.Filter):
    def filter(self, record):
        return "/health" not in record.getMessage()

accesslog = "-"
logconfig_dict = {
    "version": 1,
    "filters": {"health": {"()": NoHealth}},
    "handlers": {"out": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "filters": ["health"]}},
    "root": {"level": "INFO", "handlers": ["out"]},
    "loggers": {"gunicorn.access": {"level": "INFO", "handlers": ["out"], "propagate": False}},
}
""")
    running.get("/health")
    running.get("/seen")
    running.out.wait_for('"GET /seen HTTP/1.1" 200 14')
    assert "/health" not in running.out.text


def test_access_log_as_json_by_template(configured):
    running = configured("""
import json
accesslog = "-"
access_log_format = json.dumps({"remote": "%(h)s", "method": "%(m)s", "path": "%(U)s", "status": "%(s)s", "micros": "%(D)s"})
""")
    running.get("/path")
    line = running.out.wait_for(r'^(\{"remote".*\})$')
    assert json.loads(line[1])["path"] == "/path"


def test_duration_between_the_request_hooks(configured):
    running = configured("""
import time

def pre_request(worker, req):
    req.started = time.monotonic()

def post_request(worker, req, environ, resp):
    environ_path = environ["PATH_INFO"]
    length = dict(resp.headers)["Content-Length"]
    worker.log.info("%s %s took %d s: %s, %s", req.method, environ_path, time.monotonic() - req.started, resp.status, length)
""")
    running.get("/timed")
    running.wait_for_line(r"GET /timed took 0 s: 200 OK, 14$")


def test_post_request_of_two_arguments(configured):
    running = configured('def post_request(worker, req):\n    worker.log.info("done %s", req.uri)\n')
    running.get("/old?x=1")
    running.wait_for_line(r"done /old\?x=1$")


@pytest.mark.parametrize("hook", ["""
import functools

def noted(hook):
    @functools.wraps(hook)
    def around(*args):
        return hook(*args)
    return around

@noted
def post_request(worker, req):
    worker.log.info("done %s", req.uri)
""", """
class Watch:
    def after(self, worker, req, environ, resp):
        worker.log.info("done %s", environ["RAW_URI"])

post_request = Watch().after
""", """
class Watch:
    def __call__(self, worker, req, environ):
        worker.log.info("done %s", environ["RAW_URI"])

post_request = Watch()
"""], ids=["decorated", "method", "object"])
def test_post_request_of_any_form(configured, hook):
    running = configured(hook)
    running.get("/old?x=1")
    running.wait_for_line(r"done /old\?x=1$")


@pytest.mark.ours("Gunicorn counts only parameters that have a place of their own")
def test_hooks_that_take_whatever_comes(configured):
    running = configured("""
when_ready = str
def post_fork(*objects): objects[0].log.info("given %d", len(objects))
def post_request(*objects): objects[0].log.info("given %d", len(objects))
""")
    running.get()
    running.wait_for_line("given 2$")
    running.wait_for_line("given 4$")


def test_worker_that_a_hook_ends_is_replaced(configured):
    running = configured("""
def post_request(worker, req):
    worker.log.info("answered %d", worker.nr)
    if worker.nr == 2:  # as others do by the memory that is in use
        worker.alive = False
""", app="pid:app")
    first = running.worker()
    assert [running.get().text for _ in range(2)] == [str(first)] * 2
    running.wait_for_line(rf"\[{first}\] \[INFO\] answered 2$")
    (second,) = running.await_workers(1, other_than=[first])
    assert running.get().text == str(second)


def test_requests_are_counted_between_the_hooks(configured):
    running = configured("""
def pre_request(worker, req): worker.log.info("before %d", worker.nr)
def post_request(worker, req): worker.log.info("after %d", worker.nr)
""")
    running.get()
    running.wait_for_line("before 0$")
    running.wait_for_line("after 1$")


def test_log_line_that_cannot_be_made_fails_no_request(configured):
    running = configured("""
def pre_request(worker, req):
    worker.log.debug("%d", "nobody asks what this is")
    worker.log.info("%d", "this is no number")
    worker.log.log("ERROR", "in capitals %s", req.path)
""")
    assert running.get("/seen").status == 200
    running.wait_for_line("Logging error")
    running.wait_for_line(r"\[ERROR\] in capitals /seen$")
    assert "nobody asks" not in running.err.text


def test_stacks_are_shown_when_a_worker_is_interrupted(configured):
    running = configured("""
def worker_int(worker):
    worker.log.info("worker received INT or QUIT signal")
    import sys, threading, traceback
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    for ident, stack in sys._current_frames().items():
        worker.log.info("thread %s\\n%s", names.get(ident, ""), "".join(traceback.format_stack(stack)))
""")
    running.stop(signal.SIGINT)
    assert "worker received INT or QUIT signal" in running.err.text
    assert "thread MainThread" in running.err.text


def test_software_keeps_its_name_to_itself(configured):
    running = configured('import gunicorn\ngunicorn.SERVER = "shop"\n')
    assert running.get().header("Server") == "shop"


@pytest.mark.parametrize("rest, says", [
    ("class Response(wsgi.Response):\n"
     "    def default_headers(self, *args, **named):\n"
     "        headers = super().default_headers(*args, **named)\n"
     "        return [header for header in headers if not header.startswith('Server:')]\n"
     "wsgi.Response = Response\n", None),
    ("wsgi.SERVER = 'shop'\n", "shop"),
    ("", ...),
])
def test_software_is_named_as_the_module_of_answers_says(configured, rest, says):
    name = configured(f"from gunicorn.http import wsgi\n{rest}").get().header("Server")
    assert name == says if says is not ... else name in ("monoceros", "gunicorn")


def test_connections_are_not_shared_across_the_fork(configured):
    running = configured("""
preload_app = True

def pre_fork(server, worker):
    server.log.info("before %s %s", worker.age, worker.pid)

def post_fork(server, worker):
    server.log.info("Worker spawned (pid: %s)", worker.pid)
""")
    running.wait_for_line(r"before 1 \[booting\]$")
    running.wait_for_line(rf"Worker spawned \(pid: {running.worker()}\)$")


def test_flask_borrows_the_handlers(configured):
    running = configured('loglevel = "info"\n', app="borrows:app")
    running.get("/said")
    running.wait_for_line(r"\[INFO\] application says /said$")


def test_recycling_with_jitter_behind_a_proxy(configured):
    running = configured("""
from random import randint
max_requests = 1000 + randint(0, 50)
max_requests_jitter = 50
forwarded_allow_ips = "*"
secure_scheme_headers = {"X-FORWARDED-PROTO": "https"}
proc_name = "shop"
raw_env = ["SHOP=1"]
timeout = 120
keepalive = 65
""", app="environ:app")
    assert b"https" in running.get("/", headers=[("X-Forwarded-Proto", "https")]).body


def test_configuration_as_a_module(server, tmp_path):
    package = tmp_path / "settings_of"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "server.py").write_text('proc_name = "by-module"\nworkers = 2\n')
    running = server("hello:app", "-c", "python:settings_of.server", workers=2)
    assert len(running.workers()) == 2


def test_hooks_of_the_whole_life(configured):
    running = configured("""
def said(name):
    def hook(*objects):
        objects[0].log.info("hook %s", name)
    return hook

def on_starting(server): said("on_starting")(server)
def when_ready(server): said("when_ready")(server)
def pre_fork(server, worker): said("pre_fork")(server)
def post_fork(server, worker): said("post_fork")(server)
def post_worker_init(worker): said(f"post_worker_init {worker.booted}")(worker)
def worker_exit(server, worker): said("worker_exit")(server)
def child_exit(server, worker): said("child_exit")(server)
def nworkers_changed(server, new, old): said(f"nworkers_changed {new} {old}")(server)
def on_exit(server): said("on_exit")(server)
""")
    running.stop()
    order = [line.split("hook ")[1] for line in running.err.lines if "hook " in line]
    assert order == ["nworkers_changed 1 None", "on_starting", "when_ready", "pre_fork", "post_fork",
                     "post_worker_init False", "worker_exit", "child_exit", "on_exit"]


@pytest.mark.differs("Gunicorn leaves its files behind")
@pytest.mark.parametrize("hook", ["on_starting", "when_ready"])
def test_server_does_not_start_against_the_will_of_a_hook(server, tmp_path, hook):
    (tmp_path / "conf.py").write_text(f"""
import sys

def {hook}(server):
    sys.exit("the database is of another version")
""")
    running = server("hello:app", "-c", "conf.py", "--pid", "server.pid", bind=f"unix:{tmp_path}/socket",
                     ready=False)
    running.expect_line(".*")
    assert running.wait() == 1
    assert "the database is of another version" in running.err.text
    assert not running.err.matches("Booting worker")
    assert not (tmp_path / "socket").exists() and not (tmp_path / "server.pid").exists()


def test_hooks_meet_the_same_server_after_a_reload(configured):
    running = configured("""
def on_starting(server):
    server.made = ["once"]

def pre_fork(server, worker):
    server.log.info("made %s", server.made)
    worker.number = len(server.WORKERS)

def child_exit(server, worker):
    server.log.info("number %s has left", worker.number)
""")
    before = running.workers()
    running.wait_for_line(r"made \['once'\]")
    running.kill(signal.SIGHUP)
    running.wait_for_line(r"made \['once'\]", count=2)
    running.await_workers(1, other_than=before)
    running.wait_for_line("number 0 has left")


def test_hook_may_put_itself_before_the_application(configured):
    running = configured("""
def post_worker_init(worker):
    inside = worker.wsgi
    assert worker.app.callable is inside and worker.app.wsgi() is inside

    def outside(environ, start_response):
        def start(status, fields, *failure):
            return start_response(status, [*fields, ("X-Outside", "yes")], *failure)

        return inside(environ, start)

    worker.wsgi = outside
""")
    assert running.get().header("X-Outside") == "yes"


def test_application_is_one_object_for_all_hooks(configured):
    running = configured("""
def when_ready(server):
    server.log.info("served is %s", server.app.wsgi().__name__)

def post_fork(server, worker):
    worker.app.wsgi().mark = worker.app.mine = 7
    assert worker.app is server.app and worker.app.cfg.workers == 1

def post_worker_init(worker):
    worker.log.info("mine %s, %s, %s", worker.app.mine, worker.wsgi.mark, worker.app.app_uri)
""")
    running.wait_for_line("served is lint_app")
    running.wait_for_line("mine 7, 7, hello:app")


@pytest.mark.parametrize("more", ["", "preload_app = True"])
def test_another_application_may_be_put_in_its_place_before_it_is_loaded(configured, more):
    running = configured(more + """
def post_fork(server, worker):
    def other(environ, start_response):
        start_response("418 I'm a teapot", [("Content-Length", "0")])
        return [b""]

    worker.app.callable = other
""")
    assert running.get().status == 418


def test_request_that_a_hook_has_changed_is_what_the_application_sees(configured):
    running = configured("""
def pre_request(worker, req):
    req.method, req.path, req.query = "PUT", "/b%20c", "d=e"
    req.headers.append(("X-REQUEST-ID", "17"))
    req.headers[:] = [pair for pair in req.headers if pair[0] != "X-SECRET"]
""", app="environ:app")
    response = running.get("/a?b=c", headers=[("X-Secret", "s"), ("X-Kept", "k")])
    environ = json.loads(response.body)
    names = ("REQUEST_METHOD", "PATH_INFO", "QUERY_STRING", "HTTP_X_REQUEST_ID", "HTTP_X_SECRET", "HTTP_X_KEPT")
    assert [environ.get(name) for name in names] == ["PUT", "/b c", "d=e", "17", None, "k"]


def test_hook_may_limit_the_requests_of_its_worker(configured):
    running = configured("""
def post_worker_init(worker):
    assert worker.max_requests > 10**9
    worker.max_requests = 2
""")
    before = running.workers()
    assert [running.get().status for _ in range(2)] == [200, 200]
    running.wait_for_line("Autorestarting worker after current request")
    running.await_workers(1, other_than=before)


def test_program_can_tell_its_server(configured):
    running = configured("""
import os

def on_starting(server):
    server.log.info("software %s", os.environ["SERVER_SOFTWARE"])
""")
    running.wait_for_line("software gunicorn/")


def test_what_is_registered_for_the_end_runs_in_the_arbiter_too(configured):
    running = configured("""
import atexit, os
atexit.register(lambda: print("the end of", os.getpid(), flush=True))
""")
    arbiter, workers = running.arbiter, running.workers()
    assert running.stop(signal.SIGTERM) == 0
    for pid in [arbiter, *workers]:
        running.out.wait_for(f"the end of {pid}$")


@pytest.mark.parametrize("line", [
    "access_log_format = '%a %t'", "ssl_version = 'TLSv1_2'", "ssl_version = None", "ssl_context = lambda config, make: make()",
])
def test_settings_that_have_no_effect_keep_nobody_from_starting(configured, line):
    assert configured(line).get().status == 200


def test_arbiter_knows_its_workers(configured):
    running = configured("""
def child_exit(server, worker):
    server.log.info("left: %s", sorted(server.WORKERS))
""", "-w", "2", workers=2)
    first, second = running.workers()
    os.kill(first, signal.SIGKILL)
    running.wait_for_line(rf"left: \[{second}\]$")
    running.expect_line("was sent SIGKILL|exited with")
    running.await_workers(2, other_than=[first])
