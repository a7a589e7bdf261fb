"""The handlers of a worker, which are C functions that need no interpreter, as Python code sees them: getsignal() gives
methods of the worker, as in Gunicorn, and signal() takes them back. Another handler takes their place.
"""

import _signal

import _monoceros

_IGNORED = (_signal.SIGHUP, _signal.SIGUSR2, _signal.SIGTTIN, _signal.SIGTTOU)  # the arbiter's

_set = _signal.signal
_own = {}  # by number


def show(worker):
    """On the main thread, before there is an application."""
    _own.update({
        _signal.SIGTERM: worker.handle_exit,
        _signal.SIGINT: worker.handle_quit,
        _signal.SIGQUIT: worker.handle_quit,
        _signal.SIGUSR1: worker.handle_usr1,
        _signal.SIGABRT: worker.handle_abort,
        _signal.SIGWINCH: worker.handle_winch,
        **dict.fromkeys(_IGNORED, _signal.SIG_DFL),
    })
    _signal.signal = signal  # which signal.signal() calls
    for number, handler in _own.items():
        signal(number, handler)
    for number in _signal.valid_signals():
        if number not in _own and callable(_signal.getsignal(number)):
            _monoceros.arrange_signal(number, False)


def signal(signalnum, handler, /):
    before = _set(signalnum, handler)
    _monoceros.arrange_signal(signalnum, signalnum in _own and _own[signalnum] == handler)
    return before


signal.__doc__ = _set.__doc__


def hide():
    """At the end: the interpreter sets to the default what is a function by then, and the process still heeds it."""
    for number, handler in _own.items():
        if _signal.getsignal(number) == handler:
            _set(number, _signal.SIG_DFL)
            _monoceros.arrange_signal(number, True)
