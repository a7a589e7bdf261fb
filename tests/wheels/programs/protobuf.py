# requires: protobuf
# notes: no wheel for musl, so the pure-Python one is installed
from google.protobuf import struct_pb2
from google.protobuf.internal import api_implementation
from google.protobuf.json_format import MessageToDict

value = struct_pb2.Struct()
value.update({"a": [1, "x"], "b": {"c": None}})
again = struct_pb2.Struct.FromString(value.SerializeToString())
assert MessageToDict(again) == {"a": [1.0, "x"], "b": {"c": None}}
print(f"a message serialised and parsed, implementation {api_implementation.Type()}")
