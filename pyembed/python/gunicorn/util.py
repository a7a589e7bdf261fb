"""Helpers that code written for Gunicorn imports."""

import email.utils
import errno
import fcntl
import importlib
import os
import pwd
import random
import socket
import sys
import time
import traceback
import urllib.parse

from gunicorn.workers import SUPPORTED_WORKERS

CHUNK_SIZE = 16 * 1024
MAX_BODY = 1024 * 132
REDIRECT_TO = getattr(os, "devnull", "/dev/null")

# RFC 9110 section 7.6.1, in the servers' tradition with the fields about the server itself.
hop_headers = set("""
    connection keep-alive proxy-authenticate proxy-authorization te trailers transfer-encoding upgrade server date
    """.split())

def load_entry_point(distribution, group, name):
    from importlib import metadata

    for entry in metadata.distribution(distribution).entry_points:
        if entry.group == group and entry.name == name:
            return entry.load()
    raise ImportError(f"Entry point {(group, name)!r} not found")


def load_class(uri, default="gunicorn.workers.sync.SyncWorker", section="gunicorn.workers"):
    """A class by its path, by "egg:Distribution#name", or by the short name of a worker class; a class is itself."""
    if isinstance(uri, type):
        return uri
    try:
        if uri.startswith("egg:"):
            distribution, _, name = uri[4:].partition("#")
            if distribution.lower() == "gunicorn":
                return load_class(name, default, section)
            return load_entry_point(distribution, section, name or default)
        module, _, name = SUPPORTED_WORKERS.get(uri, uri).rpartition(".")
        if not module:
            return load_entry_point("gunicorn", section, uri)
        return getattr(importlib.import_module(module), name)
    except Exception:
        raise RuntimeError(f"class uri {uri!r} invalid or not found: \n\n[{traceback.format_exc()}]") from None



def import_app(module):
    """The application that "module:name" or "module:factory(literal)" denotes."""
    from monoceros import app

    return app.load(module)


def getcwd():
    """The working directory, as $PWD names it if that is the same place."""
    real = os.getcwd()
    told = os.environ.get("PWD")
    try:
        if told and os.path.samefile(told, real):
            return told
    except OSError:
        pass
    return real


def http_date(timestamp=None):
    """IMF-fixdate, RFC 9110 section 5.6.7."""
    return email.utils.formatdate(time.time() if timestamp is None else timestamp, localtime=False, usegmt=True)


def is_hoppish(header):
    return header.lower().strip() in hop_headers


def to_bytestring(value, encoding="utf8"):
    if isinstance(value, bytes):
        return value
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not a string")
    return value.encode(encoding)


def bytes_to_str(value):
    return value if isinstance(value, str) else value.decode("latin1")


def unquote_to_wsgi_str(string):
    """Percent-decoded, as PEP 3333 wants PATH_INFO: bytes in the clothes of latin-1."""
    return urllib.parse.unquote_to_bytes(string).decode("latin-1")


def split_request_uri(uri):
    if uri.startswith("//"):
        # urlsplit() would take the first segment for a host
        parts = urllib.parse.urlsplit("." + uri)
        return parts._replace(path=parts.path[1:])
    return urllib.parse.urlsplit(uri)


def is_ipv6(address):
    try:
        socket.inet_pton(socket.AF_INET6, address)
    except (ValueError, OSError):
        return False
    return True


def parse_address(netloc, default_port="8000"):
    """(host, port), the path of a unix socket, or the number of an inherited descriptor."""
    for prefix in ("unix://", "unix:"):
        if netloc.startswith(prefix):
            return netloc[len(prefix):]
    if netloc.startswith("fd://"):
        return int(netloc[5:])
    netloc = netloc.removeprefix("tcp://")
    if netloc.startswith("["):
        host, bracket, rest = netloc[1:].partition("]")
        if not bracket:
            raise RuntimeError(f"{netloc!r} is not a valid address")
    else:
        host, _, rest = netloc.partition(":")
        rest = ":" + rest if ":" in netloc else ""
    port = rest[1:] if rest.startswith(":") and len(rest) > 1 else default_port
    if not port.isdigit():
        raise RuntimeError(f"{port!r} is not a valid port number.")
    return host.lower() if netloc else "0.0.0.0", int(port)


def close_on_exec(descriptor):
    fcntl.fcntl(descriptor, fcntl.F_SETFD, fcntl.fcntl(descriptor, fcntl.F_GETFD) | fcntl.FD_CLOEXEC)


def set_non_blocking(descriptor):
    os.set_blocking(getattr(descriptor, "fileno", lambda: descriptor)(), False)


def close(sock):
    try:
        sock.close()
    except OSError:
        pass


def close_graceful(sock, timeout=2.0, limit=64 * 1024):
    """Ends our side and reads what still comes, so that the peer gets our last answer instead of a reset."""
    try:
        sock.shutdown(socket.SHUT_WR)
        sock.settimeout(timeout)
        while limit > 0:
            data = sock.recv(8192)
            if not data:
                break
            limit -= len(data)
    except OSError:
        pass
    close(sock)


def write_chunk(sock, data):
    sock.sendall(b"%X\r\n%b\r\n" % (len(data), to_bytestring(data)))


def write(sock, data, chunked=False):
    if chunked:
        return write_chunk(sock, data)
    sock.sendall(data)


def write_nonblock(sock, data, chunked=False):
    before = sock.gettimeout()
    if before == 0.0:
        return write(sock, data, chunked)
    try:
        sock.setblocking(False)
        return write(sock, data, chunked)
    finally:
        sock.settimeout(before)


def writelines(sock, lines, chunked=False):
    for line in list(lines):
        write(sock, line, chunked)


def write_error(sock, status_int, reason, message):
    import html

    page = (f"<html>\n  <head>\n    <title>{reason}</title>\n  </head>\n  <body>\n"
            f"    <h1><p>{reason}</p></h1>\n    {html.escape(message)}\n  </body>\n</html>\n").encode("latin1", "replace")
    head = (f"HTTP/1.1 {status_int} {reason}\r\nConnection: close\r\nContent-Type: text/html\r\n"
            f"Content-Length: {len(page)}\r\n\r\n").encode("latin1")
    write_nonblock(sock, head + page)


def reraise(kind, value, trace=None):
    raise (kind() if value is None else value).with_traceback(trace)


def make_fail_app(message):
    """A WSGI application that answers everything with 500 and `message`."""
    content = to_bytestring(message)

    def application(environ, start_response):
        start_response("500 Internal Server Error",
                       [("Content-Type", "text/plain"), ("Content-Length", str(len(content)))])
        return [content]

    return application


def has_fileno(obj):
    try:
        obj.fileno()
    except (AttributeError, OSError, ValueError):
        return False
    return True


is_fileobject = has_fileno


def warn(message):
    print(f"!!!\n!!! WARNING: {message}\n!!!\n", file=sys.stderr)


def seed():
    random.seed(os.urandom(64))


def check_is_writable(path):
    try:
        with open(path, "a"):
            pass
    except OSError as error:
        raise RuntimeError(f"Error: '{path}' isn't writable [{error!r}]") from None


check_is_writeable = check_is_writable


def unlink(path):
    try:
        os.unlink(path)
    except OSError as error:
        if error.errno not in (errno.ENOENT, errno.ENOTDIR):
            raise


def chown(path, uid, gid):
    os.chown(path, uid, gid)


def get_username(uid):
    return pwd.getpwuid(uid).pw_name


def set_owner_process(uid, gid, initgroups=False):
    """Becomes that user and group, for good. 0 changes nothing."""
    if gid:
        if uid and initgroups:
            try:
                os.initgroups(get_username(uid), gid)
            except KeyError:
                initgroups = False
        if not initgroups and gid != os.getgid():
            os.setgid(gid)
        elif initgroups:
            os.setgid(gid)
    if uid and uid != os.getuid():
        os.setuid(uid)


def _setproctitle(title):
    """Names the calling process in ps and top."""
    from _monoceros import set_process_title

    set_process_title(f"gunicorn: {title}")
