"""Builds one part: hash, look in the cache, otherwise run its recipe in a scratch folder."""

import hashlib
import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from driver import toolchain
from driver.cache import Cache
from driver.errors import Stop
from driver.fetch import Store
from driver.layout import merge
from driver.tables import ROOT, Part, Source
from driver.unpack import apply_patches, unpack


COMMON = ROOT / "recipes" / "common.sh"


@dataclass(frozen=True)
class Job:
    """What one run of the driver builds for."""

    target: str
    profile: str
    sources: dict[str, Source]
    cache: Cache
    store: Store
    build_python: Path | None = None  # CPython for this machine, when the target is another


class Builder:
    def __init__(self, job: Job):
        self._job = job
        self._parts: dict[str, Part] = {}
        self._places: dict[str, Path] = {}
        self._running: dict[str, subprocess.Popen] = {}

    def place(self, part: Part) -> Path:
        """Where the part is, or will be. Its needs must have been placed before."""
        if part.name not in self._places:
            self._parts[part.name] = part
            self._places[part.name] = self._job.cache.place(part.name, self._digest(part))
        return self._places[part.name]

    def _digest(self, part: Part) -> str:
        files = [COMMON, part.recipe(), *(path for name in part.sources for path in part.patches(name))]
        files += [path for pattern in part.inputs for path in sorted(ROOT.glob(pattern))]
        lines = [toolchain.identity(), self._job.target, self._job.profile if part.by_profile else ""]
        lines += [self._job.sources[name].identity() for name in part.sources]
        lines += [self._places[need].name for need in part.needs]
        lines += [python] if (python := self._build_python(part)) else []
        digest = hashlib.sha256("\n".join(lines).encode())
        for path in files:
            digest.update(f"\n{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
        return digest.hexdigest()[:20]

    def _build_python(self, part: Part) -> str:
        return str(self._job.build_python or "") if part.build_python else ""

    def build(self, part: Part, on_wait) -> bool:
        """True when it was built, False when the cache had it."""
        place, cache = self.place(part), self._job.cache
        if place.exists():
            return False
        with cache.lock(place, on_wait):
            if place.exists():
                return False
            archives = {name: self._job.store.get(self._job.sources[name]) for name in part.sources}
            scratch = cache.scratch(place)
            self._unpack(part, archives, scratch)
            self._run(part, scratch, cache.log(place))
            if cache.place(part.name, self._digest(part)) != place:
                raise Stop(f"files of {part.name} were edited while it was built: run ci/parts again.")
            cache.publish(scratch / "out", place)
            shutil.rmtree(scratch, ignore_errors=True)
            return True

    def _unpack(self, part: Part, archives: dict[str, Path], scratch: Path) -> None:
        for name, archive in archives.items():
            unpack(archive, scratch / name, list(self._job.sources[name].only))
            apply_patches(scratch / name, part.patches(name))

    def _run(self, part: Part, scratch: Path, log: Path) -> None:
        for name in ("work", "out"):
            (scratch / name).mkdir()
        with open(log, "wb") as output:
            code = self._wait(part, subprocess.Popen(
                ["sh", "-eu", "-c", '. "$PYEMBED/recipes/common.sh"; . "$0"', str(part.recipe())],
                cwd=scratch / "work", env=self._environment(part, scratch), start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT))
        if code:
            tail = log.read_text(errors="replace").splitlines()[-30:]
            raise Stop("\n".join([*tail, "", f"log: {log}", f"{part.name} did not build (exit {code})."]))

    def _wait(self, part: Part, recipe: subprocess.Popen) -> int:
        self._running[part.name] = recipe
        try:
            return recipe.wait()
        finally:
            del self._running[part.name]

    def abort(self) -> None:
        """Ends the recipes under way; their threads then report failures nobody waits for."""
        for recipe in list(self._running.values()):
            os.killpg(recipe.pid, signal.SIGTERM)

    def _environment(self, part: Part, scratch: Path) -> dict[str, str]:
        job, places = self._job, self._places
        env = toolchain.environment(job.target, places.get("sysroot") if part.name != "sysroot" else None, scratch)
        env |= {"PROFILE": job.profile, "PYEMBED": str(ROOT), "OUT": str(scratch / "out"), "WORK": str(scratch / "work")}
        env |= {f"SRC_{name}": str(scratch / name) for name in part.sources}
        env |= {"SRC": str(scratch / part.sources[0]), "VERSION": job.sources[part.sources[0]].version}
        env |= {f"PART_{need}": str(places[need]) for need in part.needs}
        libraries = [places[need] for need in part.needs if self._parts[need].into == "deps"]
        merge(libraries, scratch / "deps")
        env["BUILD_PYTHON"] = self._build_python(part)
        return env | {"DEPS": str(scratch / "deps"), "PKG_CONFIG_LIBDIR": str(scratch / "deps/lib/pkgconfig")}
