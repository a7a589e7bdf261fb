"""Compiled extensions: loading them, and saying what is wrong with those that cannot be loaded."""

import sys
from os import path
from _frozen_importlib_external import ExtensionFileLoader, FileFinder, SourceFileLoader, SOURCE_SUFFIXES

from _monoceros import object_refusal

WAY_OUT = ("install the musllinux wheel of its project: `monoceros pip install` chooses it, and so does, on any machine, "
           "`pip install --platform musllinux_1_2_{machine} --python-version {version} --only-binary=:all: --target DIR`")


class Extension(ExtensionFileLoader):
    """One that cannot be loaded here does not hide the pure-Python module beside it."""

    def create_module(self, spec):
        try:
            return super().create_module(spec)
        except ImportError as error:
            if error.path != spec.origin:  # it was loaded, and lacks something else
                raise
            folder = path.dirname(spec.origin)
            twin = FileFinder(folder, (SourceFileLoader, SOURCE_SUFFIXES)).find_spec(spec.name)
            if twin:
                spec.loader, spec.origin, spec.cached = twin.loader, twin.origin, twin.cached
                return None
            reason = object_refusal(spec.origin)
            if reason is None:
                raise
            raise ImportError(f"{reason}: {_way_out()}", name=spec.name, path=spec.origin) from None


def refusal_of_name(file):
    """Why a file that looks like an extension by its name is none of ours."""
    import re

    built_for = re.search(r"\.(?:cpython-|pypy|graalpy)([\w-]+)\.so$", file)
    tag = built_for[1] if built_for else ""
    ours = f"CPython {sys.version_info[0]}.{sys.version_info[1]}"
    if re.match(f"{sys.version_info[0]}{sys.version_info[1]}-", tag):
        kind = "glibc" if tag.endswith("-gnu") else "another machine" if "musl" in tag else "another system"
        return f"it is built for {kind} ({tag}), and this program is {sys.implementation._multiarch}"
    if tag.endswith("-gnu"):
        return f"it is built for another Python ({tag}) on glibc, and this is {ours} on musl"
    return f"it is built for another Python ({tag or 'unknown'}), and this is {ours}"


def cannot_load(name, file):
    return ImportError(f"{file}: {refusal_of_name(file)}: {_way_out()}", name=name, path=file)


def _way_out():
    machine = sys.implementation._multiarch.partition("-")[0]
    return WAY_OUT.format(machine=machine, version="{}.{}".format(*sys.version_info))
