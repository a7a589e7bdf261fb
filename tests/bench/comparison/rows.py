"""The rows of the comparison: which application, asked how."""

from dataclasses import dataclass, field

from comparison import yardsticks
from surroundings import P256, RSA

BROWSER = {
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "de,en-US;q=0.7,en;q=0.3",
    "Accept-Encoding": "gzip, deflate, br, zstd",
    "Referer": "https://www.example.com/a/page?with=query",
    "Cookie": "session=eyJ1c2VyIjoxMjN9.aBcDeF.0123456789abcdefghij; csrftoken=abcdefghijklmnopqrstuvwxyz012345",
    "Upgrade-Insecure-Requests": "1",
    "Sec-Fetch-Dest": "document",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Site": "same-origin",
    "Sec-Fetch-User": "?1",
    "Priority": "u=0, i",
}
# What a chain of proxies adds to it.
FORWARDED = {f"X-Trace-{i:02}": f"value-{i:02}-0123456789abcdef" for i in range(18)}


@dataclass(frozen=True)
class Row:
    name: str
    title: str
    app: str = "wsgi:hello"
    target: str = "/"
    version: str = "HTTP/1.1"
    headers: dict = field(default_factory=dict)
    body: bytes = b""
    chunk: int = 0  # bytes of the body in each of its chunks; 0: it has a length
    connections: int = 64
    depth: int = 1  # requests sent at once on a connection
    workers: int = 1
    threads: int = 1
    tls: tuple = ()  # the kind of key
    resumes: bool = True  # its sessions: wrk does so wherever it may
    socket: bool = False  # a unix socket behind nginx
    idle: int = 0  # connections that have asked once and wait
    rate: int = 0  # of the open-loop generator, per second; it asks a unix socket itself; 0: not asked
    peers: tuple = ()  # the beginnings of their names; empty: all
    yardstick: object = None  # of yardsticks.py

    def request(self):
        lines = [f"{'POST' if self.body else 'GET'} {self.target} {self.version}", "Host: 127.0.0.1"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        if self.body:
            lines.append("Transfer-Encoding: chunked" if self.chunk else f"Content-Length: {len(self.body)}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode() + (self._chunks() if self.chunk else self.body)

    def _chunks(self):
        pieces = [self.body[at:at + self.chunk] for at in range(0, len(self.body), self.chunk)]
        return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in [*pieces, b""])


_JSON = b'{"items": [' + b",".join(b'{"id": %d, "name": "item %d", "price": %d.5}' % (i, i, i) for i in range(88)) + b"]}"
_CSV = b"".join(b"%d,an item of the list,%d.50,in stock\n" % (i, i) for i in range(100_000))
_THREADED = ("Monoceros", "Gunicorn gthread", "uWSGI http11", "Granian", "waitress", "cheroot")

ROWS = [
    Row("hello", "Hello, kept connections", rate=4000),
    # Some do not say that they will close a connection of HTTP/1.1, and wrk takes the end for an error.
    Row("close", "Hello, a connection each", version="HTTP/1.0", headers={"Connection": "close"},
        rate=2000),
    Row("pipelined", "Hello, 16 requests at once", depth=16),
    Row("browser", "Hello, a browser's 13 fields", headers=BROWSER, rate=4000),
    Row("fields30", "Hello, 30 fields", headers={**BROWSER, **FORWARDED}),
    Row("workers2", "Hello, two workers", workers=2),
    Row("kib10", "10 KiB", app="wsgi:kib10", rate=4000),
    Row("items", "100 KiB in a list of 100", app="wsgi:items", connections=16,
        peers=("Monoceros", "Gunicorn gthread", "bjoern", "FastPySGI", "uWSGI http11", "Granian")),
    Row("rows", "1,000 lines of CSV from a generator", app="wsgi:rows", connections=16,
        peers=("Monoceros", "Gunicorn gthread", "bjoern", "FastPySGI", "uWSGI http11", "Granian")),
    Row("mib1", "1 MiB", app="wsgi:mib1", connections=16, rate=300),
    Row("file", "1 MiB by wsgi.file_wrapper", app="wsgi:file", connections=16, rate=300),
    Row("json", "JSON of 4 KiB in, a little out", app="wsgi:json_echo", headers={"Content-Type": "application/json"},
        body=_JSON, rate=3000),
    Row("upload", "25 MB in", app="wsgi:upload", body=b"x" * 25_000_000, connections=4),
    # As many clients send what they do not know the size of. uWSGI gives the application nothing of it.
    Row("chunks", "1 MB in, in chunks of 8 KiB", app="wsgi:chunks", body=b"x" * 1_000_000, chunk=8192, connections=16,
        peers=("Monoceros", "Gunicorn", "bjoern", "FastPySGI", "Granian", "waitress", "cheroot")),
    # To Granian all of it is one line.
    Row("lines", "4 MB of CSV in, read by lines", app="wsgi:lines", body=_CSV, connections=4,
        peers=("Monoceros", "Gunicorn gthread", "bjoern", "FastPySGI", "uWSGI http11")),
    Row("flask", "Flask, hello", app="flask_site:app", rate=1000, yardstick=yardsticks.importing),
    Row("flask4", "Flask, hello, four workers", app="flask_site:app", workers=4),
    Row("flask_page", "Flask, template over 20 rows of SQLite", app="flask_site:app", target="/notes", rate=200),
    # Work enough that the generator, who shares the two processors, hardly counts.
    Row("pages2", "The same page, two workers", app="flask_site:app", target="/notes", workers=2,
        yardstick=yardsticks.half, peers=("Monoceros", "Gunicorn sync", "bjoern", "FastPySGI", "uWSGI http11", "Granian")),
    Row("django", "Django, template over 20 objects", app="django_site:app", rate=100),
    Row("nap1", "10 ms of waiting, 1 thread", app="wsgi:nap", threads=1, connections=2,
        peers=_THREADED[:1] + _THREADED[2:4], yardstick=yardsticks.waiting),
    Row("nap8", "10 ms of waiting, 8 threads", app="wsgi:nap", threads=8, connections=16, peers=_THREADED,
        yardstick=yardsticks.waiting),
    Row("nap64", "10 ms of waiting, 64 threads", app="wsgi:nap", threads=64, connections=128, peers=_THREADED,
        yardstick=yardsticks.waiting),
    Row("tls", "Hello over TLS, kept connections", tls=P256),
    Row("tls_kib10", "10 KiB over TLS, kept connections", app="wsgi:kib10", tls=P256),
    Row("tls_resumed", "Hello over TLS, a connection each that resumes a session", tls=P256,
        headers={"Connection": "close"}, connections=16),
    Row("tls_close", "Hello over TLS, a whole handshake each, P-256", tls=P256, resumes=False, connections=16),
    Row("tls_rsa", "Hello over TLS, a whole handshake each, RSA of 2048 bits", tls=RSA, resumes=False, connections=16),
    Row("idle", "Hello beside 10,000 idle connections", idle=10_000, rate=1000,
        peers=("Monoceros", "Gunicorn gthread", "bjoern", "FastPySGI", "Granian", "waitress", "cheroot")),
    Row("nginx", "Hello behind nginx, unix socket", socket=True, connections=32, rate=4000),
]
