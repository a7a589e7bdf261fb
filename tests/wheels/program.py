"""A program of programs/: what it requires stands in its first lines, as comments."""

import fcntl
import hashlib
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]


@dataclass(frozen=True)
class Program:
    path: Path
    requires: tuple
    is_core: bool
    needs_database: bool
    needs_devices: bool
    from_source: str  # packages, between commas, that have no wheel
    notes: str

    @property
    def name(self):
        return self.path.stem

    def packages(self, binary):
        """A folder with what it requires, installed by the binary's own pip; made on first use and kept in the cache."""
        cache = subprocess.run([ROOT / "ci" / "cache"], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
        key = hashlib.sha256(" ".join(self.requires).encode()).hexdigest()[:12]
        folder = Path(cache, "wheels", f"{self.name}-{key}")
        folder.parent.mkdir(exist_ok=True)
        with open(f"{folder}.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not folder.exists():
                fresh = folder.with_suffix(".new")
                shutil.rmtree(fresh, ignore_errors=True)
                command = [binary, "pip", "install", "-q", "--no-compile", "--only-binary=:all:", "--target", fresh]
                command += [f"--no-binary={self.from_source}"] if self.from_source else []
                ended = subprocess.run([*command, *self.requires], capture_output=True, text=True, timeout=600)
                assert ended.returncode == 0, ended.stderr
                fresh.rename(folder)
        return folder

    def versions(self, packages):
        """The required packages with their versions, as pip named their folders."""
        wanted = {_normal(re.split(r"[\[=<>]", word)[0]) for word in self.requires}
        found = (path.name.removesuffix(".dist-info").partition("-") for path in packages.glob("*.dist-info"))
        return ", ".join(sorted(f"{name} {version}" for name, _, version in found if _normal(name) in wanted))


def _normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def programs():
    return [_read(path) for path in sorted((HERE / "programs").glob("*.py"))]


def _read(path):
    head = re.match(r"(?:#.*\n)*", path.read_text())[0]
    word = lambda key: next(iter(re.findall(rf"^# {key}: (.*)$", head, re.M)), "")
    return Program(path, tuple(word("requires").split()), "\n# core\n" in head, word("needs") == "postgresql", word("needs") == "dev",
                   word("from source"), word("notes"))
