# requires: multidict
import multidict
from multidict import _multidict

headers = multidict.CIMultiDict([("A", "1"), ("a", "2")])
assert headers.getall("A") == ["1", "2"] and multidict.CIMultiDict is _multidict.CIMultiDict
headers.extend((f"k{n}", n) for n in range(1000))
assert len(headers) == 1002
print("1002 entries, case-insensitive, in C")
