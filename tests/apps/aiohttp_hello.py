from aiohttp import web


async def hello(request):
    return web.Response(text="aiohttp " + request.path)


app = web.Application()
app.router.add_get("/{tail:.*}", hello)
