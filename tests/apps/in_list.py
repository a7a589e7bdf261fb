"""Answers with a list or a tuple: the sizes of its items stand in the query, separated by commas; x is no bytes at all."""


def _items(environ):
    for number, size in enumerate(environ["QUERY_STRING"].split(",")):
        yield "text" if size == "x" else b"%d" % (number % 10) * int(size)


def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    kind = tuple if environ["PATH_INFO"] == "/tuple" else list
    return kind(_items(environ))
