"""What an asgi worker does in Python: its event loop, the application's lifespan, and what waits.

The bridge itself is C++ (src/python/asgi): a request that waits for nothing never comes here.
"""

import asyncio
import inspect

from monoceros.objects import Log

log = Log()


class ClientDisconnected(ConnectionError):
    """send() of an answer that goes on: its client has left (ASGI, "Disconnected Client - send exception")."""


class LifespanFailed(RuntimeError):
    """The application cannot begin; the text is for the operator."""


async def receive_later(channel):
    while (event := channel.event()) is None:
        await channel.change()
    return event


async def send_later(channel):
    while channel.is_full():
        await channel.change()


async def completion(awaitable):
    if not inspect.isawaitable(awaitable):
        raise TypeError(f"the application returned {awaitable!r}, which cannot be awaited: is it one of ASGI?")
    return await awaitable


def _new_loop(kind):
    if kind != "asyncio":
        try:
            import uvloop
        except ImportError as error:
            if kind == "uvloop":
                log.warning("uvloop cannot be imported (%s): asyncio's own event loop is used", error)
        else:
            return uvloop.new_event_loop()
    return asyncio.new_event_loop()


class Life:
    """An event loop from its beginning to its end. It is the thread's from the beginning.

    `beat` is called now and then, every `pause` seconds, to show that the loop turns.
    """

    def __init__(self, kind, pause):
        self.loop = _new_loop(kind)
        self._pause = pause
        self._lifespan = None
        asyncio.set_event_loop(self.loop)

    def start(self, application, mode, beat):
        """Returns the lifespan's state. Raises LifespanFailed."""
        if mode == "off":
            return {}
        lifespan = _Lifespan(application, is_required=mode == "on")
        if self._complete(lifespan.begin(), beat):
            self._lifespan = lifespan
        return lifespan.state

    def run(self, descriptor, turn):
        self.loop.add_reader(descriptor, turn)
        self.loop.call_soon(turn)
        try:
            self.loop.run_forever()
        finally:
            self.loop.remove_reader(descriptor)

    def finish(self, at_once, beat):
        try:
            if self._lifespan and not at_once:
                self._complete(self._lifespan.end(), beat)
            self._complete(self._end_tasks(), beat)
            self._complete(self.loop.shutdown_asyncgens(), beat)
        finally:
            asyncio.set_event_loop(None)
            self.loop.close()

    async def _end_tasks(self):
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def _complete(self, coroutine, beat):
        handle = None

        def go_on():
            nonlocal handle
            beat()
            handle = self.loop.call_later(self._pause, go_on)

        go_on()
        try:
            return self.loop.run_until_complete(coroutine)
        finally:
            handle.cancel()


class _Lifespan:
    """The lifespan protocol of ASGI with one application."""

    def __init__(self, application, is_required):
        self.state = {}
        self._application = application
        self._is_required = is_required
        self._questions = asyncio.Queue()
        self._answers = asyncio.Queue()
        self._task = None

    async def begin(self):
        """Whether the application takes part. Raises LifespanFailed."""
        self._task = asyncio.get_running_loop().create_task(self._run())
        answer = await self._ask("startup")
        if answer is not None:
            if answer["type"] == "lifespan.startup.failed":
                raise LifespanFailed(f"The application's startup failed: {answer.get('message', '')}".rstrip(": "))
            return True
        error = self._task.exception()
        if self._is_required:
            raise LifespanFailed("The application does not take part in its lifespan, and asgi_lifespan is on") from error
        if error is not None:
            log.info("The application has no lifespan: it raised %s: %s", type(error).__name__, error)
        return False

    async def end(self):
        answer = await self._ask("shutdown")
        if answer is not None and answer["type"] == "lifespan.shutdown.failed":
            log.error("The application's shutdown failed: %s", answer.get("message", ""))
        elif answer is None and self._task.exception() is not None:
            log.error("Exception in the application's shutdown", exc_info=self._task.exception())

    async def _ask(self, what):
        """The application's answer; None: it has come to its end without one."""
        self._questions.put_nowait({"type": "lifespan." + what})
        answer = asyncio.ensure_future(self._answers.get())
        await asyncio.wait((answer, self._task), return_when=asyncio.FIRST_COMPLETED)
        if answer.done():
            return answer.result()
        answer.cancel()
        return None

    async def _run(self):
        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": self.state}
        await completion(self._application(scope, self._questions.get, self._send))

    async def _send(self, event):
        self._answers.put_nowait(event)
