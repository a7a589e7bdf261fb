"""Files returned through wsgi.file_wrapper, counting how often they are closed.

`?path=` the file, `?record=` where close() leaves a line, `?length=` a Content-Length, `?grow=` bytes that the file gets
more between start_response() and the return, `?shrink=` its size from then on.
"""

import os
import time
from urllib.parse import parse_qs


class Recorded:
    """A file whose closing leaves a trace."""

    def __init__(self, path, record):
        self._file, self._record = open(path, "rb"), record

    def fileno(self):
        return self._file.fileno()

    def tell(self):
        return self._file.tell()

    def seek(self, *where):
        return self._file.seek(*where)

    def read(self, size=-1):
        return self._file.read(size)

    def close(self):
        self._file.close()
        with open(self._record, "a") as record:
            record.write("closed\n")


class NoFile(Recorded):
    """Only to be read; slowly."""

    fileno = property()
    tell = property()

    def read(self, size=-1):
        time.sleep(0.01)
        return self._file.read(size)


def _answer(environ, start_response, kind):
    query = {name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()}
    file = kind(query["path"], query["record"])
    headers = [("Content-Type", "application/octet-stream")]
    if "length" in query:
        headers.append(("Content-Length", query["length"]))
    start_response("200 OK", headers)
    if "grow" in query:
        with open(query["path"], "ab") as more:
            more.write(b"+" * int(query["grow"]))
    if "shrink" in query:
        os.truncate(query["path"], int(query["shrink"]))
    return environ["wsgi.file_wrapper"](file)


def app(environ, start_response):
    return _answer(environ, start_response, Recorded)


def read_only(environ, start_response):
    return _answer(environ, start_response, NoFile)
