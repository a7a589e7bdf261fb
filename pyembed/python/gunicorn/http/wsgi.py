"""Names of Gunicorn's WSGI layer that other code imports."""

import logging

from gunicorn import SERVER, SERVER_SOFTWARE  # noqa: F401  (public names of this module)

BLKSIZE = 0x3FFFFFFF
log = logging.getLogger(__name__)


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
