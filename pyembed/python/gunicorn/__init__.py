"""Gunicorn's public names on this server: what configuration files, custom loggers, worker classes and embedding
applications import. Own code; the names and what they promise are those of the version told here.
"""

import sys

version_info = (26, 2, 2)
__version__ = ".".join(map(str, version_info))

# A configuration that assigns to either of these changes the Server field of responses; the empty text leaves it out.
SERVER = "monoceros"
SERVER_SOFTWARE = "monoceros"


def server_name():
    """The value of the Server field, without what could end it."""
    name = SERVER_SOFTWARE if SERVER == "monoceros" else SERVER
    if wsgi := sys.modules.get("gunicorn.http.wsgi"):
        name = wsgi.server_name(name)
    return "".join(character for character in str(name) if character.isprintable() and character.isascii())
