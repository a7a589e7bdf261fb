"""What has been made before the workers, and when it ends."""

import gc
import json
import sys
import weakref

endings = []
texts = ["some text", ("a", "tuple")]


class Pool:
    def __init__(self):
        self.connections = [Connection()]


class Connection:
    def __del__(self):
        endings.append("connection")


def greet(name="you"):
    return f"hello {name}"


pool = Pool()
weakref.finalize(pool, endings.append, "pool")


def is_counted(thing):
    before = sys.getrefcount(thing)
    another = [thing]
    return sys.getrefcount(another[0]) != before


def app(environ, start_response):
    global pool, greet, texts
    if environ["PATH_INFO"] == "/drop":
        del pool.connections[:]
        pool = None
    elif environ["PATH_INFO"] == "/replace":
        texts.append(str(len(texts)))
        texts = [*texts, greet()]
        greet = lambda: "hello again"
        gc.unfreeze()
        gc.collect()
        texts.append(greet())
    start_response("200 OK", [("Content-Type", "application/json")])
    counted = {"function": is_counted(greet), "class": is_counted(Pool), "instance": is_counted(pool)}
    said = {"endings": endings, "texts": texts, "counted": counted, "has_idna": "encodings.idna" in sys.modules}
    return [json.dumps(said).encode()]
