# requires: msgpack
import datetime

import msgpack
from msgpack import _cmsgpack

value = {"n": [1, -2, 2**40, 1.5], "b": b"\0", "t": datetime.datetime(2020, 1, 2, tzinfo=datetime.timezone.utc)}
packed = msgpack.packb(value, datetime=True)
assert msgpack.unpackb(packed, timestamp=3) == value and _cmsgpack.__file__.endswith(".so")
unpacker = msgpack.Unpacker()
for byte in msgpack.packb([1, "two"]):
    unpacker.feed(bytes([byte]))
assert list(unpacker) == [[1, "two"]]
print("round trip, and a stream byte by byte")
