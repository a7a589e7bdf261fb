"""The logger as a Python class: what `logger_class` is derived from, and what `logconfig*` configures.

The server writes its logs without Python unless one of these settings asks for it; then every line, also those of the
server's own, goes through an object of this class.
"""

import base64
import binascii
import json
import logging
import logging.config
import logging.handlers
import os
import socket
import sys
import threading
import time
import traceback

from gunicorn import util

SYSLOG_FACILITIES = logging.handlers.SysLogHandler.facility_names

CONFIG_DEFAULTS = {
    "version": 1,
    "disable_existing_loggers": False,
    "root": {"level": "INFO", "handlers": ["console"]},
    "loggers": {
        name: {"level": "INFO", "handlers": [handler], "propagate": True, "qualname": name}
        for name, handler in (("gunicorn.error", "error_console"), ("gunicorn.access", "console"))
    },
    "handlers": {
        name: {"class": "logging.StreamHandler", "formatter": "generic", "stream": f"ext://sys.{stream}"}
        for name, stream in (("console", "stdout"), ("error_console", "stderr"))
    },
    "formatters": {
        "generic": {
            "format": "%(asctime)s [%(process)d] [%(levelname)s] %(message)s",
            "datefmt": "[%Y-%m-%d %H:%M:%S %z]",
            "class": "logging.Formatter",
        }
    },
}


def loggers():
    """Every logger there is, the root included."""
    return [logging.getLogger(), *map(logging.getLogger, logging.root.manager.loggerDict)]


class SafeAtoms(dict):
    """What an access line is made of: a name that nobody knows is "-", and a quote cannot end a quoted field."""

    def __init__(self, atoms):
        super().__init__(
            (name, value.replace('"', '\\"') if isinstance(value, str) else value) for name, value in atoms.items())

    def __getitem__(self, name):
        if name.startswith("{"):
            name = name.lower()
        return super().__getitem__(name) if name in self else "-"


def parse_syslog_address(address):
    """(socket type, address) for logging's SysLogHandler."""
    if address.startswith("unix://"):
        path, _, kind = address[len("unix://"):].partition("#")
        return {"dgram": socket.SOCK_DGRAM, "stream": socket.SOCK_STREAM}.get(kind), path
    for scheme, kind in (("udp://", socket.SOCK_DGRAM), ("tcp://", socket.SOCK_STREAM)):
        if address.startswith(scheme):
            netloc = address[len(scheme):]
            break
    else:
        raise RuntimeError("invalid syslog address")
    if netloc.startswith("[") and "]" in netloc:
        host, _, port = netloc[1:].partition("]")
        port = port.removeprefix(":")
    else:
        host, _, port = netloc.partition(":")
    if port and not port.isdigit():
        raise RuntimeError(f"{port!r} is not a valid port number.")
    return kind, (host.lower() or "localhost", int(port or 514))


class Logger:
    """Both logs. `setup()` is called by the constructor; the methods named like levels write to the error log."""

    LOG_LEVELS = {
        "critical": logging.CRITICAL,
        "error": logging.ERROR,
        "warning": logging.WARNING,
        "info": logging.INFO,
        "debug": logging.DEBUG,
    }
    loglevel = logging.INFO

    error_fmt = "%(asctime)s [%(process)d] [%(levelname)s] %(message)s"
    datefmt = "[%Y-%m-%d %H:%M:%S %z]"
    access_fmt = "%(message)s"
    syslog_fmt = "[%(process)d] %(message)s"

    atoms_wrapper_class = SafeAtoms

    def __init__(self, cfg):
        self.error_log = self._logger("gunicorn.error")
        self.access_log = self._logger("gunicorn.access")
        self.error_handlers = []
        self.access_handlers = []
        self.logfile = None
        self.lock = threading.Lock()
        self.cfg = cfg
        self.setup(cfg)

    @staticmethod
    def _logger(name):
        logger = logging.getLogger(name)
        logger.propagate = False
        return logger

    # Configuration

    def setup(self, cfg):
        self.loglevel = self.LOG_LEVELS.get(str(cfg.loglevel).lower(), logging.INFO)
        self.error_log.setLevel(self.loglevel)
        self.access_log.setLevel(logging.INFO)
        self._remove_handlers()
        self._set_handler(self.error_log, cfg.errorlog, logging.Formatter(self.error_fmt, self.datefmt))
        if cfg.accesslog is not None:
            self._set_handler(self.access_log, cfg.accesslog, logging.Formatter(self.access_fmt), stream=sys.stdout)
        if cfg.syslog:
            self._set_syslog_handler(self.error_log, cfg, self.syslog_fmt, "error")
            if not cfg.disable_redirect_access_to_syslog:
                self._set_syslog_handler(self.access_log, cfg, self.syslog_fmt, "access")
        if cfg.capture_output and cfg.errorlog != "-":
            self._capture_output(cfg.errorlog)
        self._configure(cfg)

    def _remove_handlers(self):
        """Those that an earlier configuration added, whose loggers are the same."""
        for log in (self.error_log, self.access_log):
            for handler in [handler for handler in log.handlers if getattr(handler, "_gunicorn", False)]:
                log.removeHandler(handler)
                handler.close()

    def _capture_output(self, path):
        sys.stdout.flush()
        sys.stderr.flush()
        self.logfile = open(path, "a+")
        os.dup2(self.logfile.fileno(), 1)
        os.dup2(self.logfile.fileno(), 2)

    def _configure(self, cfg):
        if cfg.logconfig_dict:
            self._configure_by_dict(dict(cfg.logconfig_dict))
        elif cfg.logconfig_json:
            try:
                with open(cfg.logconfig_json, encoding="utf-8") as file:
                    config = json.load(file)
            except (OSError, ValueError) as error:
                raise RuntimeError(f"logconfig_json: {cfg.logconfig_json}: {error}") from None
            self._configure_by_dict(config)
        elif cfg.logconfig:
            if not os.path.exists(cfg.logconfig):
                raise RuntimeError(f"Error: log config {cfg.logconfig!r} not found")
            defaults = {
                **CONFIG_DEFAULTS, "__file__": cfg.logconfig, "here": os.path.dirname(os.path.abspath(cfg.logconfig))}
            try:
                logging.config.fileConfig(cfg.logconfig, defaults=defaults, disable_existing_loggers=False)
            except Exception as error:
                raise RuntimeError(f"logconfig: {cfg.logconfig}: {error}") from error

    @staticmethod
    def _configure_by_dict(config):
        # The root logger of the defaults needs its handler also where the configuration brings handlers of its own.
        whole = {**CONFIG_DEFAULTS, **config}
        for section in ("handlers", "formatters"):
            whole[section] = {**CONFIG_DEFAULTS[section], **config.get(section, {})}
        try:
            logging.config.dictConfig(whole)
        except (AttributeError, ImportError, ValueError, TypeError) as error:
            reason = f"{error}: {error.__cause__}" if error.__cause__ else error
            raise RuntimeError(str(reason)) from error

    # The error log

    def critical(self, msg, *args, **kwargs):
        self.error_log.critical(msg, *args, **kwargs)

    def error(self, msg, *args, **kwargs):
        self.error_log.error(msg, *args, **kwargs)

    def warning(self, msg, *args, **kwargs):
        self.error_log.warning(msg, *args, **kwargs)

    def info(self, msg, *args, **kwargs):
        self.error_log.info(msg, *args, **kwargs)

    def debug(self, msg, *args, **kwargs):
        self.error_log.debug(msg, *args, **kwargs)

    def exception(self, msg, *args, **kwargs):
        self.error_log.exception(msg, *args, **kwargs)

    def log(self, lvl, msg, *args, **kwargs):
        if isinstance(lvl, str):
            lvl = self.LOG_LEVELS.get(lvl.lower(), logging.INFO)
        self.error_log.log(lvl, msg, *args, **kwargs)

    # The access log

    def atoms(self, resp, req, environ, request_time):
        """What access_log_format may name. `request_time` is a timedelta."""
        status = resp.status
        if isinstance(status, str):
            status = status.split(None, 1)[0]
        sent = getattr(resp, "sent", None)
        micros = request_time.seconds * 1_000_000 + request_time.microseconds
        atoms = {
            "h": environ.get("REMOTE_ADDR", "-"),
            "l": "-",
            "u": self._get_user(environ) or "-",
            "t": self.now(),
            "r": f"{environ['REQUEST_METHOD']} {environ['RAW_URI']} {environ['SERVER_PROTOCOL']}",
            "s": status,
            "m": environ.get("REQUEST_METHOD"),
            "U": environ.get("PATH_INFO"),
            "q": environ.get("QUERY_STRING"),
            "H": environ.get("SERVER_PROTOCOL"),
            "b": "-" if sent is None else str(sent),
            "B": sent,
            "f": environ.get("HTTP_REFERER", "-"),
            "a": environ.get("HTTP_USER_AGENT", "-"),
            "T": request_time.seconds,
            "D": micros,
            "M": micros // 1000,
            "L": f"{request_time.seconds}.{request_time.microseconds:06}",
            "p": f"<{os.getpid()}>",
        }
        fields = getattr(req, "headers", req)
        atoms.update(("{%s}i" % name.lower(), value) for name, value in _pairs(fields))
        atoms.update(("{%s}o" % name.lower(), value) for name, value in _pairs(resp.headers))
        atoms.update(("{%s}e" % name.lower(), value) for name, value in environ.items())
        return atoms

    def access(self, resp, req, environ, request_time):
        """Writes the line of one request."""
        cfg = self.cfg
        wanted = cfg.accesslog or cfg.logconfig or cfg.logconfig_dict or cfg.logconfig_json or (
            cfg.syslog and not cfg.disable_redirect_access_to_syslog)
        if not wanted:
            return
        try:
            atoms = self.atoms_wrapper_class(self.atoms(resp, req, environ, request_time))
            self.access_log.info(cfg.access_log_format, atoms)
        except Exception:
            self.error(traceback.format_exc())

    def now(self):
        return time.strftime("[%d/%b/%Y:%H:%M:%S %z]")

    @staticmethod
    def _get_user(environ):
        scheme, _, credentials = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            return base64.b64decode(credentials.strip().encode("utf-8")).decode("utf-8", "replace").partition(":")[0]
        except (binascii.Error, ValueError):
            return None

    # Files and handlers

    def reopen_files(self):
        for logger in loggers():
            for handler in logger.handlers:
                if isinstance(handler, logging.FileHandler):
                    with handler.lock:
                        if handler.stream:
                            handler.close()
                            handler.stream = handler._open()

    def close_on_exec(self):
        for logger in loggers():
            for handler in logger.handlers:
                stream = getattr(handler, "stream", None)
                if isinstance(handler, logging.FileHandler) and stream:
                    util.close_on_exec(stream.fileno())

    def _get_gunicorn_handler(self, log):
        return next((handler for handler in log.handlers if getattr(handler, "_gunicorn", False)), None)

    def _set_handler(self, log, output, fmt, stream=None):
        old = self._get_gunicorn_handler(log)
        if old:
            log.handlers.remove(old)
        if output is None:
            return
        if output == "-":
            handler = logging.StreamHandler(stream)
        else:
            util.check_is_writable(output)
            handler = logging.FileHandler(output)
        handler.setFormatter(fmt)
        handler._gunicorn = True
        log.addHandler(handler)

    def _set_syslog_handler(self, log, cfg, fmt, name):
        facility = SYSLOG_FACILITIES.get(str(cfg.syslog_facility).lower())
        if facility is None:
            raise RuntimeError("unknown facility name")
        kind, address = parse_syslog_address(cfg.syslog_addr)
        prefix = cfg.syslog_prefix or cfg.proc_name.replace(":", ".")
        handler = logging.handlers.SysLogHandler(address=address, facility=facility, socktype=kind)
        handler.setFormatter(logging.Formatter(f"gunicorn.{prefix}.{name}: {fmt}"))
        handler._gunicorn = True
        log.addHandler(handler)


def _pairs(fields):
    return fields.items() if hasattr(fields, "items") else fields
