"""Printing every line of Python that is executed (the setting spew)."""

import linecache
import sys
import threading


def start():
    """From now on, in this thread and in those Python code starts."""
    threading.settrace(_trace)
    sys.settrace(_trace)


def _trace(frame, event, argument):
    if event == "line":
        code = frame.f_code
        line = linecache.getline(code.co_filename, frame.f_lineno, frame.f_globals).rstrip()
        print(f"{frame.f_globals.get('__name__', '[unknown]')}:{frame.f_lineno}: {line}", flush=True)
    return _trace
