"""The loggers `gunicorn.error` and `gunicorn.access` of the logging module lead to the server's own logs.

Applications borrow their handlers (`app.logger.handlers = logging.getLogger("gunicorn.error").handlers`). The logging
module costs time to import, so the loggers are set up when the application imports it, and never if it does not.
"""

import sys

import _monoceros

_settings = None


def connect(level, with_access):
    """Called before the application is loaded. `level`: of the error log, as the logging module counts."""
    global _settings
    first = _settings is None
    _settings = level, with_access
    if "logging" in sys.modules:
        _attach(sys.modules["logging"])
    elif first:
        sys.meta_path.insert(0, _Watch)


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
        """Hands a record to the server's own error log, which adds time and process."""

        def emit(self, record):
            try:
                _monoceros.log(record.levelno, self.format(record))
            except Exception:
                self.handleError(record)

    class AccessHandler(logging.Handler):
        def emit(self, record):
            try:
                _monoceros.log_access(self.format(record))
            except Exception:
                self.handleError(record)

    level, with_access = _settings
    for name, threshold, handler in (("gunicorn.error", level, ServerHandler()),
                                     ("gunicorn.access", logging.INFO, AccessHandler() if with_access else None)):
        logger = logging.getLogger(name)
        logger.propagate = False
        logger.setLevel(threshold)
        logger.handlers[:] = [handler] if handler else []
