"""How the project's files are compiled, for checks that compile on their own; and a memory of what passed already."""

import hashlib
import json
import os
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SRC = ROOT / "src"
FOLDER = ROOT / "build" / "asan"


@cache
def folder():
    """The build folder of a preset for this machine, configured for the files there are now: the compiler of the musl
    presets is a wrapper that knows where its headers are, and clang-tidy does not.
    """
    configured = subprocess.run([ROOT / "ci" / "build", "asan", "-n"], capture_output=True, text=True)
    if configured.returncode != 0:
        sys.exit(f"cannot configure {FOLDER}:\n{configured.stdout[-4000:]}{configured.stderr[-4000:]}")
    return FOLDER


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
    """Inputs that passed are not checked again, in no checkout of this machine. An input is the file, all headers
    (those of third parties by the cached part they come from), and what it is checked with."""

    def __init__(self, name, *more):
        cache = subprocess.run([ROOT / "ci" / "cache"], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
        self._folder = Path(cache, "checked", name)
        self._folder.mkdir(parents=True, exist_ok=True)
        self._common = hashlib.sha256(repr((more, _parts())).encode())
        for path in sorted(SRC.rglob("*.h")):
            self._common.update(path.read_bytes())

    def _stamp(self, file, arguments):
        told = repr((str(file), arguments)).replace(str(ROOT), "")
        digest = self._common.copy()
        digest.update(told.encode() + Path(file).read_bytes())
        return self._folder / digest.hexdigest()[:24]

    def run(self, jobs):
        """Runs [(file, arguments, command)] and returns the outputs of those that fail."""
        stamps = [(self._stamp(file, arguments), command) for file, arguments, command in jobs]
        todo = [(stamp, command) for stamp, command in stamps if not stamp.exists()]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return [output for output in pool.map(_run, todo) if output]


def _parts():
    """Where the links of the preset's parts lead: each name carries the hash of what it was made from."""
    links = (path for path in sorted((folder() / "parts").glob("**/include/**/*")) if path.is_symlink())
    return sorted({str(path.readlink()).split("/include/")[0] for path in links})


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
