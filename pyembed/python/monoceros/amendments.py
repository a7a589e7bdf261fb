"""Modules of others that ask questions this program answers otherwise, mended when they are imported."""

import os
import sys

from _monoceros import musl_version


def _packaging_musllinux(module):
    """`packaging` reads the name of the dynamic linker in sys.executable, and asks that for its version."""
    version = module._MuslVersion(*map(int, musl_version().split(".")[:2]))
    module._get_musl_version = lambda executable: version


def _platform(module):
    """It looks for words in sys.executable that a dynamic linker would read."""
    original = module.libc_ver

    def libc_ver(executable=None, lib="", version="", chunksize=16384):
        if executable is None:
            return "musl", musl_version()
        return original(executable, lib, version, chunksize)

    module.libc_ver = libc_ver


def _venv(module):
    """Its interpreter is called by the name of sys.executable, but this program is Python only under such a name. And
    the scripts that activate an environment are no files here.
    """
    original = module.EnvBuilder.ensure_directories

    def ensure_directories(self, env_dir):
        context = original(self, env_dir)
        context.python_exe = "python"
        context.env_exe = context.env_exec_cmd = os.path.join(context.bin_path, "python")
        return context

    def setup_scripts(self, context):
        from importlib.resources import as_file, files

        with as_file(files(module).joinpath("scripts")) as folder:
            self.install_scripts(context, str(folder))

    module.EnvBuilder.ensure_directories = ensure_directories
    module.EnvBuilder.setup_scripts = setup_scripts


AMENDMENTS = {"platform": _platform, "venv": _venv}


def amendment_of(fullname):
    # packaging is vendored by pip, setuptools and others.
    if fullname.endswith("packaging._musllinux"):
        return _packaging_musllinux
    return AMENDMENTS.get(fullname)


class Amending:
    """A loader around another."""

    def __init__(self, loader, amend):
        self._loader, self._amend = loader, amend

    def __getattr__(self, name):
        return getattr(self._loader, name)

    def create_module(self, spec):
        return self._loader.create_module(spec)

    def exec_module(self, module):
        module.__spec__.loader = module.__loader__ = self._loader
        self._loader.exec_module(module)
        self._amend(module)


def find(fullname, path, target, finder):
    """The module's spec as the finders after `finder` give it, amended."""
    later = sys.meta_path[sys.meta_path.index(finder) + 1:]
    for other in later:
        spec = other.find_spec(fullname, path, target)
        if spec is not None:
            if hasattr(spec.loader, "exec_module"):
                spec.loader = Amending(spec.loader, amendment_of(fullname))
            return spec
    return None
