"""Brings a source's file into the store: from MONOCEROS_SOURCES, the store itself, or its origins in order."""

import hashlib
import os
import threading
from pathlib import Path

from driver import pip
from driver.apt import Apt
from driver.errors import Stop
from driver.tables import Origin, Source


def sha256_of(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class Store:
    """The folder of fetched files. Threads may ask at once; they take turns."""

    def __init__(self, cache: Path):
        self._folder = cache / "sources"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._apt = {"apt": Apt("deb-src", cache / "apt"), "deb": Apt("deb", cache / "apt")}
        self._offline = Path(os.environ["MONOCEROS_SOURCES"]) if os.environ.get("MONOCEROS_SOURCES") else None
        self._lock = threading.Lock()

    def get(self, source: Source) -> Path:
        with self._lock:
            return self._from_disk(source) or self._from_network(source)

    def _from_disk(self, source: Source) -> Path | None:
        for origin in source.origins:
            stored = self._folder / origin.file
            if stored.exists() and sha256_of(stored) == origin.sha256:
                return stored
            offered = self._offline / origin.file if self._offline else None
            if offered and offered.exists():
                return self._verified(source, origin, offered)
        return None

    def _from_network(self, source: Source) -> Path:
        reasons = []
        for origin in source.origins:
            incoming = self._folder / f".{os.getpid()}-{origin.file}"
            reason = self._download(origin, incoming)
            if reason is None:
                self._verified(source, origin, incoming)
                incoming.rename(self._folder / origin.file)
                return self._folder / origin.file
            reasons.append(reason)
        where = f"; MONOCEROS_SOURCES={self._offline} does not hold it either" if self._offline else ""
        hint = "" if where else " (without network, point MONOCEROS_SOURCES at a folder that holds the file)"
        raise Stop(f"{source.name} {source.version} cannot be fetched: {', '.join(reasons)}{where}{hint}.")

    def _download(self, origin: Origin, incoming: Path) -> str | None:
        if origin.kind == "pip":
            return pip.fetch(origin.package, origin.file, incoming)
        return self._apt[origin.kind].fetch(origin.package, origin.file, incoming)

    @staticmethod
    def _verified(source: Source, origin: Origin, path: Path) -> Path:
        found = sha256_of(path)
        if found != origin.sha256:
            raise Stop(
                f"{source.name} {source.version}: {path} has sha256 {found}, but sources.toml expects {origin.sha256}."
            )
        return path
