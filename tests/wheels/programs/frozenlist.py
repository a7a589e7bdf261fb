# requires: frozenlist
import frozenlist
from frozenlist import _frozenlist

values = frozenlist.FrozenList([1, 2])
values.append(3)
values.freeze()
try:
    values.append(4)
except RuntimeError:
    assert hash(values) and frozenlist.FrozenList is _frozenlist.FrozenList
    print("appended, frozen, refused, in C")
