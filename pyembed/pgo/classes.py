"""Objects: attributes and descriptors, slots, properties, dataclasses, enums, inheritance, operators, contexts."""

import abc
import contextlib
import dataclasses
import enum
import functools
import weakref


class Vector:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x, self.y = x, y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __eq__(self, other):
        return self.x == other.x and self.y == other.y

    def __lt__(self, other):
        return self.x < other.x


class Color(enum.Enum):
    RED = 1
    GREEN = 2


@dataclasses.dataclass(order=True)
class Point:
    x: int
    y: int = 0
    names: list = dataclasses.field(default_factory=list)

    @property
    def length(self):
        return (self.x * self.x + self.y * self.y) ** 0.5


class Base(abc.ABC):
    registry = weakref.WeakValueDictionary()

    def __init__(self, name, **options):
        self.name = name
        self.__dict__.update(options)
        self.registry[name] = self

    @abc.abstractmethod
    def run(self, depth): ...

    def __getattr__(self, name):
        if name.startswith("get_"):
            return functools.partial(getattr, self, name[4:], None)
        raise AttributeError(name)


class Mixin:
    def run(self, depth):
        return super().run(depth) + 1


class Leaf(Mixin, Base):
    kind = Color.RED

    def run(self, depth):
        return depth if depth == 0 else self.run(depth - 1)

    @classmethod
    def make(cls, *args, **kwargs):
        return cls(*args, **kwargs)

    @functools.cached_property
    def label(self):
        return f"{self.name}:{self.kind.name}"


def add_vectors():
    total, step = Vector(0, 0), Vector(1, 2)
    for _ in range(10000):
        total = total + step
    sorted(Vector(i % 17, i) for i in range(500))


def use_attributes():
    for i in range(500):
        leaf = Leaf.make(f"leaf{i}", color=Color.GREEN, size=i)
        leaf.run(3), leaf.label, leaf.label, leaf.get_size(), hasattr(leaf, "missing"), isinstance(leaf, Base)
        leaf.size += 1
        leaf.color is Color(2), Color["RED"].value, vars(leaf).items()


def use_dataclasses():
    points = [Point(i % 13, i) for i in range(500)]
    sorted(points), [point.length for point in points], dataclasses.asdict(points[0])
    dataclasses.replace(points[1], y=5) == points[1], repr(points[2])


def handle_errors():
    @contextlib.contextmanager
    def guard(log):
        try:
            yield log.append
        except KeyError as error:
            log.append(str(error))
        finally:
            log.append("done")

    for i in range(500):
        with guard([]) as note:
            note(i)
            try:
                {}[i] if i % 2 else int("x")
            except ValueError as error:
                note(error.args)


JOBS = [add_vectors, use_attributes, use_dataclasses, handle_errors]
