"""`monoceros bundle`: this program, an application and its packages as one executable.

The file is a copy of this program with a ZIP archive behind it (src/bundle/archive.h says which kind):
    app/             the application's folder
    site-packages/   its packages
    bundle/          arguments (the baked command line, a NUL behind each word), and perhaps a configuration file
The same input gives the same bytes: names are sorted, and everything has one time.
"""

import argparse
import errno
import os
import platform
import shutil
import stat
import subprocess
import sys
import tempfile
import time
import warnings
from fnmatch import fnmatch
from importlib._bootstrap_external import _code_to_hash_pyc
from importlib.machinery import EXTENSION_SUFFIXES, PathFinder
from importlib.util import source_hash
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from monoceros import boot, sites

DESCRIPTION = """\
Makes one executable of the application in the current folder, its packages and this program. Started, it serves; its
files are seen below its own path (FILE/app, FILE/site-packages) and are read from it, never unpacked.

What goes in: all files of the folder, except for what belongs to development (version control, caches, virtual
environments, node_modules, .env). Packages are installed from the requirements files; without one, those in
./site-packages or ./site are taken. Everything behind -- is a command line of the server that is baked in; it and the
configuration file count as defaults, which the environment, another -c and the command line override."""

LEFT_OUT = (".git", ".hg", ".svn", ".bzr", "__pycache__", "node_modules", ".tox", ".nox", ".venv", ".mypy_cache", ".pytest_cache",
            ".ruff_cache", ".hypothesis", ".idea", ".vscode", ".eggs", ".env", ".DS_Store", "*.pyc", "*.pyo", "*.swp", "*~")
PAGE = 65536 if platform.machine() == "aarch64" else 4096  # objects are mapped from the file
MOST = 0xFFFFFFFF  # of a ZIP archive without extensions, in bytes
MOST_ENTRIES = 0xFFFF


class Refusal(Exception):
    """One sentence for the user."""


class Content:
    """What the archive is to hold: entries by name, each a path, bytes or a Compiled; None for a folder."""

    def __init__(self, excluded):
        self.entries = {}
        self.newest = 0
        self._excluded = excluded

    def add_file(self, name, source):
        self.add_folder(name.rpartition("/")[0])
        self.entries[name] = source

    def add_folder(self, name):
        while name and name + "/" not in self.entries:
            self.entries[name + "/"] = None
            name = name.rpartition("/")[0]

    def add_tree(self, name, folder, skip=(), left_out=(), within=()):
        """`skip`: real paths of files and folders; `within`: the real paths on the way here, as links may make circles."""
        self.add_folder(name)
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
        for entry in entries:
            path = f"{name}/{entry.name}"
            if any(fnmatch(entry.name, pattern) for pattern in (*left_out, "__pycache__")) or self._is_excluded(path):
                continue
            real = os.path.realpath(entry.path)
            if real in skip or real in within:
                continue
            try:
                status = os.stat(entry.path)
            except OSError as error:
                if error.errno in (errno.ENOENT, errno.ELOOP):  # a link that leads nowhere
                    continue
                raise
            if stat.S_ISDIR(status.st_mode):
                if not (left_out and os.path.exists(f"{entry.path}/pyvenv.cfg")):
                    self.add_tree(path, entry.path, skip, left_out, (*within, real))
            elif stat.S_ISREG(status.st_mode):
                if status.st_size > MOST:
                    raise Refusal(f"{entry.path} is larger than 4 GiB, which a bundle cannot hold: leave it out with --exclude")
                if left_out:
                    self.newest = max(self.newest, status.st_mtime)
                self.add_file(path, entry.path)

    def _is_excluded(self, path):
        own = path.partition("/")[2]
        return any(fnmatch(own, pattern) for pattern in self._excluded)

    def sorted(self):
        try:
            names = sorted(self.entries, key=lambda name: name.encode())
        except UnicodeEncodeError as error:
            raise Refusal(f"{error.object!r}: the name is not UTF-8: rename the file, or leave it out with --exclude") from None
        return [(name, self.entries[name]) for name in names]


def refusals(content):
    """Compiled extensions that this program cannot load, one sentence each."""
    from _monoceros import object_refusal

    for name, source in content.entries.items():
        if name.endswith(".so") and isinstance(source, str) and (why := object_refusal(source)):
            yield why


class Writer:
    """Entries behind a program, in the order of their names."""

    def __init__(self, file, when):
        self._file, self._time = file, time.gmtime(max(when, 315532800))[:6]
        self._zip = ZipFile(file, "w", ZIP_STORED, allowZip64=False)

    def add(self, name, source):
        info = ZipInfo(name, self._time)
        info.create_system = 3
        is_folder = source is None
        info.external_attr = (stat.S_IFDIR | 0o755) << 16 | 0x10 if is_folder else (stat.S_IFREG | 0o644) << 16
        if not is_folder:
            self._align(30 + len(name.encode()), PAGE if ".so" in name.rpartition("/")[2] else 16)
        if is_folder or isinstance(source, bytes):
            self._zip.writestr(info, source or b"")
        else:
            info.file_size = os.path.getsize(source)
            with open(source, "rb") as file, self._zip.open(info, "w") as entry:
                shutil.copyfileobj(file, entry, 1 << 20)

    def _align(self, header, alignment):
        """The content, which comes behind a header of that size, is to begin at a multiple of `alignment`. Between
        entries there may be anything: they are found by the directory."""
        self._file.seek(self._zip.start_dir)
        self._file.write(bytes(-(self._zip.start_dir + header) % alignment))
        self._zip.start_dir = self._file.tell()

    def close(self):
        self._zip.close()


class Compiled:
    """The .pyc of a module, which is never compared with its source again. Made when it is written."""

    def __init__(self, name, path):
        self._name, self._path = name, path

    def bytes(self):
        """None if the file is no Python of this version."""
        with open(self._path, "rb") as file:
            return compiled(self._name, file.read())


def compiled(name, source):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            code = compile(source, name, "exec", dont_inherit=True, optimize=0)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
    return bytes(_code_to_hash_pyc(code, source_hash(source), checked=False))


def add_compiled(content):
    for name, path in [entry for entry in content.entries.items() if entry[0].endswith(".py")]:
        folder, _, file = name.rpartition("/")
        if folder != "bundle":
            place = f"{folder}/__pycache__/{file[:-3]}.{sys.implementation.cache_tag}.pyc"
            content.add_file(place, Compiled(name, path))


def parsed(words):
    at = words.index("--") if "--" in words else len(words)
    parser = argparse.ArgumentParser(prog="monoceros bundle", description=DESCRIPTION, add_help=True,
                                     usage="%(prog)s [APP_MODULE] [-r FILE]... [-c CONFIG] -o FILE [-- OPTIONS]",
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("app", nargs="?", metavar="APP_MODULE", help="what is served: MODULE or MODULE:CALLABLE")
    parser.add_argument("-r", "--requirement", action="append", default=[], metavar="FILE",
                        help="a requirements file of pip's, whose packages go in")
    parser.add_argument("-c", "--config", metavar="CONFIG", help="the configuration file to bake in, in TOML or Python")
    parser.add_argument("--chdir", default=".", metavar="DIR", help="the application's folder, if not the current one")
    parser.add_argument("--exclude", action="append", default=[], metavar="PATTERN",
                        help="leave out files and folders, by their path in the folder of the application or of the packages: "
                             "'media', 'tests/*', '*.sqlite3'")
    parser.add_argument("-o", "--output", required=True, metavar="FILE", help="the executable to write")
    given = parser.parse_args(words[:at])
    given.flags = words[at + 1:]
    return given


def own_program():
    return "/" + sys._base_executable.lstrip("/")


def check(given):
    if sites.BUNDLE:
        raise Refusal(f"{sites.BUNDLE} is a bundle itself: make bundles with a plain monoceros")
    if not boot.LOADS_EXTENSIONS:
        raise Refusal("this build stands on glibc and makes no bundles: take the static one")
    if not os.path.isdir(given.chdir):
        raise Refusal(f"--chdir {given.chdir}: there is no such folder")
    if given.config and not os.path.isfile(given.config):
        raise Refusal(f"--config {given.config}: there is no such file (a configuration is baked in as a file)")
    for file in given.requirement:
        if not os.path.isfile(file):
            raise Refusal(f"--requirement {file}: there is no such file")
    if os.path.isdir(given.output):
        raise Refusal(f"--output {given.output} is a folder: give the executable another name or place")
    name = os.path.basename(given.output)
    if name.startswith("python"):
        raise Refusal(f"--output {name}: a program whose name begins with 'python' would be the interpreter: choose another")
    folder = os.path.dirname(os.path.abspath(given.output))
    if not os.path.isdir(folder):
        raise Refusal(f"--output {given.output}: there is no folder {folder}")
    check_flags(given)


def check_flags(given):
    if any(word.startswith(("-c", "--config")) for word in given.flags):
        raise Refusal("the configuration file to bake in is named in front of --, as in: monoceros bundle -c CONFIG ... -- OPTIONS")
    # Of an application that is everywhere: the one to come may need a database, or a secret, to be loaded.
    words = [own_program(), *given.flags, "wsgiref.simple_server:demo_app", "--print-config"]
    ended = subprocess.run(words, capture_output=True, text=True, env={}, cwd="/", stdin=subprocess.DEVNULL)
    if ended.returncode == 0:
        return
    said = " ".join(ended.stderr.split())
    if ended.returncode == 2:  # no options of ours; other failures may come from what is elsewhere than here
        raise Refusal(said.partition("error: ")[2] or said)
    print(f"Warning: as things are here, these options are refused: {said}", file=sys.stderr)


def check_application(given, packages):
    """Found, though not imported: that may need a database, or a secret."""
    if not given.app or any(word == "--paste" or word.startswith("--paste") for word in given.flags):
        return
    module = given.app.partition(":")[0]
    path = [os.path.abspath(given.chdir), *([packages] if packages else [])]
    for part in module.split("."):
        spec = PathFinder.find_spec(part, path)
        if spec is None:
            raise Refusal(f"{given.app}: there is no module {module} in {os.path.abspath(given.chdir)} nor among its packages: "
                          "name the application's folder with --chdir")
        path = list(spec.submodule_search_locations or ())


def install(given, folder):
    words = [sys.executable, "-P", "-m", "monoceros.installer", "install", "--no-compile", "--target", folder]
    for file in given.requirement:
        words += ["-r", file]
    ended = subprocess.run(words, stdout=sys.stderr, stdin=subprocess.DEVNULL)
    if ended.returncode != 0:
        raise Refusal(f"the packages of {', '.join(given.requirement)} cannot be had: pip says above what is missing")
    return folder


def packages_beside(given):
    found = (os.path.join(given.chdir, name) for name in ("site-packages", "site"))
    return next((os.path.abspath(path) for path in found if sites.is_for_packages(path)), None)


def gathered(given, packages):
    content = Content(given.exclude)
    skip = {os.path.realpath(path) for path in (given.output, own_program(), packages, packages_beside(given)) if path}
    content.add_tree("app", given.chdir, skip, LEFT_OUT, (os.path.realpath(given.chdir),))
    content.add_folder("site-packages")
    if packages:
        # Its programs name the interpreter that installed them.
        content.add_tree("site-packages", packages, {os.path.realpath(f"{packages}/bin")})
    words = given.flags + ([given.app] if given.app else [])
    content.add_file("bundle/arguments", "".join(word + "\0" for word in words).encode())
    if given.config:
        kind = "monoceros.toml" if given.config.endswith(".toml") else "gunicorn.conf.py"
        content.add_file(f"bundle/{kind}", given.config)
        content.newest = max(content.newest, os.path.getmtime(given.config))
    return content


def time_of(content):
    """Of everything inside: SOURCE_DATE_EPOCH, else when the application was changed last. It tells browsers and proxies
    that a file of today is not the one of last week."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    return int(given) if given else int(content.newest)


def write(given, content):
    incoming = f"{given.output}.{os.getpid()}"
    try:
        with open(incoming, "wb") as file:
            with open(own_program(), "rb") as program:
                shutil.copyfileobj(program, file, 1 << 20)
            write_archive(file, content)
            os.fchmod(file.fileno(), 0o755)
        os.replace(incoming, given.output)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise Refusal(f"{given.output}: there is not enough space for it") from None
        if error.filename == incoming:
            error.filename = given.output
        raise
    finally:
        if os.path.exists(incoming):
            os.unlink(incoming)


def write_archive(file, content):
    entries = content.sorted()
    if len(entries) > MOST_ENTRIES:
        raise Refusal(f"{len(entries)} files and folders are more than the {MOST_ENTRIES} a bundle can hold: leave some out with --exclude")
    writer = Writer(file, time_of(content))
    for name, source in entries:
        if isinstance(source, Compiled) and (source := source.bytes()) is None:
            continue
        writer.add(name, source)
        if file.tell() > MOST:
            raise Refusal("the application and its packages are larger than the 4 GiB a bundle can be: leave some out with --exclude")
    writer.close()


def bundle(given):
    check(given)
    with tempfile.TemporaryDirectory(prefix="monoceros-bundle-") as folder:
        packages = install(given, f"{folder}/packages") if given.requirement else packages_beside(given)
        check_application(given, packages)
        content = gathered(given, packages)
        for sentence in refusals(content):
            print(f"Warning: {sentence}: it goes in, and cannot be loaded", file=sys.stderr)
        add_compiled(content)
        write(given, content)
    size = os.path.getsize(given.output) / (1 << 20)
    print(f"{given.output}: {size:.1f} MiB; it serves when it is started")


def main():
    given = parsed(sys.argv[1:])
    try:
        bundle(given)
    except Refusal as refusal:
        sys.exit(f"monoceros bundle: error: {refusal}")
    except OSError as error:
        sys.exit(f"monoceros bundle: error: {error.filename or given.output}: {(error.strerror or str(error)).lower()}")


if __name__ == "__main__":
    main()
