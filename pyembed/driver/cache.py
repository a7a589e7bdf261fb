"""The cache of built parts: <root>/<part>-<hash>/, complete by existing.

A part is built in <root>/tmp and renamed into place, so a killed build leaves only rubbish in tmp, which the next
build of the same part removes. One lock per part keeps two builds from doing the same work.
"""

import fcntl
import os
import shutil
from contextlib import contextmanager
from pathlib import Path


def default_root() -> Path:
    if configured := os.environ.get("MONOCEROS_CACHE"):
        return Path(configured).absolute()
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(base, "monoceros").absolute()


class Cache:
    def __init__(self, root: Path):
        self.root = root
        for name in ("locks", "tmp", "logs"):
            (root / name).mkdir(parents=True, exist_ok=True)

    def place(self, part: str, digest: str) -> Path:
        return self.root / f"{part}-{digest}"

    def log(self, place: Path) -> Path:
        return self.root / "logs" / f"{place.name}.log"

    @contextmanager
    def lock(self, place: Path, on_wait):
        with open(self.root / "locks" / place.name, "w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                on_wait()
                fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def scratch(self, place: Path) -> Path:
        """An empty working folder; only the holder of the part's lock may ask for it."""
        folder = self.root / "tmp" / place.name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder

    def publish(self, built: Path, place: Path) -> None:
        built.rename(place)
