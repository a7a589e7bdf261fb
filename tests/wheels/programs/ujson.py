# requires: ujson
import ujson

value = {"a": [1, 2.5, None, "é"], "b": {"c": True}}
assert ujson.loads(ujson.dumps(value, indent=2)) == value
try:
    ujson.loads("[1,")
except ujson.JSONDecodeError:
    print("round trip, an error")
