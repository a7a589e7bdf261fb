"""Fetches files by Debian package name through a private apt configuration.

The archive's address is the one the machine itself uses (apt tells it); nothing outside our folder is written.
Suites newer than the machine's own are listed too: the pinned versions live in several of them.
"""

import os
import subprocess
from pathlib import Path

from driver.errors import Stop

SUITES = ("bookworm", "trixie", "forky", "sid")
SECURITY_SUITES = ("bookworm-security", "trixie-security")
HELPER = "/usr/lib/apt/apt-helper"


def _run(arguments: list[str], config: Path | None = None) -> subprocess.CompletedProcess:
    environment = dict(os.environ, LC_ALL="C")
    if config:
        environment["APT_CONFIG"] = str(config)
    return subprocess.run(arguments, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL)


def _machine_archives() -> dict[str, str]:
    """Release name -> address of every archive the machine's apt is configured with."""
    listing = _run(["apt-get", "indextargets", "--format", "$(RELEASE) $(REPO_URI)", "Created-By: Packages"])
    return dict(line.split(" ", 1) for line in listing.stdout.splitlines() if " " in line)


def _codename() -> str:
    rows = dict(line.split("=", 1) for line in Path("/etc/os-release").read_text().splitlines() if "=" in line)
    return rows.get("VERSION_CODENAME", "").strip('"')


def _source_lines(kind: str) -> list[str]:
    archives, codename = _machine_archives(), _codename()
    main, security = archives.get(codename), archives.get(f"{codename}-security")
    if not main:
        raise Stop(f"apt knows no archive of Debian {codename or 'on this machine'}: run `apt-get update` first.")
    rows = [(main, suite) for suite in SUITES]
    rows += [(security, suite) for suite in SECURITY_SUITES if security]
    return [f"{kind} {_keyring()}{archive} {suite} main" for archive, suite in rows]


def _keyring() -> str:
    """Newer machines trust no key for every source: the archive's own is then named, as their source files do."""
    keys = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
    trusted = any(Path("/etc/apt/trusted.gpg.d").glob("debian-archive*"))
    return f"[signed-by={keys}] " if keys.exists() and not trusted else ""


class Apt:
    """kind is `deb-src` (orig tarballs) or `deb` (binary packages). Indexes are loaded at the first request."""

    def __init__(self, kind: str, folder: Path):
        self._kind, self._folder, self._ready = kind, folder / kind, False
        self._config = self._folder / "apt.conf"

    def _prepare(self) -> None:
        if self._ready:
            return
        for name in ("lists/partial", "cache/archives/partial"):
            (self._folder / name).mkdir(parents=True, exist_ok=True)
        (self._folder / "sources.list").write_text("\n".join(_source_lines(self._kind)) + "\n")
        self._config.write_text(
            f'Dir::Etc::sourcelist "{self._folder}/sources.list";\nDir::Etc::sourceparts "/dev/null";\n'
            f'Dir::State::lists "{self._folder}/lists";\nDir::Cache "{self._folder}/cache";\n'
            'Acquire::Languages "none";\nAcquire::Retries "2";\nAPT::Sandbox::User "root";\n'
        )
        _run(["apt-get", "-q", "update"], self._config)
        self._ready = True

    def _address(self, package: str, file: str) -> str | None:
        verb = ["source", "--only-source"] if self._kind == "deb-src" else ["download"]
        listing = _run(["apt-get", *verb, "--print-uris", package], self._config)
        for line in listing.stdout.splitlines():
            fields = line.split()
            if len(fields) == 4 and fields[1].replace("%3a", ":") == file.replace("%3a", ":"):
                return fields[0].strip("'")
        return None

    def fetch(self, package: str, file: str, into: Path) -> str | None:
        """None when `into` was written, otherwise why not."""
        self._prepare()
        address = self._address(package, file)
        if not address:
            return f"apt knows no {file} of {package}"
        result = _run([HELPER, "download-file", address, str(into)], self._config)
        return None if result.returncode == 0 else f"apt could not download {file} of {package}"
