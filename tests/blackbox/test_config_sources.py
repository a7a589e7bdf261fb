"""Where settings come from, which source wins, and how a bad value is refused."""

import os
import re
import socket

import pytest

from harness.patience import eventually

WEB = {"WEB_CONCURRENCY": "2"}
ARGUMENTS = {"GUNICORN_CMD_ARGS": "--workers 4"}


@pytest.fixture
def settings(run, target, server):
    """What --print-config says, {name: text}: settings("-w", "3", env=...)."""

    def read(*arguments, **how):
        ended = run(*target.defaults, "--print-config", *arguments, "hello:app", cwd=server.apps, **how)
        assert ended.returncode == 0, ended.stderr
        return dict(re.findall(r"^(\w+) += (.*)$", ended.stdout, re.MULTILINE))

    return read


def value(text):
    """The value alone: ours is followed by where it came from."""
    return text.split("  #")[0].strip()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


@pytest.fixture
def file(tmp_path):
    """Writes a config file and returns the option that names it."""

    def write(text, name="config.py"):
        path = tmp_path / name
        path.write_text(text)
        return "-c", str(path)

    return write


def test_defaults_are_those_of_gunicorn(settings):
    found = settings()
    expected = {
        "bind": "['127.0.0.1:8000']", "backlog": "2048", "workers": "1", "threads": "1", "timeout": "30",
        "graceful_timeout": "30", "keepalive": "2", "max_requests": "0", "limit_request_line": "4094",
        "limit_request_fields": "100", "limit_request_field_size": "8190", "preload_app": "False",
        "accesslog": "None", "errorlog": "-", "loglevel": "info",
    }
    assert {name: value(found[name]) for name in expected} == expected


@pytest.mark.parametrize("env, in_file, options, expected", [
    ({}, None, (), "1"),
    (WEB, None, (), "2"),
    (WEB, "workers = 3", (), "3"),
    ({**WEB, **ARGUMENTS}, "workers = 3", (), "4"),
    ({**WEB, **ARGUMENTS}, "workers = 3", ("--workers", "5"), "5"),
])
def test_each_source_is_stronger_than_the_one_before(settings, file, env, in_file, options, expected):
    config = file(in_file) if in_file else ()
    assert value(settings(*config, *options, env=env)["workers"]) == expected


def test_lists_are_replaced_not_merged(settings, file):
    config = file("bind = ['127.0.0.1:1', '127.0.0.1:2']")
    assert value(settings(*config)["bind"]) == "['127.0.0.1:1', '127.0.0.1:2']"
    assert value(settings(*config, "-b", "127.0.0.1:3")["bind"]) == "['127.0.0.1:3']"
    assert value(settings("-b", "127.0.0.1:3", "-b", "127.0.0.1:4")["bind"]) == "['127.0.0.1:3', '127.0.0.1:4']"


def test_port_is_listened_on_everywhere(settings):
    assert value(settings(env={"PORT": "8123"})["bind"]) == "['0.0.0.0:8123']"
    assert value(settings("-b", "127.0.0.1:1", env={"PORT": "8123"})["bind"]) == "['127.0.0.1:1']"


def test_server_listens_on_port(server):
    port = free_port()
    running = server("hello:app", bind=None, env={"PORT": str(port)})
    assert running.address == ("127.0.0.1", port)
    assert running.get().status == 200


def test_config_file_lies_in_the_folder_of_the_start(launch, server, tmp_path):
    (tmp_path / "gunicorn.conf.py").write_text("bind = '127.0.0.1:0'\nworkers = 2\n")
    running = launch("--chdir", server.apps, "hello:app", workers=2).await_ready()
    assert len(running.workers()) == 2


def test_config_may_be_a_module(settings, tmp_path):
    (tmp_path / "settings_module.py").write_text("workers = 6\n")
    found = settings("-c", "python:settings_module", env={"PYTHONPATH": str(tmp_path)})
    assert value(found["workers"]) == "6"


@pytest.fixture
def package(tmp_path):
    """Puts the package `tiny` among those beside what is in a folder: package(tmp_path, 42)."""

    def put(folder, value):
        (folder / "site-packages").mkdir(parents=True)
        (folder / "site-packages" / "tiny.py").write_text(f"VALUE = {value}\n")

    return put


OF_TINY = "def app(environ, start_response):\n    from tiny import VALUE\n    start_response('200 OK', [])\n    return [str(VALUE).encode()]\n"


@pytest.mark.ours("Gunicorn looks for no packages beside the application")
@pytest.mark.parametrize("location", ["shop_settings.py", "python:shop_settings"])
def test_config_imports_packages_beside_the_application(launch, package, tmp_path, location):
    package(tmp_path, 42)
    (tmp_path / "shop_settings.py").write_text("from tiny import VALUE\nraw_env = [f'TINY={VALUE}']\n")
    (tmp_path / "app.py").write_text(OF_TINY.replace("from tiny import VALUE", "from os import environ; VALUE = environ['TINY']"))
    assert launch("-b", "127.0.0.1:0", "-c", location, "app:app").await_ready().get().body == b"42"


@pytest.mark.ours("Gunicorn looks for no packages beside the application")
def test_application_of_another_directory_finds_the_packages_there_first(launch, package, tmp_path):
    package(tmp_path, 42)
    package(tmp_path / "shop", 43)
    (tmp_path / "gunicorn.conf.py").write_text("""
def post_worker_init(worker):
    from tiny import VALUE
    worker.log.info("the hook has %s", VALUE)

chdir = 'shop'
""")
    (tmp_path / "shop" / "app.py").write_text(OF_TINY)
    running = launch("-b", "127.0.0.1:0", "app:app").await_ready()
    assert running.get().body == b"43"
    running.wait_for_line("the hook has 43")


@pytest.mark.ours("Gunicorn looks for no packages beside the application")
def test_hook_finds_the_packages_that_its_config_found(launch, package, tmp_path):
    package(tmp_path, 42)
    (tmp_path / "shop").mkdir()
    (tmp_path / "gunicorn.conf.py").write_text("""
def post_worker_init(worker):
    from tiny import VALUE
    worker.log.info("the hook has %s", VALUE)

chdir = 'shop'
""")
    (tmp_path / "shop" / "app.py").write_text("def app(environ, start_response):\n    start_response('200 OK', [])\n    return []\n")
    launch("-b", "127.0.0.1:0", "app:app").wait_for_line("the hook has 42")


def test_config_is_python(settings, file):
    config = file("import os\nworkers = len(os.listdir('/proc/self/task')) + 1\nunknown = 'ignored'\nWorkers = 9\n")
    assert value(settings(*config)["workers"]) == "2"


def test_names_that_are_no_settings_are_left_alone(settings, file):
    config = file("""
class Secret:
    def __str__(self):
        raise SystemExit("somebody wanted to know")

_config = globals()
secret = [Secret()]
workers = 2
""")
    assert value(settings(*config)["workers"]) == "2"


def test_config_that_raises_ends_with_its_traceback(run, target, file):
    ended = run(*target.defaults, *file("workers = 1 / 0"), "hello:app")
    assert ended.returncode == 1
    assert "Failed to read config file: " in ended.stderr
    assert "ZeroDivisionError" in ended.stderr and "workers = 1 / 0" in ended.stderr


@pytest.mark.parametrize("line, says", [
    ("workers = 'many'", "workers"),
    ("workers = -1", "workers"),
    ("timeout = 'soon'", "timeout"),
    ("bind = 7", "bind"),
    ("bind = []; bind.append(bind)", "bind"),
    ("preload_app = 'perhaps'", "preload_app"),
])
def test_bad_value_in_the_config_is_named(run, target, file, line, says):
    ended = run(*target.defaults, *file(line), "hello:app")
    assert ended.returncode == 1
    assert f"Invalid value for {says}" in ended.stderr


@pytest.mark.parametrize("text, name, takes, should_take", [
    ("def pre_fork(server): pass", "pre_fork", "1 argument", 2),
    ("class Hooks:\n    def ready(self): pass\nwhen_ready = Hooks().ready", "when_ready", "0 arguments", 1),
    ("def post_request(worker): pass", "post_request", "1 argument", 4),
    ("on_exit = lambda server, status: None", "on_exit", "2 arguments", 1),
])
@pytest.mark.parametrize("options", [(), ("--check-config",)])
def test_hook_of_a_wrong_arity_is_named(run, target, server, file, text, name, takes, should_take, options):
    ended = run(*target.defaults, *file(text), *options, "hello:app", cwd=server.apps)
    assert ended.returncode == 1
    assert f"Invalid value for {name}: " in ended.stderr
    assert f"Error: Value must have an arity of: {should_take}\n" in ended.stderr
    if not target.is_gunicorn:
        assert f"it takes {takes} and should take {should_take}. Called " in ended.stderr


@pytest.mark.parametrize("path, why", [("nowhere.to_be_found", "No module named 'nowhere'"), ("os.nothing", "nothing")])
def test_hook_that_cannot_be_imported_is_named(run, target, server, file, path, why):
    ended = run(*target.defaults, *file(f"post_fork = {path!r}"), "hello:app", cwd=server.apps)
    assert ended.returncode == 1
    assert f"Invalid value for post_fork: {path}\n" in ended.stderr
    assert why in ended.stderr and "Traceback" not in ended.stderr
    if not target.is_gunicorn:
        assert f"post_fork = {path!r}: it names nothing that can be imported: give MODULE.FUNCTION" in ended.stderr


@pytest.mark.differs("Gunicorn ends with a traceback while it is being imported")
def test_bad_web_concurrency_is_named(run):
    ended = run("hello:app", env={"WEB_CONCURRENCY": "many"})
    assert ended.returncode == 1
    assert "WEB_CONCURRENCY" in ended.stderr and "many" in ended.stderr and "Traceback" not in ended.stderr


@pytest.mark.differs("Gunicorn looks at PORT when it binds")
def test_config_is_not_run_when_the_environment_is_wrong(run, file, tmp_path):
    ended = run(*file(f"open({str(tmp_path / 'ran')!r}, 'w')"), "hello:app", env={"PORT": "http"})
    assert ended.returncode == 1
    assert "$PORT: it takes a whole number" in ended.stderr
    assert not (tmp_path / "ran").exists()


@pytest.mark.ours("Gunicorn reads no TOML")
def test_toml_is_read(settings, file):
    config = file('workers = 3\nbind = ["127.0.0.1:1", "127.0.0.1:2"]\npreload_app = true\nloglevel = "debug"\n', "m.toml")
    found = settings(*config)
    assert value(found["workers"]) == "3"
    assert value(found["bind"]) == "['127.0.0.1:1', '127.0.0.1:2']"
    assert (value(found["preload_app"]), value(found["loglevel"])) == ("True", "debug")


@pytest.mark.ours("Gunicorn reads no TOML")
@pytest.mark.parametrize("text, says", [
    ("timeout = 30\nworkes = 3\n", [r"m\.toml:2", "workes", r"\bworkers\b"]),
    ("workers = 'many'\n", [r"m\.toml:1", "workers", "many"]),
    ("\n\nworkers = -3\n", [r"m\.toml:3", "workers", "-3"]),
    ("worker_class = 'gthred'\n", [r"m\.toml:1", "worker_class", "gthred", "gthread"]),
    ("loglevel = 'verbos'\n", [r"m\.toml:1", "loglevel", "verbos"]),
    ("workers = \n", [r"m\.toml:1"]),
    ("[serve\n", [r"m\.toml:1"]),
])
def test_bad_toml_is_refused_by_file_line_key_and_value(run, file, text, says):
    ended = run(*file(text, "m.toml"), "hello:app")
    assert ended.returncode == 1
    for pattern in says:
        assert re.search(pattern, ended.stderr), ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.ours("Gunicorn does not tell")
def test_print_config_tells_where_values_come_from(run, server, file):
    ended = run(*file("timeout = 7\n", "m.toml"), "--print-config", "--threads", "3", "hello:app", cwd=server.apps,
                env={"WEB_CONCURRENCY": "2", "GUNICORN_CMD_ARGS": "--backlog 99"})
    lines = {line.split()[0]: line for line in ended.stdout.splitlines() if line.strip()}
    for name, origin in {"timeout": "m.toml:1", "threads": "--threads", "workers": "WEB_CONCURRENCY",
                         "backlog": "GUNICORN_CMD_ARGS", "keepalive": "default"}.items():
        assert origin in lines[name]


@pytest.mark.ours("Gunicorn says nothing")
def test_name_that_reads_like_a_setting_is_pointed_at(run, server, file):
    config = file("log_level = 'debug'\nWORKERS = 2\nMax_Request = 10\nmax_requests = Max_Request\nbinds = print\n")
    checked = run(*config, "--check-config", "hello:app", cwd=server.apps)
    assert checked.returncode == 0
    assert re.search(r"^Warning: .*config\.py: log_level is no setting", checked.stderr, re.MULTILINE)
    running = server("hello:app", *config)
    running.wait_for_line(r"WARNING.*config\.py: log_level is no setting and has no effect \(did you mean loglevel\?\)")
    running.wait_for_line(r"WARNING.*config\.py: WORKERS is no setting and has no effect \(did you mean workers\?\)")
    running.stop()
    assert not running.err.matches(r"(Max_Request|binds) is no setting")


@pytest.mark.ours("Gunicorn shows where the import was tried")
def test_config_module_that_is_missing_is_told_in_one_sentence(run, target):
    ended = run(*target.defaults, "-c", "python:nowhere.conf", "hello:app")
    assert ended.returncode == 1
    assert ended.stderr.startswith("Failed to read config file: no module named 'nowhere' in ")


@pytest.mark.ours("it prints no settings in such an order")
def test_print_config_into_a_full_disk_fails(run, target):
    ended = run(command=["sh", "-c", '"$@" > /dev/full', "sh", *target.command, "--print-config", "hello:app"])
    assert (ended.returncode, ended.stderr) == (1, "Error: standard output: write: No space left on device\n")


def test_environment_of_the_application_can_be_set(server):
    running = server("environ_of_process:app", "-e", "MONOCEROS_COLOUR=blue", "--env", "MONOCEROS_EMPTY=")
    assert running.get("/MONOCEROS_COLOUR").body == b"blue"
    assert running.get("/MONOCEROS_EMPTY").body == b""


def test_chdir_is_where_the_application_lives(server, launch, tmp_path):
    running = launch("-b", "127.0.0.1:0", "--chdir", server.apps, "environ_of_process:app").await_ready()
    assert running.get("/cwd").body == os.fsencode(server.apps)


def test_pythonpath_is_searched_last_entry_first(server, tmp_path):
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "where.py").write_text(
            f"def app(e, s):\n    s('200 OK', [('Content-Type', 'text/plain')])\n    return [b'{folder}']\n"
        )
    assert server("where:app", "--pythonpath", f"{tmp_path}/one,{tmp_path}/two").get().body == b"two"


def test_pythonpath_starts_in_chdir(launch, tmp_path):
    for folder, said in (("lib", b"start"), ("site/lib", b"chdir")):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "where.py").write_text(
            f"def app(e, s):\n    s('200 OK', [('Content-Type', 'text/plain')])\n    return [{said!r}]\n"
        )
    running = launch("-b", "127.0.0.1:0", "--chdir", tmp_path / "site", "--pythonpath", "lib", "where:app")
    assert running.await_ready().get().body == b"chdir"


def test_check_config_loads_the_application(run, target, server):
    good = run(*target.defaults, "--check-config", "hello:app", cwd=server.apps)
    assert (good.returncode, good.stdout) == (0, "")
    bad = run(*target.defaults, "--check-config", "import_error:app", cwd=server.apps)
    assert bad.returncode == 1
    assert "a_module_that_is_not_there" in bad.stderr


@pytest.mark.differs("Gunicorn finds out when it starts")
@pytest.mark.parametrize("options, says", [
    (("--bind", "localhost:http"), "'http' is not a valid port"),
    (("--bind", "http://localhost:8000"), "write it without http://"),
    (("--bind", "8000"), "lacks the colon of a port, as in ':8000'"),
    (("-k", "nowhere.Worker"), "nowhere"),
    (("--log-syslog", "--log-syslog-to", "somewhere"), "somewhere"),
])
def test_check_config_finds_what_would_keep_the_server_from_starting(run, target, server, options, says):
    ended = run(*target.defaults, "--check-config", *options, "hello:app", cwd=server.apps)
    assert ended.returncode == 1
    assert says in ended.stderr


@pytest.mark.ours("it is a setting of ours")
def test_file_mode_that_lacks_its_prefix_is_refused(run):
    ended = run("--unix-socket-mode", "660", "--check-config", "hello:app")
    assert ended.returncode == 1
    assert "660 is 0o1224, and file modes end at 0o777" in ended.stderr


@pytest.mark.ours("it is about our name")
def test_link_named_gunicorn_is_the_same(run, target, tmp_path):
    link = tmp_path / "gunicorn"
    link.symlink_to(target.command[0])
    assert run("--version", command=[link]).stdout == run("--version").stdout


@pytest.mark.parametrize("flag", ["--preload", "--no-sendfile"])
def test_flags_stand_alone(server, flag):
    assert server("hello:app", flag).get().status == 200


def test_workers_may_have_a_socket_each(server):
    running = server("hello:app", "--reuse-port", "-w", "2", bind=f"127.0.0.1:{free_port()}", ready=False)
    running.wait_for_line(r"Booting worker", count=2)
    running.address = ("127.0.0.1", int(running.command[running.command.index("-b") + 1].split(":")[1]))
    eventually(lambda: can_connect(running), what="a worker listening")
    assert running.get().status == 200


def can_connect(server):
    try:
        server.connect().close()
        return True
    except ConnectionRefusedError:
        return False
