"""Command line of ci/parts: TARGET PROFILE OUTDIR."""

import argparse
import signal
import sys
from dataclasses import replace
from pathlib import Path

from driver import layout, schedule, toolchain
from driver.build import Builder, Job
from driver.cache import Cache, default_root
from driver.errors import Stop
from driver.fetch import Store
from driver.tables import NATIVE, PROFILES, TARGETS, is_native, load_parts, load_sources


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="ci/parts", description="Builds what the binary is linked from.")
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("profile", choices=PROFILES)
    parser.add_argument("output", type=Path, help="folder to fill with links into the cache")
    parser.add_argument("--only", action="append", metavar="PART", help="build these parts and their needs only")
    return parser.parse_args()


def _selected(parts, names):
    """The named parts and everything they need, in build order."""
    if not names:
        return parts
    wanted, rows = set(), {part.name: part for part in parts}
    todo = list(names)
    while todo:
        name = todo.pop()
        if name not in rows:
            raise Stop(f"unknown part {name}: choose from {', '.join(rows)}.")
        wanted.add(name)
        todo += rows[name].needs
    return [part for part in parts if part.name in wanted]


def _job(target: str, profile: str) -> Job:
    """glibc builds serve the sanitizers and always have the dev profile; another machine's cannot be trained here."""
    cache = Cache(default_root())
    job = Job(target, profile if toolchain.is_musl(target) else "dev", load_sources(), cache, Store(cache.root))
    return job if is_native(target) else replace(job, build_python=_native_python(job))


def _native_python(job: Job) -> Path:
    builder = Builder(replace(job, target=NATIVE, profile="dev"))
    parts = _selected(load_parts(NATIVE), ["python"])
    print(f"CPython for this machine, to build that of {job.target}:", flush=True)
    schedule.run(builder, parts)
    return next((builder.place(parts[-1]) / "bin").glob("python3.*"))


def main() -> None:
    arguments = _arguments()
    toolchain.check_tools()
    builder = Builder(_job(arguments.target, arguments.profile))
    parts = _selected(load_parts(arguments.target), arguments.only)
    schedule.run(builder, parts)
    folders: dict[str, list[Path]] = {}
    for part in parts:
        folders.setdefault(part.into, []).append(builder.place(part))
    layout.fill(arguments.output.absolute(), folders)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        main()
    except Stop as stop:
        sys.exit(f"ci/parts: {stop}")
    except KeyboardInterrupt:
        sys.exit("ci/parts: interrupted.")
