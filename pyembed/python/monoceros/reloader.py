"""Developing with reload: which files the application consists of, and what to serve while it cannot be loaded."""

import glob
import os
import sys
import traceback

_failed = set()  # files that had to do with a failure


def load(application):
    """What its wsgi() loads, and ""; or what shows every client why there is nothing, and that reason."""
    try:
        return application.wsgi(), ""
    except BaseException as error:
        text = "".join(traceback.format_exception(type(error), error, _theirs(error.__traceback__)))
        _failed.update(_files_of(error))
        return _showing(text), "The application cannot be loaded; tried again when its files change\n" + text.rstrip("\n")


def files(patterns):
    """What to watch at this moment, and whether a file that was not there before is news too."""
    found = {file for file in map(_source_of, list(sys.modules.values())) if file}
    if _failed:
        # What is missing may be a file that is yet to be written.
        folders = {os.path.dirname(file) for file in found | _failed if "-packages" + os.sep not in file}
        found.update(*(glob.glob(os.path.join(glob.escape(folder), "*.py")) for folder in folders | {os.getcwd()}))
    for pattern in patterns:
        found.update(glob.glob(pattern, recursive=True) if glob.has_magic(pattern) else (pattern,))
    return sorted(os.path.abspath(file) for file in found | _failed), bool(_failed)


def _showing(text):
    """An application of WSGI, of ASGI and, called with a scope alone, of ASGI 2: worker classes may serve any."""
    body = text.encode("utf-8", "replace")
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))]

    def application(environ, start_response=None, send=None):
        if start_response is None:
            return answer
        if send is not None:
            return answer(start_response, send)
        start_response("500 Internal Server Error", headers)
        return [body]

    async def answer(receive, send):
        fields = [(name.lower().encode(), value.encode()) for name, value in headers]
        await send({"type": "http.response.start", "status": 500, "headers": fields})
        await send({"type": "http.response.body", "body": body})

    return application


def _is_carried(file):
    return file.startswith((sys.base_prefix + "/", "<"))


def _source_of(module):
    try:
        file = vars(module).get("__file__")
    except TypeError:
        return None
    if not isinstance(file, str) or _is_carried(file) or getattr(module, "__name__", "") == "__config__":
        return None
    return file[:-1] if file.endswith(".pyc") else file


def _theirs(trace):
    """The traceback from the first frame on that is not the server's or the import system's."""
    while trace is not None and trace.tb_next is not None and _is_carried(trace.tb_frame.f_code.co_filename):
        trace = trace.tb_next
    return trace


def _files_of(error):
    seen = set()
    found = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        found.update(frame.f_code.co_filename for frame, _ in traceback.walk_tb(error.__traceback__))
        if isinstance(error, SyntaxError) and error.filename:
            found.add(error.filename)
        error = error.__cause__ or error.__context__
    return {file for file in found if not _is_carried(file)}
