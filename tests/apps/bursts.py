"""Pieces of `?sizes=`, "10,500x1000" for one of 10 bytes and 500 of 1000, as fast as they go; then nothing until the
file of `?file=` exists; then "after". Yielded, or at /write written. With `?length=yes` their length is known before."""

from urllib.parse import parse_qs

from gate import wait_for


def sizes_of(text):
    for part in text.split(","):
        count, _, size = part.rpartition("x")
        yield from [int(size)] * int(count or 1)


def pieces(sizes):
    for number, size in enumerate(sizes):
        yield bytes([ord("a") + number % 26]) * size


def yielded(sizes, path):
    yield from pieces(sizes)
    wait_for(path)
    yield b"after"


def written(write, sizes, path):
    for piece in pieces(sizes):
        write(piece)
    wait_for(path)
    write(b"after")
    return []


def app(environ, start_response):
    query = {name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()}
    sizes = list(sizes_of(query["sizes"]))
    headers = [("Content-Type", "text/plain")]
    if "length" in query:
        headers.append(("Content-Length", str(sum(sizes) + len("after"))))
    write = start_response("200 OK", headers)
    if environ["PATH_INFO"] == "/write":
        return written(write, sizes, query["file"])
    return yielded(sizes, query["file"])
