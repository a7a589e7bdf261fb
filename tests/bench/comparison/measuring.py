"""One measurement: a server is started, warmed, loaded, counted and stopped."""

import contextlib
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from comparison import accounting, generators
from comparison.peers import BENCH, Setup
from surroundings import certificate, free_port

SERVER, CLIENT = ("taskset", "-c", "0"), ("taskset", "-c", "1")
_NGINX = """
daemon off; worker_processes 1; error_log /dev/null; pid {folder}/nginx.pid;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder};
  upstream server {{ server unix:{socket}; keepalive 64; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{ proxy_pass http://server; proxy_http_version 1.1; proxy_set_header Connection ""; }}
  }}
}}
"""


@dataclass
class Figures:
    per_second: float
    microseconds: float  # of processor time, an answer
    p99: float  # microseconds, every connection busy
    errors: int
    megabytes: float
    first: float  # milliseconds from its start to its first answer, or to where it listens (TLS)
    open_p50: float = 0
    open_p99: float = 0
    open_p999: float = 0
    at_once: float = 0  # connections that were being served at a time; 0: not known

    def as_dict(self):
        return asdict(self)


def await_answer(process, setup):
    """Returns when a request is answered (any path will do: a 404 is an answer); with TLS, when somebody listens."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise generators.Failed(f"the server ended with status {process.returncode}")
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX if setup.socket else socket.AF_INET) as client:
            client.settimeout(10)
            client.connect(setup.socket or ("127.0.0.1", setup.port))
            if setup.tls:
                return
            client.sendall(b"GET /first HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
            if client.recv(4096):
                return
        time.sleep(0.001)
    raise generators.Failed("the server does not answer")


@contextlib.contextmanager
def running(words, environment, pin=SERVER):
    """Its output goes through a pipe, as in a container, to somebody who throws it away."""
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as drain:
        process = subprocess.Popen([*pin, *(str(word) for word in words)], stdin=subprocess.DEVNULL, stdout=drain.stdin,
                                   stderr=drain.stdin, env=environment, start_new_session=True)
        drain.stdin.close()
        try:
            yield process
        finally:
            members = accounting.family(process.pid)
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                pass
            for pid in members:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            process.wait()


@contextlib.contextmanager
def idle_clients(port, count):
    """Connections that have asked once."""
    with contextlib.ExitStack() as stack:
        clients = []
        for _ in range(count):
            client = stack.enter_context(socket.create_connection(("127.0.0.1", port), 10))
            client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            client.recv(4096)
            clients.append(client)
        yield clients


def has_ended(client):
    client.setblocking(False)
    try:
        return client.recv(1) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def allow_descriptors():
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(hard, 1 << 16), max(hard, 1 << 16)))


def measure(peer, row, seconds, programs):
    """Figures, or None where the peer has nothing of the kind."""
    with tempfile.TemporaryDirectory(prefix="bench") as folder, contextlib.ExitStack() as stack:
        setup = Setup(row.app, free_port(), row.workers, row.threads, certificate(folder, row.tls) if row.tls else (),
                      os.path.join(folder, "socket") if row.socket else "")
        words = peer.command(setup)
        if words is None:
            return None
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(BENCH / "apps"), "PYTHONDONTWRITEBYTECODE": "1"}
        pin = SERVER if row.workers == 1 else ()
        begun = time.monotonic()
        process = stack.enter_context(running(words, environment, pin))
        await_answer(process, setup)
        first = (time.monotonic() - begun) * 1000
        port = setup.port
        if row.socket:
            os.chmod(setup.socket, 0o777)
            configuration = Path(folder, "nginx.conf")
            configuration.write_text(_NGINX.format(folder=folder, socket=setup.socket, port=port))
            proxy = stack.enter_context(running(["nginx", "-p", folder, "-c", configuration], environment, CLIENT))
            await_answer(proxy, Setup(row.app, port))
        address = f"{'https' if row.tls else 'http'}://127.0.0.1:{port}"
        idle = stack.enter_context(idle_clients(port, row.idle))
        load = generators.wrk if row.resumes else generators.ab
        load(row, address, 1, folder, CLIENT)  # to warm it
        members = accounting.family(process.pid)
        before = accounting.processor_seconds(members)
        outcome = load(row, address, seconds, folder, CLIENT)
        used = accounting.processor_seconds(members) - before
        if not outcome.answers:
            raise generators.Failed(f"no answer, {outcome.errors} errors")
        figures = Figures(outcome.answers / outcome.seconds, used / outcome.answers * 1e6, outcome.p99, outcome.errors,
                          accounting.pss_megabytes(members), first, at_once=outcome.at_once)
        if row.rate:
            accounting.await_rest(members)  # until what wrk left unanswered is done: it would stand in front
            latency = generators.open_loop(programs / "bench_open_loop", row, setup.socket or port, seconds, folder,
                                           CLIENT)
            figures.open_p50, figures.open_p99, figures.open_p999 = latency.p50, latency.p99, latency.p999
            figures.errors += latency.errors
        figures.errors += sum(map(has_ended, idle))
        return figures


def complain(peer, row, error):
    print(f"  {row.name}: {peer.name}: {str(error).strip().splitlines()[-1] if str(error).strip() else error!r}",
          file=sys.stderr, flush=True)
