# requires: aiohttp
import asyncio

import aiohttp
from aiohttp import http_parser, web


async def main():
    async def hello(request):
        return web.json_response({"body": await request.text(), "q": request.query["q"]})

    async def echo(request):
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for message in socket:
            await socket.send_str(message.data.upper())
        return socket

    app = web.Application()
    app.add_routes([web.post("/", hello), web.get("/ws", echo)])
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{base}/?q=é", data="x" * 100000) as response:
            assert await response.json() == {"body": "x" * 100000, "q": "é"}
        async with session.ws_connect(f"{base}/ws") as socket:
            await socket.send_str("word")
            assert (await socket.receive()).data == "WORD"
    await runner.cleanup()


asyncio.run(main())
assert http_parser.HttpRequestParser is not http_parser.HttpRequestParserPy
print("its server and client with the compiled parser, a WebSocket")
