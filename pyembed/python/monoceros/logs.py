"""The loggers `gunicorn.error` and `gunicorn.access` of the logging module lead to the server's own logs.

Applications borrow their handlers (`app.logger.handlers = logging.getLogger("gunicorn.error").handlers`). The logging
module costs time to import, so the loggers are set up when the application imports it, and never if it does not.

The server writes its lines without them, as long as they are as they were set up here. Once code of the user's has
changed one, its lines go through it.
"""

import sys

import _monoceros

ERROR, ACCESS = "gunicorn.error", "gunicorn.access"

# What a line passes through in a logger and in its handler.
_METHODS = ("debug", "info", "warning", "error", "critical", "exception", "log", "isEnabledFor", "getEffectiveLevel",
            "_log", "makeRecord", "handle", "filter", "callHandlers")
_HANDLER_METHODS = ("handle", "filter", "format", "acquire", "release")

_settings = None
_set_up = {}  # logger name -> (its level, its handlers), as it was set up
_changed = set()


def connect(level, with_access):
    """Called before the application is loaded. `level`: of the error log, as the logging module counts."""
    global _settings
    first = _settings is None
    _settings = level, with_access
    if "logging" in sys.modules:
        _attach(sys.modules["logging"])
    elif first:
        sys.meta_path.insert(0, _Watch)


def is_changed(name):
    """Whether lines of the logger are to go through it. Once they are, that is so for good."""
    logging = sys.modules.get("logging")
    if name not in _changed and name in _set_up and not _is_untouched(logging, name):
        _changed.add(name)
    return name in _changed


def changes():
    """The level of the error log, if its logger was changed, and whether the access log's was."""
    if not _set_up:
        return None, False
    level = sys.modules["logging"].getLogger(ERROR).getEffectiveLevel() if is_changed(ERROR) else None
    return level, is_changed(ACCESS)


def follower(cfg):
    """A Logger for the two loggers as they are."""
    from gunicorn.glogging import Logger, logging

    class Follower(Logger):
        _logger = staticmethod(logging.getLogger)

        def setup(self, cfg):
            """The application has done it."""

    return Follower(cfg)


class _Watch:
    """First in sys.meta_path until the logging module is there."""

    @staticmethod
    def find_spec(fullname, path=None, target=None):
        if fullname != "logging":
            return None
        sys.meta_path.remove(_Watch)
        import importlib.util

        spec = importlib.util.find_spec(fullname)
        execute = spec.loader.exec_module

        class Loader:
            create_module = spec.loader.create_module

            @staticmethod
            def exec_module(module):
                execute(module)
                module.__loader__ = module.__spec__.loader = loader
                _attach(module)

        loader, spec.loader = spec.loader, Loader
        return spec


def _attach(logging):
    class ServerHandler(logging.Handler):
        """Hands a record to the server's own error log, which adds time and process unless a formatter has its say."""

        _gunicorn = True

        def emit(self, record):
            try:
                write = _monoceros.log_line if self.formatter else _monoceros.log
                write(record.levelno, self.format(record))
            except Exception:
                self.handleError(record)

    class AccessHandler(logging.Handler):
        _gunicorn = True

        def emit(self, record):
            try:
                _monoceros.log_access(self.format(record))
            except Exception:
                self.handleError(record)

    level, with_access = _settings
    _set_up_logger(logging, ERROR, level, [ServerHandler()])
    _set_up_logger(logging, ACCESS, logging.INFO, [AccessHandler()] if with_access else [])


def _set_up_logger(logging, name, level, handlers):
    """What a configuration file, which comes before, has added stays; what came after the last time, too."""
    logger = logging.getLogger(name)
    if is_changed(name):
        if logger.level == _set_up[name][0]:
            logger.setLevel(level)
        _set_up[name] = level, _set_up[name][1]
        return
    logger.propagate = False
    logger.setLevel(level)
    logger.handlers[:] = [handler for handler in logger.handlers if not hasattr(handler, "_gunicorn")] + handlers
    _set_up[name] = level, handlers


def _is_untouched(logging, name):
    logger = logging.getLogger(name)
    level, handlers = _set_up[name]
    return (logger.level == level and logger.handlers == handlers
            and not (logger.propagate or logger.disabled or logger.filters or logger.manager.disable)
            and _has_own(logging, logger, _METHODS) and all(_is_plain(logging, handler) for handler in handlers))


def _is_plain(logging, handler):
    return (not (handler.formatter or handler.level or handler.filters or "emit" in vars(handler))
            and _has_own(logging, handler, _HANDLER_METHODS))


def _has_own(logging, thing, names):
    """Whether its methods are those of the logging module, which others like to patch."""
    functions = (getattr(getattr(thing, name), "__func__", None) for name in names)
    return all(type(function) is type(_has_own) and function.__globals__ is vars(logging) for function in functions)
