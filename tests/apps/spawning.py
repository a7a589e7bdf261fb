"""Starts processes from inside a worker; every way answers 42."""

import subprocess
import sys
from wsgiref.validate import validator


def answer(pipe=None):
    if pipe:
        pipe.send("42")
    return "42"


def by_subprocess():
    return subprocess.check_output([sys.executable, "-c", "print(42, end='')"], text=True)


def by_process(method):
    import multiprocessing

    context = multiprocessing.get_context(method)
    reading, writing = context.Pipe(duplex=False)
    with reading, writing:
        process = context.Process(target=answer, args=(writing,))
        process.start()
        text = reading.recv()
        process.join()
        process.close()
    return text


def by_pool():
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(1) as pool:
        return pool.submit(answer).result(timeout=30)


@validator
def app(environ, start_response):
    way = environ["PATH_INFO"].strip("/")
    ways = {"subprocess": by_subprocess, "pool": by_pool}
    body = (ways[way]() if way in ways else by_process(way)).encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]
