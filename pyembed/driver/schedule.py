"""Runs the builds: two parts at a time (configure scripts use one core), each after its needs."""

import sys
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from driver.build import Builder
from driver.tables import Part


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


class Progress:
    def __init__(self, total: int):
        self._total, self._done, self._start = total, 0, time.monotonic()

    def say(self, part: Part, text: str) -> None:
        print(f"[{self._done:2}/{self._total}] {part.name} ... {text}", flush=True)

    def finished(self, part: Part, seconds: float, built: bool) -> None:
        self._done += 1
        total = _clock(time.monotonic() - self._start)
        self.say(part, f"{seconds:.0f} s (total {total})" if built else "cached")


class Schedule:
    def __init__(self, builder: Builder, parts: list[Part], progress: Progress):
        self._builder, self._waiting, self._progress = builder, list(parts), progress
        self._done: set[str] = set()
        self._running: dict[Future, tuple[Part, float]] = {}

    def run(self) -> None:
        with ThreadPoolExecutor(2) as pool:
            try:
                while self._waiting or self._running:
                    self._start_ready(pool)
                    self._collect()
            except BaseException:
                self._builder.abort()
                raise

    def _start_ready(self, pool: ThreadPoolExecutor) -> None:
        for part in [part for part in self._waiting if set(part.needs) <= self._done][: 2 - len(self._running)]:
            self._waiting.remove(part)
            on_wait = lambda part=part: self._progress.say(part, "another build is at it, waiting")
            self._running[pool.submit(self._builder.build, part, on_wait)] = (part, time.monotonic())

    def _collect(self) -> None:
        done, _ = wait(self._running, return_when=FIRST_COMPLETED)
        for future in done:
            part, start = self._running.pop(future)
            built = future.result()
            self._done.add(part.name)
            self._progress.finished(part, time.monotonic() - start, built)


def run(builder: Builder, parts: list[Part]) -> None:
    """Parts the cache has are told in one line; what is missing is built with a line each."""
    missing = [part for part in parts if not builder.place(part).exists()]
    have = {part.name for part in parts} - {part.name for part in missing}
    if not missing:
        return print(f"{len(have)} parts, all cached", flush=True)
    if have:
        print(f"{len(have)} of {len(parts)} parts cached", flush=True)
    schedule = Schedule(builder, missing, Progress(len(missing)))
    schedule._done |= have
    schedule.run()
    sys.stdout.flush()
