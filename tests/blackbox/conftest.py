"""Fixtures of the black-box tests.

    pytest tests/blackbox                         against the binary built last
    pytest tests/blackbox --binary build/asan/monoceros
    pytest tests/blackbox --against=gunicorn      against Gunicorn: a test that fails there too is a bad test
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from harness import aftermath, target as targets
from harness.server import SANITIZER_OPTIONS, Server
from harness.tls import LOCALHOST, Authority, TlsConnection


def pytest_addoption(parser):
    parser.addoption("--binary", help="the monoceros to test; default: the one built last")
    rounds = os.environ.get("MONOCEROS_TEST_ROUNDS", "short")
    parser.addoption("--rounds", choices=("short", "full"), default=rounds, help="how long tests under load last")
    parser.addoption("--against", choices=("monoceros", "gunicorn"), default="monoceros")


def pytest_configure(config):
    config.addinivalue_line("markers", "differs(reason, hangs=False, sometimes=False): meant to be otherwise than in Gunicorn")
    config.addinivalue_line("markers", "ours(reason): Gunicorn has no such thing")


def pytest_collection_modifyitems(config, items):
    if config.getoption("--against") != "gunicorn":
        return
    for item in items:
        if mark := item.get_closest_marker("ours"):
            item.add_marker(pytest.mark.skip(reason=mark.args[0]))
        if mark := item.get_closest_marker("differs"):
            hangs = mark.kwargs.get("hangs", False)
            always = not mark.kwargs.get("sometimes", False)
            item.add_marker(pytest.mark.xfail(reason=mark.args[0], run=not hangs, strict=always))


_passed = pytest.StashKey[bool]()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if report.when == "call":
        item.stash[_passed] = report.passed


@pytest.fixture
def reachable(tmp_path):
    """tmp_path, where other users get at it, and at the applications: folders of tests, and checkouts among temporary
    files, are closed to them."""
    temporary = Path(tempfile.gettempdir())
    for path in (tmp_path, targets.ROOT):
        for folder in (path, *path.parents):
            if folder.is_relative_to(temporary) and folder.owner() == "root":
                folder.chmod(folder.stat().st_mode | 0o711)
    return tmp_path


@pytest.fixture(scope="session")
def target(request):
    if request.config.getoption("--against") == "gunicorn":
        return targets.gunicorn(Path(sys.executable).parents[1])
    binary = request.config.getoption("--binary") or targets.newest_binary()
    assert binary, "no build/*/monoceros: build one with ci/build, or use --against=gunicorn"
    return targets.monoceros(Path(binary).resolve())


@pytest.fixture(scope="session")
def packages():
    """Builds, or finds, a folder with the packages of requirements files: packages("tests/apps/requirements.txt")."""

    def build(*requirements):
        output = subprocess.run(
            [targets.ROOT / "ci" / "packages", *requirements], cwd=targets.ROOT, check=True, stdout=subprocess.PIPE
        )
        return output.stdout.decode().strip()

    return build


@pytest.fixture(scope="session")
def environment():
    """A minimal environment: what the tests' own shell exports must not configure the server."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, **SANITIZER_OPTIONS, "PYTHONDONTWRITEBYTECODE": "1"}


def overlaid(environment, changes):
    """The environment with changes made; a variable changed to None is taken away."""
    return {name: value for name, value in {**environment, **(changes or {})}.items() if value is not None}


@pytest.fixture
def launch(request, target, environment, tmp_path):
    """Starts the target with exactly these arguments and does not wait; afterwards everything must be clean."""
    servers = []

    def start(*arguments, env=None, prefix=(), program=None, bare=False, workers=1, cwd=tmp_path, **popen):
        defaults = () if bare else target.defaults
        command = [*prefix, *([program] if program else target.command), *defaults, *arguments]
        servers.append(Server(command, overlaid(environment, env), cwd, workers, **popen))
        return servers[-1]

    yield start
    problems = [problem for server in servers for problem in aftermath.examine(server)]
    for server in servers:
        print(f"$ {' '.join(map(str, server.command))}", *(server.err.lines if server.err else ()), sep="\n")
    if request.node.stash.get(_passed, False) and problems:
        pytest.fail("\n".join(problems), pytrace=False)
    print(*problems, sep="\n")  # the test has failed already; this may tell why


@pytest.fixture
def server(launch):
    """Starts an application of tests/apps on a free port and waits until it serves: server("hello:app", "-w", "2")."""

    def start(app, *options, bind="127.0.0.1:0", workers=None, ready=True, **how):
        arguments = ["--pythonpath", targets.APPS, *options, app]
        if bind:
            arguments[:0] = ["-b", bind]
        process = launch(*arguments, workers=workers or _workers(options), **how)
        return process.await_ready() if ready else process

    start.apps = targets.APPS
    return start


def _workers(options):
    for flag in ("-w", "--workers"):
        if flag in options:
            return int(options[options.index(flag) + 1])
    return 1


@pytest.fixture
def record(tmp_path):
    """A file for an application to write to (harness.record)."""
    return tmp_path / "record"


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def pair(authority):
    """The certificate of localhost, with its key."""
    return authority.issue("server", LOCALHOST)


@pytest.fixture
def https(server, pair):
    """As `server`, with the certificate of localhost or another: https("hello:app", "-w", "2")."""

    def start(app, *options, with_pair=pair, **how):
        return server(app, *with_pair.options, *options, **how)

    return start


@pytest.fixture
def connect(authority):
    """A TLS connection to a server: connect(server, ssl.TLSVersion.TLSv1_2); what else a client may want by name."""
    connections = []

    def open_connection(process, version=None, host="localhost", session=None, context=None, **of_context):
        context = context or authority.context(version, **of_context)
        connections.append(TlsConnection(process.address, context, host, session=session))
        return connections[-1]

    yield open_connection
    for connection in connections:
        connection.close()


@pytest.fixture
def run(target, environment, tmp_path):
    """Runs the target, or another command, to its end: run("--version").stdout."""

    def finish(*arguments, env=None, command=None, input="", cwd=tmp_path, timeout=60):
        return subprocess.run(
            [str(word) for word in [*(command or target.command), *arguments]],
            env=overlaid(environment, env),
            cwd=cwd,
            timeout=timeout,
            text=True,
            input=input,
            capture_output=True,
        )

    return finish
