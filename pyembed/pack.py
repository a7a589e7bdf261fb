"""Packs the standard library, our own modules and data files into what the linker takes.

    python3.13 pack.py --parts build/release/parts --own pyembed/python --out build/release/pack

Run by the interpreter of the parts folder (or, when cross-building, by that of the same version for this machine):
its compiler writes the code objects. Writes to the output folder, and only when something changed:
    pack.S          the two blobs, by .incbin
    pack.c          monoceros_frozen_modules (for PyImport_FrozenModules), monoceros_resources and resources.c
    frozen.bin      marshalled code; co_filename is /monoceros/lib/pythonX.Y/<path>.py, which no file system has
    resources.bin   sources, CA bundle, time zones, data files, pip's wheel
The same input gives the same output, byte for byte. Compiled code is kept in the cache, by the hash of its source.
"""

import argparse
import hashlib
import marshal
import os
import sys
import zlib
from pathlib import Path

VERSION = "{}.{}".format(*sys.version_info[:2])
LIBRARY = f"/monoceros/lib/python{VERSION}"
HERE = Path(__file__).resolve().parent
# Of the standard library's other files only these are read at run time.
DATA_FILES = ("pydoc_data/_pydoc.css", "venv/scripts/common/activate", "venv/scripts/common/activate.fish",
              "venv/scripts/common/Activate.ps1", "venv/scripts/posix/activate.csh")
LEFT_OUT = ("__hello__.py", "__phello__", "lib-dynload", "site-packages", "__pycache__")


def python_files(folder: Path) -> dict[str, Path]:
    """Path below the library -> file, in a fixed order."""
    found = {}
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in LEFT_OUT)
        for name in sorted(files):
            if name.endswith(".py") and name not in LEFT_OUT:
                path = Path(parent, name)
                found[path.relative_to(folder).as_posix()] = path
    return found


class Cache:
    """What compiling and compressing gave, by the hash of the input; one file per interpreter version."""

    def __init__(self, folder: Path):
        self._path = folder / f"packed-{sys.implementation.cache_tag}-{sys.hexversion:x}.marshal"
        self._old, self._new = self._load(), {}

    def _load(self) -> dict:
        try:
            return marshal.loads(self._path.read_bytes())
        except (OSError, ValueError, EOFError, TypeError):
            return {}

    def get(self, kind: str, name: str, content: bytes, make) -> bytes:
        key = f"{kind}:{name}:{hashlib.sha256(content).hexdigest()}"
        self._new[key] = self._old[key] if key in self._old else make()
        return self._new[key]

    def save(self) -> None:
        if self._new.keys() <= self._old.keys():
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        incoming = self._path.with_suffix(f".{os.getpid()}")
        incoming.write_bytes(marshal.dumps(self._new))
        incoming.replace(self._path)


class Blob:
    """Bytes laid one after another; `add` returns where they begin."""

    def __init__(self, alignment: int):
        self._alignment, self._bytes = alignment, bytearray()

    def add(self, data: bytes) -> int:
        self._bytes += bytes(-len(self._bytes) % self._alignment)
        offset = len(self._bytes)
        self._bytes += data
        return offset

    def bytes(self) -> bytes:
        return bytes(self._bytes)


def module_name(path: str) -> tuple[str, bool]:
    """Dotted name, and whether it is a package."""
    name = path.removesuffix(".py").replace("/", ".")
    return (name.removesuffix(".__init__"), True) if name.endswith(".__init__") else (name, False)


def compiled(path: str, source: bytes) -> bytes:
    return marshal.dumps(compile(source, f"{LIBRARY}/{path}", "exec", dont_inherit=True, optimize=0))


def freeze(sources: dict[str, bytes], cache: Cache) -> tuple[list[str], bytes]:
    """Rows of the module table and the blob they point into."""
    rows, blob = [], Blob(16)
    for path, source in sources.items():
        name, is_package = module_name(path)
        code = cache.get("code", path, source, lambda: compiled(path, source))
        rows.append(f'{{"{name}", monoceros_frozen_blob + {blob.add(code)}, {len(code)}, {int(is_package)}}},')
    return sorted(rows), blob.bytes()


def resources(files: dict[str, bytes], cache: Cache) -> tuple[list[str], bytes]:
    rows, blob = [], Blob(1)
    for name, content in sorted(files.items(), key=lambda item: item[0].encode()):
        packed = cache.get("zlib", name, content, lambda: zlib.compress(content, 9))
        stored = packed if len(packed) < len(content) else content
        rows.append(f'{{"{name}", monoceros_resource_blob + {blob.add(stored)}, {len(stored)}, {len(content)}}},')
    return rows, blob.bytes()


ASSEMBLER = """\
        .section .rodata.monoceros_packed, "a", %progbits
        .globl monoceros_frozen_blob, monoceros_resource_blob
        .hidden monoceros_frozen_blob, monoceros_resource_blob
        .balign 64
monoceros_frozen_blob:
        .incbin "frozen.bin"
        .balign 64
monoceros_resource_blob:
        .incbin "resources.bin"
        .section .note.GNU-stack, "", %progbits
"""

TABLES = """\
/* As in CPython's Include/cpython/import.h. */
struct _frozen {
  const char *name;
  const unsigned char *code;
  int size;
  int is_package;
};
extern __attribute__((visibility("hidden"))) const unsigned char monoceros_frozen_blob[], monoceros_resource_blob[];

extern const struct _frozen monoceros_frozen_modules[];
const struct _frozen monoceros_frozen_modules[] = {
@MODULES@
{0, 0, 0, 0},
};

const struct monoceros_resource monoceros_resources[] = {
@RESOURCES@
};
const size_t monoceros_resource_count = sizeof monoceros_resources / sizeof monoceros_resources[0];
"""


def tables(modules: list[str], table: list[str]) -> bytes:
    reader = (HERE / "resources.c").read_text()
    rows = TABLES.replace("@MODULES@", "\n".join(modules)).replace("@RESOURCES@", "\n".join(table))
    return f"{reader}\n{rows}".encode()


def write(path: Path, content: bytes) -> None:
    if not path.exists() or path.read_bytes() != content:
        path.write_bytes(content)


def carried_files(library: Path, sources: dict[str, bytes], assets: Path, installer: Path) -> dict[str, bytes]:
    files = {f"source/{path}": source for path, source in sources.items()}
    files |= {f"data/{name}": (library / name).read_bytes() for name in DATA_FILES if (library / name).exists()}
    files |= {f"pip/{wheel.name}": wheel.read_bytes() for wheel in installer.glob("*.whl")}
    files["cacert.pem"] = (assets / "cacert.pem").read_bytes()
    zones = assets / "zoneinfo"
    for path in zones.rglob("*"):
        if path.is_file():
            files[f"zoneinfo/{path.relative_to(zones).as_posix()}"] = path.read_bytes()
    return files


def arguments() -> argparse.Namespace:
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--parts", type=Path, required=True, help="output folder of ci/parts")
    parser.add_argument("--own", type=Path, action="append", default=[], help="folder of our own modules")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=Path(os.environ.get("MONOCEROS_CACHE") or f"{home}/monoceros"))
    return parser.parse_args()


def main() -> None:
    options = arguments()
    library = options.parts / "python" / "lib" / f"python{VERSION}"
    if not library.is_dir():
        sys.exit(f"pack.py: {library} is missing: this interpreter must have the version of the one it packs.")
    files = python_files(library)
    for folder in options.own:
        files |= python_files(folder)
    sources = {path: file.read_bytes() for path, file in sorted(files.items())}

    cache = Cache(options.cache)
    modules, code = freeze(sources, cache)
    table, data = resources(carried_files(library, sources, options.parts / "assets", options.parts / "installer"), cache)
    cache.save()

    options.out.mkdir(parents=True, exist_ok=True)
    write(options.out / "frozen.bin", code)
    write(options.out / "resources.bin", data)
    write(options.out / "pack.S", ASSEMBLER.encode())
    write(options.out / "pack.c", tables(modules, table))
    print(f"{len(modules)} modules, {len(code) >> 10} KiB of code; {len(table)} files, {len(data) >> 10} KiB")


if __name__ == "__main__":
    main()
