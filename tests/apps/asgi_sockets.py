"""WebSockets of ASGI: a path for each thing that may happen on one."""

import asyncio
import json
import os
from urllib.parse import parse_qs


def note(scope, text):
    """A line in the file that `?record=` names."""
    (path,) = parse_qs(scope["query_string"].decode())["record"]
    with open(path, "a") as record:
        record.write(text + "\n")


async def accept(receive, send, **how):
    assert (await receive())["type"] == "websocket.connect"
    await send({"type": "websocket.accept", **how})


async def echo(scope, receive, send):
    await accept(receive, send)
    while (event := await receive())["type"] == "websocket.receive":
        await send({**event, "type": "websocket.send"})


async def scope_as_json(scope, receive, send):
    await accept(receive, send)
    await send({"type": "websocket.send", "text": json.dumps(scope, default=lambda value: value.decode("latin-1"))})
    await receive()


async def subprotocol(scope, receive, send):
    await accept(receive, send, subprotocol=scope["subprotocols"][1], headers=[(b"x-extra", b"yes")])
    await receive()


async def noting(scope, receive, send):
    """What happens, in the record."""
    await accept(receive, send)
    note(scope, "open")
    while (event := await receive())["type"] == "websocket.receive":
        note(scope, event["text"])
    note(scope, f"{event['code']} {event['reason']}")


async def says_goodbye(scope, receive, send):
    await accept(receive, send)
    await send({"type": "websocket.send", "text": "last words"})
    await send({"type": "websocket.close", "code": 3000, "reason": "enough"})
    note(scope, str((await receive())["code"]))


async def returns(scope, receive, send):
    await accept(receive, send)


async def refuses(scope, receive, send):
    await receive()
    await send({"type": "websocket.close"})


async def refuses_politely(scope, receive, send):
    await receive()
    await send({"type": "websocket.http.response.start", "status": 401, "headers": [(b"www-authenticate", b"Basic")]})
    await send({"type": "websocket.http.response.body", "body": b"who are you?"})


async def raises(scope, receive, send):
    await accept(receive, send)
    raise ValueError("something of the application's")


async def raises_early(scope, receive, send):
    raise ValueError("something of the application's")


async def floods(scope, receive, send):
    await accept(receive, send)
    try:
        while True:
            await send({"type": "websocket.send", "bytes": b"x" * 65536})
            note(scope, "sent")
    except OSError:
        note(scope, "OSError")


async def takes_its_time(scope, receive, send):
    await accept(receive, send)
    (path,) = parse_qs(scope["query_string"].decode())["file"]
    while not os.path.exists(path):
        await asyncio.sleep(0.01)
    size = 0
    while (event := await receive())["type"] == "websocket.receive":
        if event.get("text") == "how much?":
            await send({"type": "websocket.send", "text": str(size)})
        else:
            size += len(event["bytes"])


async def app(scope, receive, send):
    if scope["type"] == "websocket":
        handler = scope_as_json if scope["path"] == "/scope" else globals()[scope["path"].lstrip("/")]
        return await handler(scope, receive, send)
    assert scope["type"] == "http"
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"plain"})
