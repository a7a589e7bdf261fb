# requires: orjson
# core
import datetime
import uuid

import orjson

value = {"id": uuid.UUID(int=5), "at": datetime.datetime(2020, 1, 2, 3, 4, 5), "n": [1, 2.5, None, "é" * 1000]}
text = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
assert orjson.loads(text)["n"] == value["n"] and b"2020-01-02T03:04:05" in text
try:
    orjson.loads(b'{"a":')
except orjson.JSONDecodeError:
    print("round trip of dates, UUIDs and text; bad JSON refused")
