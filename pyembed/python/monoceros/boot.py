"""Makes the carried standard library look like one on disk. Imported once, right after Py_InitializeFromConfig.

CPython's frozen importer finds a carried module anywhere on the search path and first, and knows neither its source
nor its files. After `install()`
  - the library is an entry of sys.path, so a module of the application's folder wins over it as usual;
  - its modules have a file, a source for tracebacks, resources, and can be listed;
  - a compiled extension that cannot be loaded does not hide the pure-Python module beside it, and where there is none
    the error says why.
Boot time is start-up time of every process: nothing is imported here that the interpreter has not imported already.
"""

import _imp
import sys
from _frozen_importlib import FrozenImporter
from _frozen_importlib_external import (
    BYTECODE_SUFFIXES, SOURCE_SUFFIXES, FileFinder, SourceFileLoader, SourcelessFileLoader, decode_source)

from posix import getcwd

import _monoceros
from _monoceros import resource, resource_names

LIBRARY = sys._stdlib_dir

# Not in every build: the one with sanitizers stands on glibc and cannot lend its symbols to extensions.
LOADS_EXTENSIONS = getattr(_monoceros, "musl_version", lambda: None)() is not None


class CoreImporter(FrozenImporter):
    """In sys.meta_path: what comes before sys.path. importlib's own bootstrap, because it is loaded already; and what
    speaks to this server, because requirements files bring a package `gunicorn` that speaks to another.
    """

    @classmethod
    def find_spec(cls, fullname, path=None, target=None):
        if fullname in ("_frozen_importlib", "_frozen_importlib_external", "zipimport"):
            return FrozenImporter.find_spec(fullname, path, target)
        if fullname.partition(".")[0] in ("gunicorn", "monoceros"):
            return _find_in_library(fullname)
        if LOADS_EXTENSIONS and (fullname in ("platform", "venv") or fullname.endswith("packaging._musllinux")):
            from monoceros import amendments

            return amendments.find(fullname, path, target, cls)
        return None


def _find_in_library(fullname):
    spec = FrozenImporter.find_spec(fullname)
    if spec is not None:
        spec.origin = spec.loader_state.filename
        spec.has_location = True
    return spec


class LibraryFinder:
    """Finder of one folder of the carried library."""

    def __init__(self, path):
        if path != LIBRARY and not path.startswith(LIBRARY + "/"):
            raise ImportError("not a folder of the carried library", path=path)
        self._folder = path[len(LIBRARY) + 1:].strip("/")
        self._package = self._folder.replace("/", ".")

    def find_spec(self, fullname, target=None):
        parent, _, _ = fullname.rpartition(".")
        return _find_in_library(fullname) if parent == self._package else None

    def invalidate_caches(self):
        pass

    def iter_modules(self, prefix=""):
        """For pkgutil: (name, is a package) of every module of the folder."""
        start = f"source/{self._folder}/" if self._folder else "source/"
        for name in resource_names(start):
            name = name[len(start):]
            if name.endswith("/__init__.py") and name.count("/") == 1:
                yield prefix + name[:-12], True
            elif "/" not in name and name != "__init__.py":
                yield prefix + name[:-3], False


class ExtensionHint:
    """Last in sys.meta_path: explains the failing import of a compiled extension."""

    @staticmethod
    def find_spec(fullname, path=None, target=None):
        # importlib.util.find_spec() only asks; None is its answer for what cannot be imported.
        if sys._getframe(2).f_code.co_name != "_find_and_load_unlocked":
            return None
        name = fullname.rpartition(".")[2] + "."
        for folder in sys.path if path is None else path:
            folder = folder or getcwd()
            finder = sys.path_importer_cache.get(folder)
            for file in getattr(finder, "_path_cache", ()):
                if file.startswith(name) and file.endswith(".so"):
                    raise _cannot_load(fullname, f"{folder}/{file}")
        return None


def _cannot_load(name, file):
    if LOADS_EXTENSIONS:
        from monoceros import extensions

        return extensions.cannot_load(name, file)
    # What a library that cannot be loaded raises everywhere, and code with a fallback catches. Its subclass
    # ModuleNotFoundError would be swallowed by `from package import name`.
    return ImportError(
        f"{file} is a compiled extension, which this build cannot load: "
        "install the pure-Python wheel of its project if there is one, or choose another package", name=name, path=file)


def _module_path(fullname):
    """The module's path below the library."""
    info = _imp.find_frozen(fullname)
    if info is None:
        raise ImportError(f"{fullname!r} is not a frozen module", name=fullname)
    _, is_package, origin = info
    return (origin or fullname).replace(".", "/") + ("/__init__.py" if is_package else ".py")


def _get_filename(cls, fullname):
    return f"{LIBRARY}/{_module_path(fullname)}"


def _get_source(cls, fullname):
    source = resource("source/" + _module_path(fullname))
    return None if source is None else decode_source(source)


def _get_data(cls, path):
    if path.startswith(LIBRARY + "/"):
        name = path[len(LIBRARY) + 1:]
        data = resource("source/" + name) or resource("data/" + name)
        if data is not None:
            return data
    raise FileNotFoundError(2, "No such carried file", path)


def _get_resource_reader(cls, fullname):
    if not _imp.is_frozen_package(fullname):
        return None
    from monoceros.carried import PackageReader

    return PackageReader(fullname.replace(".", "/"))


def install():
    for method in (_get_filename, _get_source, _get_data, _get_resource_reader):
        setattr(FrozenImporter, method.__name__[1:], classmethod(method))
    sys.meta_path[:] = [CoreImporter if finder is FrozenImporter else finder for finder in sys.meta_path]
    sys.meta_path.append(ExtensionHint)

    loaders = [(SourceFileLoader, SOURCE_SUFFIXES), (SourcelessFileLoader, BYTECODE_SUFFIXES)]
    if LOADS_EXTENSIONS:
        from monoceros.extensions import Extension

        loaders.insert(0, (Extension, _imp.extension_suffixes()))
    kept = [hook for hook in sys.path_hooks if not _is_file_finder_hook(hook)]
    sys.path_hooks[:] = [LibraryFinder, *kept, FileFinder.path_hook(*loaders)]
    sys.path_importer_cache.clear()
    _add_to_path()


def _is_file_finder_hook(hook):
    return getattr(hook, "__name__", "") == "path_hook_for_FileFinder"


def _add_to_path():
    """Before the first folder of packages, as in a Python on disk; -I and -S leave none."""
    if LIBRARY in sys.path:
        return
    packages = (i for i, entry in enumerate(sys.path) if entry.endswith(("site-packages", "dist-packages")))
    sys.path.insert(next(packages, len(sys.path)), LIBRARY)


install()
