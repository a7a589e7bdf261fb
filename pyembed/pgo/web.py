"""Requests as a framework sees them: environ, routing, middleware, sessions, forms, templates, responses."""

import base64
import datetime
import hashlib
import hmac
import html
import http.cookies
import io
import json
import re
import secrets
import urllib.parse
from email.utils import formatdate

ENVIRON = {
    "REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": "/", "QUERY_STRING": "", "SERVER_NAME": "localhost",
    "SERVER_PORT": "8000", "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.version": (1, 0), "wsgi.url_scheme": "http",
    "wsgi.multithread": True, "wsgi.multiprocess": True, "wsgi.run_once": False, "HTTP_HOST": "shop.example",
    "HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64)", "HTTP_ACCEPT": "text/html,application/json;q=0.9,*/*;q=0.8",
    "HTTP_ACCEPT_LANGUAGE": "de-DE,de;q=0.9,en;q=0.5", "HTTP_COOKIE": "theme=dark; session=abc.def",
}
REQUESTS = [("GET", f"/shop/{i % 7}/item/{i}", f"page={i}&q=a+b%C3%A4&tag=x&tag=y") for i in range(40)]
KEY = b"a secret of thirty-two bytes....."


class Route:
    def __init__(self, pattern, view):
        names = re.sub(r"<int:(\w+)>", r"(?P<\1>[0-9]+)", pattern)
        self.match = re.compile(names + "$").match
        self.view = view


class Request:
    def __init__(self, environ):
        self.environ = environ
        self._query = None

    @property
    def path(self):
        return self.environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")

    @property
    def query(self):
        if self._query is None:
            self._query = urllib.parse.parse_qs(self.environ["QUERY_STRING"], keep_blank_values=True)
        return self._query

    @property
    def cookies(self):
        return {name: morsel.value for name, morsel in http.cookies.SimpleCookie(self.environ["HTTP_COOKIE"]).items()}


class Response:
    def __init__(self, body, status="200 OK", content_type="text/html; charset=utf-8"):
        self.body = body if isinstance(body, bytes) else body.encode("utf-8")
        self.status = status
        self.headers = {"Content-Type": content_type, "Content-Length": str(len(self.body))}

    def __call__(self, environ, start_response):
        start_response(self.status, list(self.headers.items()))
        return [self.body]


def sign(value):
    mac = hmac.new(KEY, value, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(value).rstrip(b"=") + b"." + base64.urlsafe_b64encode(mac).rstrip(b"=")


def unsign(token):
    value, _, mac = token.partition(b".")
    value = base64.urlsafe_b64decode(value + b"=" * (-len(value) % 4))
    expected = base64.urlsafe_b64encode(hmac.new(KEY, value, hashlib.sha256).digest()).rstrip(b"=")
    if not hmac.compare_digest(mac, expected):
        raise ValueError("bad signature")
    return value


class Template:
    """Compiled to a function, as the usual engines do."""

    TOKEN = re.compile(r"\{\{\s*(.*?)\s*\}\}|\{%\s*(.*?)\s*%\}", re.S)

    def __init__(self, source):
        lines, indent, position = ["def render(context, escape, out):"], 1, 0
        for match in self.TOKEN.finditer(source):
            lines.append("    " * indent + f"out({source[position:match.start()]!r})")
            position = match.end()
            expression, statement = match.groups()
            if expression is not None:
                name, *filters = [part.strip() for part in expression.split("|")]
                lines.append("    " * indent + f"out(escape(str({self._lookup(name)})){''.join('.' + f + '()' for f in filters)})")
            elif statement.startswith("end"):
                indent -= 1
            else:
                lines.append("    " * indent + self._statement(statement) + ":")
                indent += 1
        lines.append("    " * indent + f"out({source[position:]!r})")
        space = {}
        exec("\n".join(lines), space)
        self._render = space["render"]

    @staticmethod
    def _lookup(name):
        first, *rest = name.split(".")
        return f"context[{first!r}]" + "".join(f"[{part!r}]" for part in rest)

    def _statement(self, statement):
        if statement.startswith("for "):
            _, name, _, source = statement.split()
            return f"for context[{name!r}] in {self._lookup(source)}"
        return f"if {self._lookup(statement[3:])}"

    def render(self, **context):
        out = []
        self._render(context, html.escape, out.append)
        return "".join(out)


PAGE = """<!doctype html><title>{{ title }}</title><ul>
{% for item in items %}<li class="{{ item.kind|lower }}">{{ item.name }}: {{ item.price }}
{% if item.sale %}<b>{{ item.sale }}</b>{% endif %}</li>{% endfor %}</ul>"""
TEMPLATE = Template(PAGE)
ITEMS = [{"name": f"Größe <{i}>", "kind": "Shoe", "price": f"{i * 1.5:.2f} €", "sale": i % 3} for i in range(30)]


def listing(request, shop, item):
    return Response(TEMPLATE.render(title=f"Shop {shop} & {item}", items=ITEMS))


def api(request, item):
    return Response(json.dumps({"item": int(item), "query": request.query, "items": ITEMS}),
                    content_type="application/json")


ROUTES = [Route(r"/static/.*", None), Route(r"/api/<int:item>", api), Route(r"/shop/<int:shop>/item/<int:item>", listing)]


def dispatch(environ, start_response):
    request = Request(environ)
    for route in ROUTES:
        if found := route.match(request.path):
            return route.view(request, **found.groupdict())(environ, start_response)
    return Response("not found", "404 Not Found")(environ, start_response)


def with_session(application):
    def middleware(environ, start_response):
        try:
            session = json.loads(unsign(environ["HTTP_X_SESSION"]))
        except (KeyError, ValueError):
            session = {"user": None, "csrf": secrets.token_hex(8)}

        def with_cookie(status, headers, exc_info=None):
            token = sign(json.dumps(session).encode()).decode()
            start_response(status, [*headers, ("Set-Cookie", f"session={token}; HttpOnly; Path=/; SameSite=Lax")])
        return application(environ, with_cookie)
    return middleware


APPLICATION = with_session(dispatch)


def serve_requests():
    token = sign(json.dumps({"user": 7, "csrf": "x" * 16}).encode())
    for method, path, query in REQUESTS:
        answers = []
        environ = dict(ENVIRON, REQUEST_METHOD=method, PATH_INFO=path, QUERY_STRING=query)
        environ["wsgi.input"], environ["HTTP_X_SESSION"] = io.BytesIO(b""), token
        body = APPLICATION(environ, lambda status, headers: answers.append((status, headers)))
        status, headers = answers[0]
        head = [f"HTTP/1.1 {status}", f"Date: {formatdate(1700000000, usegmt=True)}"]
        head += [f"{name}: {value}" for name, value in headers]
        b"".join(["\r\n".join([*head, "", ""]).encode("latin-1"), *body])


def answer_api():
    for i in range(40):
        environ = dict(ENVIRON, PATH_INFO=f"/api/{i}", QUERY_STRING="a=1&b=2")
        b"".join(APPLICATION(environ, lambda status, headers: None))


def read_forms_and_cookies():
    body = urllib.parse.urlencode({f"field{i}": f"välue {i} & more" for i in range(30)})
    for _ in range(20):
        dict(urllib.parse.parse_qsl(body))
        Request(ENVIRON).cookies
        urllib.parse.urlsplit("https://user@shop.example:8443/a/b;c?d=e#f").geturl()
        datetime.datetime.fromisoformat("2024-05-06T07:08:09+02:00").astimezone(datetime.timezone.utc).isoformat()


def compile_templates():
    for i in range(8):
        Template(PAGE.replace("Shop", f"Shop{i}")).render(title="x", items=ITEMS[:3])


JOBS = [serve_requests, answer_api, read_forms_and_cookies, compile_templates]
