"""Unpacks a source file (tarball, .deb, wheel) without its top folder and applies our patches."""

import shutil
import subprocess
import zipfile
from pathlib import Path

from driver.errors import Stop


def unpack(archive: Path, folder: Path, only: list[str]) -> None:
    """`only` limits a tarball to these glob patterns (the compiler's source is 2 GB unpacked)."""
    folder.mkdir(parents=True)
    if archive.suffix == ".deb":
        subprocess.run(["dpkg-deb", "-x", archive, folder], check=True)
    elif archive.suffix == ".whl":
        zipfile.ZipFile(archive).extractall(folder)
    else:
        wanted = ["--wildcards", *only] if only else []
        command = ["tar", "-xf", archive, "-C", folder, "--strip-components=1", "--no-same-owner", *wanted]
        subprocess.run(command, check=True)


def apply_patches(folder: Path, patches: list[Path]) -> None:
    for patch in patches:
        if not shutil.which("patch"):
            raise Stop("the tool `patch` is missing: run ci/setup.")
        command = ["patch", "-p1", "--forward", "--fuzz=0", "-i", patch]
        result = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        if result.returncode:
            raise Stop(f"patch {patch.name} does not apply to {folder.name}: {result.stdout.strip().splitlines()[-1]}")
