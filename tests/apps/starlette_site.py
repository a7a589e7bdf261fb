"""A site of Starlette's: what FastAPI stands on."""

import sys

from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.responses import JSONResponse, PlainTextResponse, StreamingResponse
from starlette.routing import Route


async def root(request):
    return JSONResponse({"hello": "world"})


def thread(request):
    return PlainTextResponse("of a thread")


async def events(request):
    async def lines():
        for number in range(3):
            yield f"data: {number}\n\n"

    return StreamingResponse(lines(), media_type="text/event-stream")


async def background(request):
    return PlainTextResponse("answered", background=BackgroundTask(print, "in the background", file=sys.stderr, flush=True))


async def form(request):
    return PlainTextResponse((await request.form())["a"])


app = Starlette(routes=[
    Route("/", root),
    Route("/thread", thread),
    Route("/events", events),
    Route("/background", background),
    Route("/form", form, methods=["POST"]),
])
