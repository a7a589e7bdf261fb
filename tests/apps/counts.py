"""Counts requests for Prometheus, over all processes."""

from prometheus_client import CollectorRegistry, Counter, generate_latest, multiprocess

requests = Counter("requests", "requests answered")


def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    if environ["PATH_INFO"] != "/metrics":
        requests.inc()
        return [b"counted"]
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)
    return [generate_latest(registry)]
