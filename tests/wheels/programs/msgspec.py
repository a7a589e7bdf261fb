# requires: msgspec
import msgspec


class Event(msgspec.Struct):
    name: str
    sizes: list[int]


event = Event("x", [1, 2])
assert msgspec.json.decode(msgspec.json.encode(event), type=Event) == event
assert msgspec.msgpack.decode(msgspec.msgpack.encode(event), type=Event) == event
try:
    msgspec.json.decode(b'{"name": 1, "sizes": []}', type=Event)
except msgspec.ValidationError:
    print("a typed struct through JSON and MessagePack; a wrong type refused")
