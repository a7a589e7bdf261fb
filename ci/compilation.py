"""How the project's files are compiled, for checks that compile on their own; and a memory of what passed already."""

import hashlib
import json
import os
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SRC = ROOT / "src"
PRESETS = ("asan", "tsan", "dev", "release")


def folder():
    """The build folder of the first configured preset."""
    for preset in PRESETS:
        if (ROOT / "build" / preset / "compile_commands.json").exists():
            return ROOT / "build" / preset
    sys.exit("no preset is configured: run ci/build dev first")


def database():
    """{file: arguments without the file itself}."""
    entries = json.loads((folder() / "compile_commands.json").read_text())
    return {entry["file"]: _arguments(entry) for entry in entries}


def _arguments(entry):
    """Without input, output and what only an output needs."""
    words, kept = iter(shlex.split(entry["command"])), []
    for word in words:
        if word in ("-o", "-c", "-MF", "-MT"):
            next(words)
        elif word not in ("-MD", "-MMD"):
            kept.append(word)
    return kept


def layer_arguments(commands):
    """{layer: arguments}: what compiles a file of a layer compiles its headers."""
    found = {}
    for file, arguments in commands.items():
        if Path(file).is_relative_to(SRC):
            found.setdefault(Path(file).relative_to(SRC).parts[0], arguments)
    return found


class Memory:
    """Inputs that passed are not checked again. An input is the file, all headers, and what it is checked with."""

    def __init__(self, name, *more):
        self._folder = ROOT / "build" / "checked" / name
        self._folder.mkdir(parents=True, exist_ok=True)
        self._common = hashlib.sha256()
        for path in sorted(SRC.rglob("*.h")):
            self._common.update(path.read_bytes())
        self._common.update(repr(more).encode())

    def _stamp(self, file, arguments):
        digest = self._common.copy()
        digest.update(repr((str(file), arguments)).encode() + Path(file).read_bytes())
        return self._folder / digest.hexdigest()[:24]

    def run(self, jobs):
        """Runs [(file, arguments, command)] and returns the outputs of those that fail."""
        stamps = [(self._stamp(file, arguments), command) for file, arguments, command in jobs]
        todo = [(stamp, command) for stamp, command in stamps if not stamp.exists()]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return [output for output in pool.map(_run, todo) if output]


def _run(job):
    stamp, command = job
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if ended.returncode == 0:
        stamp.touch()
        return ""
    return (ended.stdout + ended.stderr).strip() or f"{shlex.join(map(str, command))}: status {ended.returncode}"


def finish(count, failures, noun):
    print(*failures, sep="\n", end="\n" if failures else "")
    print(f"{count} {noun}, {len(failures)} failed")
    sys.exit(bool(failures))
