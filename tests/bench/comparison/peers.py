"""The servers that are compared, each as its own documentation would have it for one core a worker."""

import sys
from dataclasses import dataclass, field
from pathlib import Path

BENCH = Path(__file__).resolve().parents[1]
BIN = Path(sys.prefix, "bin")


@dataclass(frozen=True)
class Setup:
    """What a row asks of a server."""

    app: str
    port: int
    workers: int = 1
    threads: int = 1
    tls: tuple = ()  # (certificate, key)
    socket: str = ""  # a unix socket instead of the port


@dataclass(frozen=True)
class Peer:
    name: str
    command: object  # Setup -> words, or None where the peer has no such thing
    package: str = ""  # of the package index; its version goes into the report
    persists: bool = True  # keeps connections between requests
    only: frozenset = field(default_factory=frozenset)  # of rows; empty: all


def monoceros(binary, site, *more):
    def command(setup):
        words = [binary, "--chdir", BENCH / "apps", "-w", setup.workers, *more,
                 "-b", f"unix:{setup.socket}" if setup.socket else f"127.0.0.1:{setup.port}"]
        if setup.threads > 1:
            words += ["-k", "gthread", "--threads", setup.threads]
        if setup.tls:
            words += ["--certfile", setup.tls[0], "--keyfile", setup.tls[1]]
        return [*words, "--pythonpath", site, setup.app]

    return command


def gunicorn(*more):
    def command(setup):
        words = [BIN / "gunicorn", "--chdir", BENCH / "apps", "-w", setup.workers, *more,
                 "-b", f"unix:{setup.socket}" if setup.socket else f"127.0.0.1:{setup.port}"]
        if setup.threads > 1:
            words += ["--threads", setup.threads]
        if setup.tls:
            words += ["--certfile", setup.tls[0], "--keyfile", setup.tls[1]]
        return [*words, setup.app]

    return command


def uwsgi(option):
    def command(setup):
        if setup.tls or (setup.socket and option != "--http-socket"):
            return None
        words = [BIN / "uwsgi", "--master", "--need-app", "--disable-logging", "--die-on-term", "--listen", 128,
                 "--chdir", BENCH / "apps", "--processes", setup.workers, "--module", setup.app, "--buffer-size", 32768,
                 option, setup.socket or f"127.0.0.1:{setup.port}"]
        if option == "--http":
            words += ["--http-keepalive"]
        if setup.threads > 1:
            words += ["--threads", setup.threads, "--enable-threads"]
        return words

    return command


def granian(setup):
    if setup.socket:
        return None
    words = [BIN / "granian", "--interface", "wsgi", "--no-ws", "--working-dir", BENCH / "apps", "--host", "127.0.0.1",
             "--port", setup.port, "--workers", setup.workers, "--blocking-threads", setup.threads, setup.app]
    return words + (["--ssl-certificate", setup.tls[0], "--ssl-keyfile", setup.tls[1]] if setup.tls else [])


def waitress(setup):
    if setup.workers > 1 or setup.tls:
        return None
    place = f"--unix-socket={setup.socket}" if setup.socket else f"--listen=127.0.0.1:{setup.port}"
    return [BIN / "waitress-serve", place, f"--threads={max(setup.threads, 4)}", "--connection-limit=20000", setup.app]


def by_script(name):
    """Servers without a command of their own: apps/serve_NAME.py PORT APP WORKERS THREADS SOCKET."""

    def command(setup):
        script = BENCH / "apps" / f"serve_{name}.py"
        if setup.tls or (setup.workers > 1 and name == "cheroot") or (setup.socket and name == "fastpysgi"):
            return None
        return [BIN / "python", script, setup.port, setup.app, setup.workers, setup.threads, setup.socket]

    return command


def program(path):
    return lambda setup: None if setup.tls or setup.socket or setup.workers > 1 else [path, setup.port]


_MANY = ("--worker-connections", 20_000, "--keep-alive", 75)  # what the row of idle connections needs


def everybody(binary, site, programs):
    return [
        Peer("bare epoll loop", program(programs / "bench_bare_loop"), only=frozenset({"hello", "browser"})),
        Peer("our core alone", program(programs / "bench_core_alone"), only=frozenset({"hello", "browser", "pipelined"})),
        Peer("Monoceros", monoceros(binary, site, *_MANY)),
        Peer("Monoceros, access log", monoceros(binary, site, *_MANY, "--access-logfile", "-")),
        Peer("Monoceros, --no-request-buffering", monoceros(binary, site, *_MANY, "--no-request-buffering"),
             only=frozenset({"upload"})),
        Peer("Monoceros, --preload", monoceros(binary, site, *_MANY, "--preload"), only=frozenset({"flask4"})),
        Peer("Monoceros, one worker", monoceros(binary, site, *_MANY, "-w", 1), only=frozenset({"pages2"})),
        Peer("Gunicorn sync", gunicorn("-k", "sync"), "gunicorn", persists=False),
        Peer("Gunicorn sync, --preload", gunicorn("-k", "sync", "--preload"), "gunicorn", persists=False,
             only=frozenset({"flask4"})),
        Peer("Gunicorn gthread", gunicorn("-k", "gthread", "--threads", 4, *_MANY), "gunicorn"),
        Peer("uWSGI http-socket", uwsgi("--http-socket"), "uWSGI", persists=False),
        Peer("uWSGI http", uwsgi("--http"), "uWSGI"),
        Peer("uWSGI http11-socket", uwsgi("--http11-socket"), "uWSGI"),
        Peer("bjoern", by_script("bjoern"), "bjoern"),
        Peer("FastPySGI", by_script("fastpysgi"), "fastpysgi"),
        Peer("Granian", granian, "granian"),
        Peer("waitress", waitress, "waitress"),
        Peer("cheroot", by_script("cheroot"), "cheroot"),
    ]
