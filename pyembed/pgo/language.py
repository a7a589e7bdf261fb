"""The language itself: calls, loops, generators, closures, numbers, unpacking, coroutines, imports."""

import asyncio
import itertools
import math
import threading


def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


def call_functions():
    fibonacci(18)

    def many(a, b=2, *rest, c, d=4, **more):
        return a + b + c + d + len(rest) + len(more)

    arguments, keywords = (1, 2, 3), {"c": 3, "e": 5}
    for _ in range(2000):
        many(1, c=3), many(*arguments, **keywords), (lambda x: x + 1)(2), max(1, 2, 3)


def compute_numbers():
    bodies = [[float(i), i * 0.5, -i * 0.25, 0.0, 0.1, 0.01 * i] for i in range(1, 6)]
    for _ in range(300):
        for a, b in itertools.combinations(bodies, 2):
            dx, dy, dz = a[0] - b[0], a[1] - b[1], a[2] - b[2]
            force = 0.001 / ((dx * dx + dy * dy + dz * dz) ** 1.5)
            a[3] -= dx * force
            b[3] += dx * force
        for body in bodies:
            body[0] += 0.001 * body[3]
    for i in range(3000):
        math.sqrt(i), i % 7 * 3 // 2, i << 3 ^ 255, -i & 1023, divmod(i, 13), round(i / 3, 2), abs(-i)
    pow(3, 200, 10**40), 2**300 * 3**100, str(7**200)


def run_generators():
    def numbers(n):
        for i in range(n):
            yield i

    def nested(n):
        yield from numbers(n)

    sum(x * 2 for x in nested(5000) if x & 1)
    [x + y for x in range(50) for y in range(50) if x != y]
    list(itertools.islice(itertools.chain(numbers(100), map(str, range(100)), zip(range(9), "abc")), 150))


def unpack_and_match():
    for i in range(1000):
        first, *middle, last = range(i % 5 + 3)
        match {"kind": "point", "at": (i, last)} if i % 2 else [first, middle]:
            case {"kind": "point", "at": (x, y)}:
                x + y
            case [first, [*rest]]:
                len(rest)
        a, b = first, last
        a, b = b, a
        a if a > b else b or not a


def run_coroutines():
    async def worker(queue, results):
        while (item := await queue.get()) is not None:
            await asyncio.sleep(0)
            results.append(item * 2)

    async def main():
        queue, results = asyncio.Queue(), []
        workers = [asyncio.create_task(worker(queue, results)) for _ in range(4)]
        for i in range(200):
            queue.put_nowait(i)
        for _ in workers:
            queue.put_nowait(None)
        await asyncio.gather(*workers)
        async with asyncio.timeout(1), asyncio.Lock():
            await asyncio.sleep(0)

    asyncio.run(main())


def run_threads():
    lock, counts = threading.Lock(), []

    def work():
        for i in range(200):
            with lock:
                counts.append(i)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def compile_code():
    source = "\n".join(f"def f{i}(a, b=1):\n    return [x * a for x in range(b) if x > {i}]" for i in range(30))
    exec(compile(source, "<workload>", "exec"), {})


JOBS = [call_functions, compute_numbers, run_generators, unpack_and_match, run_coroutines, run_threads, compile_code]
