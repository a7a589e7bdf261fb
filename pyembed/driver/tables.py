"""sources.toml and parts.toml as values."""

import tomllib
from dataclasses import dataclass, replace
from pathlib import Path

from driver.errors import Stop

ROOT = Path(__file__).resolve().parent.parent
TARGETS = ("x86_64-linux-musl", "aarch64-linux-musl", "x86_64-linux-gnu")
PROFILES = ("dev", "release")
NATIVE = "x86_64-linux-musl"


def is_native(target: str) -> bool:
    """Whether this machine runs the target's programs."""
    return target.split("-")[0] == NATIVE.split("-")[0]


@dataclass(frozen=True)
class Origin:
    """One place a source file can come from: kind is apt, deb or pip."""

    kind: str
    package: str
    file: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Source:
    name: str
    version: str
    origins: tuple[Origin, ...]
    only: tuple[str, ...] = ()

    def identity(self) -> str:
        return "\n".join([self.version, *(o.sha256 for o in self.origins), *self.only])


@dataclass(frozen=True)
class Part:
    name: str
    into: str
    sources: tuple[str, ...]
    needs: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    targets: tuple[str, ...] = TARGETS
    by_profile: bool = False
    build_python: bool = False

    def recipe(self) -> Path:
        return ROOT / "recipes" / f"{self.name}.sh"

    def patches(self, source: str) -> list[Path]:
        return sorted((ROOT / "patches" / source).glob("*.patch"))


def _load(name: str) -> dict:
    with open(ROOT / name, "rb") as file:
        return tomllib.load(file)


def _origin(row: dict) -> Origin:
    kind = next(kind for kind in ("apt", "deb", "pip") if kind in row)
    return Origin(kind, row[kind], row["file"], row["size"], row["sha256"])


def load_sources() -> dict[str, Source]:
    return {name: _source(name, row) for name, row in _load("sources.toml").items()}


def _source(name: str, row: dict) -> Source:
    return Source(name, row["version"], tuple(map(_origin, row["origins"])), tuple(row.get("only", ())))


def _part(name: str, row: dict) -> Part:
    lists = {key: tuple(row[key]) for key in ("needs", "inputs", "targets") if key in row}
    flags = {key: row.get(key, False) for key in ("by_profile", "build_python")}
    return Part(name, row["into"], tuple(row.get("sources", [name])), **flags, **lists)


def load_parts(target: str) -> list[Part]:
    """The parts of one target in build order; every part needs `sysroot` where there is one."""
    if target not in TARGETS:
        raise Stop(f"unknown target {target}: choose one of {', '.join(TARGETS)}.")
    parts = [_part(name, row) for name, row in _load("parts.toml").items()]
    parts = [part for part in parts if target in part.targets]
    present = {part.name for part in parts}
    return [_with_needs(part, present) for part in parts]


def _with_needs(part: Part, present: set[str]) -> Part:
    needs = ("sysroot", *part.needs) if part.name != "sysroot" else ()
    return replace(part, needs=tuple(need for need in needs if need in present))
