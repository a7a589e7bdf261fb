"""An application of ASGI: a path for each thing that may happen between it and its server."""

import asyncio
import json
import os
import time
from urllib.parse import parse_qs

PLAIN = [(b"content-type", b"text/plain")]


def note(scope, text):
    """A line in the file that `?record=` names."""
    (path,) = parse_qs(scope["query_string"].decode())["record"]
    with open(path, "a") as record:
        record.write(text + "\n")


async def gate(scope):
    """Until the file that `?file=` names exists."""
    (path,) = parse_qs(scope["query_string"].decode())["file"]
    while not os.path.exists(path):
        await asyncio.sleep(0.01)


async def answer(send, body, status=200, headers=PLAIN):
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def begin(send, headers=PLAIN):
    await send({"type": "http.response.start", "status": 200, "headers": headers})


async def piece(send, body):
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def root(scope, receive, send):
    await answer(send, b"Hello, world!\n")


async def scope_as_json(scope, receive, send):
    await answer(send, json.dumps(scope, default=lambda value: value.decode("latin-1")).encode())


async def echo(scope, receive, send):
    """The content, and in how many events it came."""
    body, count, more = b"", 0, True
    while more:
        event = await receive()
        body, count, more = body + event["body"], count + 1, event["more_body"]
    await answer(send, body, headers=[*PLAIN, (b"x-events", str(count).encode())])


async def gated(scope, receive, send):
    note(scope, "called")
    await gate(scope)
    await answer(send, b"through")


async def stream(scope, receive, send):
    await begin(send)
    await piece(send, b"before ")
    await gate(scope)
    await piece(send, b"after")
    await send({"type": "http.response.body"})


async def flood(scope, receive, send):
    """Sends until it is told that nobody listens; says how it ended, and keeps what it had in its way."""
    await begin(send)
    try:
        while True:
            await piece(send, b"x" * 65536)
            note(scope, "sent")
    except OSError:
        note(scope, "OSError")
        raise


async def patient(scope, receive, send):
    """Waits for the client to leave."""
    await receive()
    note(scope, "waiting")
    event = await receive()
    note(scope, event["type"])


async def stubborn(scope, receive, send):
    """Takes no notice of the client, until it is cancelled."""
    note(scope, "called")
    try:
        await asyncio.sleep(3600)
    except asyncio.CancelledError:
        note(scope, "cancelled")
        raise


async def sees_late(scope, receive, send):
    """Blocks its loop while its client leaves, so that send() is the first to see that."""

    async def listen():
        await receive()
        note(scope, (await receive())["type"])

    listening = asyncio.create_task(listen())
    await begin(send)
    await piece(send, b"x")
    await asyncio.sleep(0.01)
    note(scope, "blocked")
    (path,) = parse_qs(scope["query_string"].decode())["file"]
    while not os.path.exists(path):
        time.sleep(0.01)
    try:
        await piece(send, b"y")
    except OSError:
        note(scope, "OSError")
    await listening
    try:
        await asyncio.sleep(3600)
    except asyncio.CancelledError:
        note(scope, "cancelled")
        raise


async def generates(scope, receive, send):
    """Whoever holds the task of it holds its generator."""

    async def lines():
        try:
            while True:
                yield b"x"
                await asyncio.sleep(0.05)
        finally:
            note(scope, "closed")

    await begin(send)
    source = lines()
    async for line in source:
        await piece(send, line)


async def cancels_itself(scope, receive, send):
    asyncio.current_task().cancel()
    await asyncio.sleep(1)


async def afterwards(scope, receive, send):
    await answer(send, b"answered")
    note(scope, "answered")
    await gate(scope)
    note(scope, "done")


async def raises(scope, receive, send):
    raise ValueError("something of the application's")


async def raises_late(scope, receive, send):
    await begin(send)
    await piece(send, b"so far")
    raise ValueError("something of the application's")


async def silent(scope, receive, send):
    pass


async def unfinished(scope, receive, send):
    await begin(send)
    await piece(send, b"so far")


async def raises_afterwards(scope, receive, send):
    await asyncio.sleep(0)
    await answer(send, b"answered")
    raise ValueError("something of the application's")


async def short(scope, receive, send):
    await answer(send, b"four", headers=[(b"content-length", b"10")])


async def twice(scope, receive, send):
    """Goes on after its answer, and says what came of it."""
    await answer(send, b"once")
    try:
        await answer(send, b"twice")
    except RuntimeError as error:
        note(scope, str(error))


async def out_of_order(scope, receive, send):
    await send({"type": "http.response.body", "body": b"too early"})


async def bad_header(scope, receive, send):
    await answer(send, b"", headers=[(b"x-evil", b"a\r\nset-cookie: b")])


async def file(scope, receive, send):
    """The file that `?path=` names, by the extension for it."""
    assert "http.response.pathsend" in scope["extensions"]
    (path,) = parse_qs(scope["query_string"].decode())["path"]
    await begin(send, [(b"content-length", str(os.path.getsize(path)).encode())])
    await send({"type": "http.response.pathsend", "path": path})


async def hinted(scope, receive, send):
    await send({"type": "http.response.early_hint", "links": [b"</style.css>; rel=preload"]})
    await answer(send, b"hinted")


async def state(scope, receive, send):
    scope["state"]["count"] = scope["state"].get("count", 0) + 1
    await answer(send, json.dumps(scope["state"]).encode())


async def blocks(scope, receive, send):
    await asyncio.sleep(0)
    time.sleep(3600)


async def tasks(scope, receive, send):
    """receive() and send() where a coroutine is expected."""
    event = await asyncio.create_task(receive())
    await asyncio.wait_for(send({"type": "http.response.start", "status": 200, "headers": PLAIN}), 5)
    await asyncio.gather(send({"type": "http.response.body", "body": event["type"].encode()}))


async def cookies(scope, receive, send):
    await answer(send, b"", headers=[(b"set-cookie", b"a=1"), (b"set-cookie", b"b=2")])


PATHS = {"/": root, "/scope": scope_as_json}


async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        return await lifespan(scope, receive, send)
    handler = PATHS.get(scope["path"]) or globals()[scope["path"].lstrip("/")]
    await handler(scope, receive, send)


async def lifespan(scope, receive, send):
    """Leaves its marks in the file $RECORD names, if it does."""
    for what in ("startup", "shutdown"):
        event = await receive()
        assert event["type"] == "lifespan." + what
        await asyncio.sleep(float(os.environ.get("PAUSE", 0)))
        if "RECORD" in os.environ:
            with open(os.environ["RECORD"], "a") as record:
                record.write(what + "\n")
        scope["state"]["started"] = True
        await send({"type": f"lifespan.{what}.complete"})


async def knows_no_lifespan(scope, receive, send):
    assert scope["type"] == "http"
    await root(scope, receive, send)


async def fails_to_start(scope, receive, send):
    assert scope["type"] == "lifespan"
    await receive()
    await send({"type": "lifespan.startup.failed", "message": "no database at db:5432"})


class Awaitable:
    """An application whose calls can be awaited, and are no coroutines."""

    def __init__(self, scope, receive, send):
        self.arguments = scope, receive, send

    def __await__(self):
        return app(*self.arguments).__await__()


def as_awaitable(scope, receive, send):
    return Awaitable(scope, receive, send)
