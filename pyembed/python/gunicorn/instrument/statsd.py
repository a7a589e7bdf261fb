"""A logger that also tells a StatsD server: to derive from, or to name as `logger_class`.

With `statsd_host` alone the server sends the same metrics without Python.
"""

import logging
import socket

from gunicorn.glogging import Logger

METRIC_VAR = "metric"
VALUE_VAR = "value"
MTYPE_VAR = "mtype"
GAUGE_TYPE = "gauge"
COUNTER_TYPE = "counter"
HISTOGRAM_TYPE = "histogram"
TIMER_TYPE = "timer"


class Statsd(Logger):
    def __init__(self, cfg):
        super().__init__(cfg)
        self.prefix = f"{cfg.statsd_prefix.rstrip('.')}." if cfg.statsd_prefix else ""
        self.dogstatsd_tags = cfg.dogstatsd_tags
        self.sock = self._connect(cfg.statsd_host)

    @staticmethod
    def _connect(address):
        if not address:
            return None
        try:
            if address.startswith("unix://"):
                family, target = socket.AF_UNIX, address[len("unix://"):]
            else:
                host, _, port = address.rpartition(":") if ":" in address else (address, "", "8125")
                family, _, _, _, target = socket.getaddrinfo(host.strip("[]"), int(port), type=socket.SOCK_DGRAM)[0]
            sock = socket.socket(family, socket.SOCK_DGRAM)
            sock.setblocking(False)
            sock.connect(target)
        except (OSError, ValueError):
            return None
        return sock

    def critical(self, msg, *args, **kwargs):
        super().critical(msg, *args, **kwargs)
        self.increment("gunicorn.log.critical", 1)

    def error(self, msg, *args, **kwargs):
        super().error(msg, *args, **kwargs)
        self.increment("gunicorn.log.error", 1)

    def warning(self, msg, *args, **kwargs):
        super().warning(msg, *args, **kwargs)
        self.increment("gunicorn.log.warning", 1)

    def exception(self, msg, *args, **kwargs):
        super().exception(msg, *args, **kwargs)
        self.increment("gunicorn.log.exception", 1)

    def info(self, msg, *args, **kwargs):
        self.log(logging.INFO, msg, *args, **kwargs)

    def debug(self, msg, *args, **kwargs):
        self.log(logging.DEBUG, msg, *args, **kwargs)

    def log(self, lvl, msg, *args, **kwargs):
        """A line, or a metric given in `extra`, or both. An empty message is a metric alone."""
        extra = kwargs.get("extra") or {}
        metric, value, kind = (extra.get(name) for name in (METRIC_VAR, VALUE_VAR, MTYPE_VAR))
        if metric and value is not None and kind:
            send = {GAUGE_TYPE: self.gauge, COUNTER_TYPE: self.increment, HISTOGRAM_TYPE: self.histogram,
                    TIMER_TYPE: self.timer}.get(kind)
            if send:
                send(metric, value)
        if msg:
            super().log(lvl, msg, *args, **kwargs)

    def access(self, resp, req, environ, request_time):
        super().access(resp, req, environ, request_time)
        self.timer("gunicorn.request.duration", request_time.total_seconds() * 1000)
        status = resp.status
        if isinstance(status, (bytes, str)):
            status = int(status.split(None, 1)[0])
        self.increment("gunicorn.requests", 1)
        self.increment(f"gunicorn.request.status.{status}", 1)

    def gauge(self, name, value):
        self._send(name, value, "g")

    def increment(self, name, value, sampling_rate=1.0):
        self._send(name, value, f"c|@{sampling_rate}")

    def decrement(self, name, value, sampling_rate=1.0):
        self._send(name, -value, f"c|@{sampling_rate}")

    def timer(self, name, value):
        self._send(name, value, "ms")

    def histogram(self, name, value):
        self._send(name, value, "h")

    def _send(self, name, value, kind):
        tags = f"|#{self.dogstatsd_tags}" if self.dogstatsd_tags else ""
        try:
            if self.sock:
                self.sock.send(f"{self.prefix}{name}:{value}|{kind}{tags}".encode())
        except OSError:
            pass  # nobody listens
