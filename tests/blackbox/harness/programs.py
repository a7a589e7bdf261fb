"""Programs of others that meet the server: proxies in front of it, started and ended here, and clients."""

import os
import shutil
import socket
import subprocess

from harness.patience import LATER, SOON, eventually


def installed(name):
    """The path of a program; one that is missing fails the test, and says who installs it."""
    found = shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin:/sbin")
    assert found, f"{name} is not installed: ci/setup_tests installs it"
    return found


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def client(*words, timeout=SOON * 3, good=(0,), **environment):
    """Runs a client to its end and returns what it wrote."""
    ended = subprocess.run(
        [installed(words[0]), *map(str, words[1:])], capture_output=True, text=True, timeout=timeout,
        env={"PATH": os.environ["PATH"], "LANG": "C", **environment}, stdin=subprocess.DEVNULL,
    )
    output = ended.stdout + ended.stderr
    assert ended.returncode in good, f"{words}: exit status {ended.returncode}\n{output}"
    return output


class Proxy:
    """A program that listens on `port`; its messages are in the file `log`."""

    def __init__(self, folder, port, command):
        self.address = ("127.0.0.1", port)
        self.log = folder / "proxy.log"
        with open(self.log, "w") as log:
            self._process = subprocess.Popen(
                [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        eventually(self._listens, SOON, f"{command[0]} at port {port}")

    def _listens(self):
        assert self._process.poll() is None, self.log.read_text()
        try:
            socket.create_connection(self.address).close()
            return True
        except OSError:
            return False

    def stop(self):
        self._process.terminate()
        try:
            self._process.wait(LATER)
        finally:
            self._process.kill()
            self._process.wait()


_NGINX = """
load_module /usr/lib/nginx/modules/ngx_stream_module.so;
{user}
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 512; }}
http {{
  access_log off;
  client_max_body_size 0;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  upstream application {{ server {server}; keepalive 8; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://application;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto {scheme};
      {options}
    }}
  }}
}}
{stream}
"""

_NGINX_STREAM = """
stream {{
  server {{ listen 127.0.0.1:{port}; proxy_pass {server}; {options} }}
}}
"""


def _of_nginx(address):
    return f"unix:{address}" if isinstance(address, str) else "{}:{}".format(*address)


def nginx(folder, address, *options, scheme="$scheme"):
    """nginx as an HTTP proxy that keeps its connections to the server, as its own and Gunicorn's documentation have it."""
    settings = " ".join(f"{option};" for option in options)
    return _nginx(folder, server=_of_nginx(address), options=settings, scheme=scheme)


def nginx_stream(folder, address, *options):
    """nginx passing on bytes."""
    port = free_port()
    stream = _NGINX_STREAM.format(
        port=port, server=_of_nginx(address), options=" ".join(f"{option};" for option in options)
    )
    return _nginx(folder, server="127.0.0.1:9", stream=stream, port_to_await=port)


def _nginx(folder, port_to_await=None, options="", stream="", scheme="$scheme", **parts):
    folder.mkdir()
    port = free_port()
    user = "user root;" if os.getuid() == 0 else ""
    text = _NGINX.format(folder=folder, port=port, user=user, options=options, stream=stream, scheme=scheme, **parts)
    (folder / "nginx.conf").write_text(text)
    command = [installed("nginx"), "-p", folder, "-c", folder / "nginx.conf", "-e", "stderr"]
    return Proxy(folder, port_to_await or port, command)


_HAPROXY = """
global
  maxconn 500
defaults
  mode {mode}
  timeout connect 5s
  timeout client 30s
  timeout server 30s
  retries 3
frontend clients
  bind 127.0.0.1:{port}
  default_backend application
backend application
  {options}
  server one {server} {per_server}
"""


def haproxy(folder, address, *options, mode="http", per_server=""):
    folder.mkdir()
    port = free_port()
    server = f"unix@{address}" if isinstance(address, str) else "{}:{}".format(*address)
    (folder / "haproxy.cfg").write_text(
        _HAPROXY.format(port=port, mode=mode, server=server, per_server=per_server, options="\n  ".join(options))
    )
    return Proxy(folder, port, [installed("haproxy"), "-db", "-f", folder / "haproxy.cfg"])
