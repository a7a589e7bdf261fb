"""importlib.resources for packages of the carried library. Imported when somebody asks."""

import io
from importlib.resources.abc import Traversable, TraversableResources

from _monoceros import resource, resource_names

KINDS = ("source/", "data/")


class PackageReader(TraversableResources):
    def __init__(self, path):
        self._path = path

    def files(self):
        return Carried(self._path)


class Carried(Traversable):
    """A file or folder of the library, by its path below it."""

    def __init__(self, path):
        self._path = path

    @property
    def name(self):
        return self._path.rpartition("/")[2]

    def __repr__(self):
        return f"Carried({self._path!r})"

    def _names(self):
        start = self._path + "/"
        for kind in KINDS:
            for name in resource_names(kind + start):
                yield name[len(kind) + len(start):].partition("/")[0]

    def _bytes(self):
        for kind in KINDS:
            data = resource(kind + self._path)
            if data is not None:
                return data
        return None

    def is_dir(self):
        return any(True for _ in self._names())

    def is_file(self):
        return self._bytes() is not None

    def iterdir(self):
        return (Carried(f"{self._path}/{name}") for name in sorted(set(self._names())))

    def joinpath(self, *descendants):
        path = self._path
        for descendant in descendants:
            path = f"{path}/{descendant}"
        return Carried(path)

    def open(self, mode="r", *args, **kwargs):
        data = self._bytes()
        if data is None:
            raise FileNotFoundError(2, "No such carried file", self._path)
        stream = io.BytesIO(data)
        return stream if "b" in mode else io.TextIOWrapper(stream, *args, **kwargs)
