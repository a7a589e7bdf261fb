"""The output folder: symbolic links into the cache, one folder per `into`."""

import os
import shutil
from pathlib import Path


def _links(parts: list[Path]) -> dict[str, Path]:
    """relative path -> file of a part, for folders several parts share."""
    found = {}
    for part in parts:
        for folder, _, files in os.walk(part):
            for name in files:
                path = Path(folder, name)
                found[str(path.relative_to(part))] = path
    return found


def merge(parts: list[Path], folder: Path) -> None:
    """Fills a new folder with links to every file of the parts."""
    for relative, path in _links(parts).items():
        link = folder / relative
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(path)
    folder.mkdir(exist_ok=True)


def _replace(path: Path, new: Path) -> None:
    if path.is_symlink() or not path.is_dir():
        path.unlink(missing_ok=True)
    else:
        shutil.rmtree(path)
    new.rename(path)


def fill(output: Path, places: dict[str, list[Path]]) -> None:
    """places: folder of the output -> the parts it is made of. Folders that are right already are left alone."""
    output.mkdir(parents=True, exist_ok=True)
    for name, parts in places.items():
        record, wanted = output / f".{name}.parts", "".join(f"{part}\n" for part in parts)
        if record.exists() and record.read_text() == wanted and (output / name).exists():
            continue
        record.unlink(missing_ok=True)
        new = output / f".{name}.new"
        shutil.rmtree(new, ignore_errors=True)
        new.unlink(missing_ok=True) if new.is_symlink() else None
        new.symlink_to(parts[0]) if name in SINGLE else merge(parts, new)
        _replace(output / name, new)
        record.write_text(wanted)


# Folders that are one part: a link to it keeps paths inside (a compiler's own folder) whole.
SINGLE = ("sysroot", "python", "runtime", "assets", "installer", "musl")
