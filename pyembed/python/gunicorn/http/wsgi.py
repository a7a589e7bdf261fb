"""Names of Gunicorn's WSGI layer that other code imports."""

import logging

from gunicorn import SERVER, SERVER_SOFTWARE  # noqa: F401  (public names of this module)

BLKSIZE = 0x3FFFFFFF
log = logging.getLogger(__name__)


class Response:
    """Answers are the server's own. Configurations derive from this and put their class in its place, to say another
    Server field, or none, in default_headers().
    """

    status = "200 OK"
    version = SERVER

    def default_headers(self):
        return [f"HTTP/1.1 {self.status}\r\n", f"Server: {self.version}\r\n", "Connection: keep-alive\r\n"]


def server_name(usual):
    """What configurations have made of it."""
    response = Response.__new__(Response)
    response.version = SERVER if SERVER != Response.version else usual
    fields = (line.partition(":") for line in response.default_headers())
    return next((value.strip() for name, _, value in fields if name.lower() == "server"), "")


class FileWrapper:
    """PEP 3333's file wrapper, for who wants one by itself; environ["wsgi.file_wrapper"] is the server's own."""

    def __init__(self, filelike, blksize=8192):
        self.filelike = filelike
        self.blksize = blksize
        if hasattr(filelike, "close"):
            self.close = filelike.close

    def __iter__(self):
        return iter(lambda: self.filelike.read(self.blksize), b"")

    def __getitem__(self, key):
        data = self.filelike.read(self.blksize)
        if data:
            return data
        raise IndexError
