"""The package `gunicorn` inside the binary: what other code imports from it."""

import pytest

NAMES = {
    "gunicorn": "__version__ version_info SERVER SERVER_SOFTWARE",
    "gunicorn.app.base": "Application BaseApplication",
    "gunicorn.app.wsgiapp": "WSGIApplication run",
    "gunicorn.arbiter": "Arbiter",
    "gunicorn.config": "AccessLogFormat Bind Config ConfigFile KNOWN_SETTINGS Setting Workers WorkerClass auto_int "
                       "get_default_config_file make_settings validate_bool validate_callable validate_class "
                       "validate_dict validate_list_string validate_pos_int validate_string",
    "gunicorn.errors": "AppImportError ConfigError HaltServer",
    "gunicorn.glogging": "CONFIG_DEFAULTS Logger SafeAtoms SYSLOG_FACILITIES parse_syslog_address",
    "gunicorn.http.errors": "InvalidHeader InvalidRequestLine LimitRequestLine NoMoreData ParseException",
    "gunicorn.http.wsgi": "FileWrapper Response SERVER",
    "gunicorn.instrument.statsd": "Statsd",
    "gunicorn.sock": "TCPSocket TCP6Socket UnixSocket ssl_context",
    "gunicorn.util": "bytes_to_str check_is_writable chown close close_on_exec get_username getcwd has_fileno http_date "
                     "import_app is_hoppish is_ipv6 load_class make_fail_app parse_address seed set_non_blocking "
                     "set_owner_process split_request_uri to_bytestring unlink unquote_to_wsgi_str warn write write_chunk "
                     "write_error write_nonblock",
    "gunicorn.workers": "SUPPORTED_WORKERS",
    "gunicorn.workers.base": "Worker",
    "gunicorn.workers.gthread": "ThreadWorker",
    "gunicorn.workers.sync": "SyncWorker",
    "gunicorn.workers.workertmp": "WorkerTmp",
}


@pytest.mark.parametrize("module", NAMES)
def test_public_names_are_there(run, target, module):
    ended = run("-c", f"from {module} import {', '.join(NAMES[module].split())}", command=target.python)
    assert ended.returncode == 0, ended.stderr


@pytest.fixture
def evaluate(run, target):
    def value(code):
        ended = run("-c", code, command=target.python)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout.strip()

    return value


@pytest.mark.parametrize("code, expected", [
    ("from gunicorn.arbiter import Arbiter; print(Arbiter.WORKER_BOOT_ERROR, Arbiter.APP_LOAD_ERROR)", "3 4"),
    ("from gunicorn.config import Config; c = Config(); c.set('workers', '3'); print(c.workers, c.timeout)", "3 30"),
    ("from gunicorn.config import Config; c = Config(); c.set('bind', 'unix:/x'); print(c.bind, c.address)",
     "['unix:/x'] ['/x']"),
    ("from gunicorn.config import Config; print(sorted(Config().settings)[:3])",
     "['access_log_format', 'accesslog', 'asgi_disconnect_grace_period']"),
    ("from gunicorn.config import AccessLogFormat; print(AccessLogFormat.default)",
     '%(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s %(b)s "%(f)s" "%(a)s"'),
    ("from gunicorn import util; print(util.parse_address('[::1]:80'), util.parse_address('x'), util.parse_address(''))",
     "('::1', 80) ('x', 8000) ('0.0.0.0', 8000)"),
    ("from gunicorn import util; print(util.parse_address('fd://3'), util.parse_address('unix:/a/b'))", "3 /a/b"),
    ("from gunicorn import util; print(util.split_request_uri('//a/b?c'))",
     "SplitResult(scheme='', netloc='', path='//a/b', query='c', fragment='')"),
    ("from gunicorn import util; print(util.is_hoppish(' Connection '), util.is_hoppish('Cookie'))", "True False"),
    ("from gunicorn import util; print(util.http_date(0))", "Thu, 01 Jan 1970 00:00:00 GMT"),
    ("from gunicorn import util; print(util.unquote_to_wsgi_str('/%C3%A4') == '/\\xc3\\xa4')", "True"),
    ("from gunicorn.glogging import parse_syslog_address as p; print(p('unix:///dev/log#dgram')[1], p('udp://h:1')[1])",
     "/dev/log ('h', 1)"),
    ("from gunicorn.glogging import SafeAtoms; a = SafeAtoms({'a': 'x\"y'}); print(a['a'], a['b'])", 'x\\"y -'),
    ("from gunicorn.http.errors import InvalidHeader as E; print(E('x'), E('x').hdr)", "Invalid HTTP Header: 'x' x"),
    ("from gunicorn.workers.sync import SyncWorker; from gunicorn.util import load_class; "
     "print(load_class('sync') is SyncWorker)", "True"),
])
def test_names_mean_what_they_mean_in_gunicorn(evaluate, code, expected):
    assert evaluate(code) == expected


@pytest.mark.parametrize("words, name, value", [
    ("--umask 0027", "umask", 0o27),
    ("--no-sendfile", "sendfile", False),
    ("--preload", "preload_app", True),
    ("--workers 3", "workers", 3),
    ("--proxy-protocol", "proxy_protocol", "auto"),
    ("--proxy-protocol v2", "proxy_protocol", "v2"),
    ("-b a:1 -b b:2", "bind", ["a:1", "b:2"]),
    pytest.param("--workers auto", "workers", "auto", marks=pytest.mark.ours("Gunicorn counts CPUs for nobody")),
    pytest.param("--no-request-buffering", "request_buffering", False, marks=pytest.mark.ours("Gunicorn has no such setting")),
])
def test_parser_of_a_program_reads_what_the_command_line_means(evaluate, words, name, value):
    assert evaluate(f"""
from gunicorn.config import Config

config = Config()
given = vars(config.parser().parse_args({words.split()!r}))
print({{name: value for name, value in given.items() if value is not None and name != "args"}})
config.set({name!r}, given[{name!r}])
""") == str({name: value})


def test_parser_of_a_program_tells_the_version(run, target):
    ended = run("-c", "from gunicorn.config import Config; Config(prog='shop').parser().parse_args(['-v'])",
                command=target.python)
    assert ended.returncode == 0
    assert ended.stdout.startswith("shop (version ")


@pytest.mark.parametrize("name, value", [("workers", -1), ("timeout", "soon"), ("bind", 5)])
def test_bad_values_are_refused_when_they_are_set(run, target, name, value):
    code = f"""
from gunicorn.config import Config
try:
    Config().set({name!r}, {value!r})
except (TypeError, ValueError) as error:
    print("refused", error)
"""
    assert run("-c", code, command=target.python).stdout.startswith("refused ")


def test_setting_of_ones_own(evaluate):
    assert evaluate("""
from gunicorn.config import Config, Setting, validate_pos_int

class Shelves(Setting):
    name = "shelves"
    section = "Shop"
    cli = ["--shelves"]
    validator = validate_pos_int
    type = int
    default = 3
    desc = "How many shelves there are."

config = Config()
config.set("shelves", "0x10")
print(config.shelves, Config().shelves)
""") == "16 3"
