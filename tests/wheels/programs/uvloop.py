# requires: uvloop
import asyncio

import uvloop


async def main():
    async def echo(reader, writer):
        writer.write((await reader.readline()).upper())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]

    async def ask(n):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"word%d\n" % n)
        answer = await reader.readline()
        writer.close()
        return answer

    assert await asyncio.gather(*map(ask, range(50))) == [b"WORD%d\n" % n for n in range(50)]
    process = await asyncio.create_subprocess_exec("/monoceros", "--version", stdout=asyncio.subprocess.PIPE)
    assert b"monoceros" in (await process.communicate())[0]
    assert await asyncio.to_thread(sum, [1, 2]) == 3


uvloop.run(main())
print("50 connections, a subprocess and a thread on its loop")
