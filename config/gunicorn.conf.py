# A configuration in Python, annotated. Put it beside your application as gunicorn.conf.py, where it is found by itself,
# or name it: monoceros -c path/to/gunicorn.conf.py. Gunicorn reads the same file. Names that are settings count, all
# other names are yours. All settings are in config/settings.md.
#
# Who wins, from the weakest: PORT, WEB_CONCURRENCY and FORWARDED_ALLOW_IPS; this file; GUNICORN_CMD_ARGS; the command
# line. `monoceros --print-config` shows every value and where it came from.

import os

# The application: MODULE:CALLABLE. The command line may name another.
wsgi_app = "app:app"

# A value given here replaces PORT and WEB_CONCURRENCY, so ask for them.
bind = [f"0.0.0.0:{os.environ.get('PORT', '8000')}"]
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))  # Monoceros also takes "auto"
threads = 1

# Seconds.
timeout = 30
graceful_timeout = 30
keepalive = 75  # longer than the load balancer's own idle timeout

max_requests = 10000
max_requests_jitter = 1000
preload_app = False
forwarded_allow_ips = "127.0.0.1,::1"

accesslog = "-"
errorlog = "-"
loglevel = os.environ.get("LOG_LEVEL", "info")
proc_name = "app"
raw_env = ["DJANGO_SETTINGS_MODULE=app.settings"]


# Hooks. Each takes exactly these arguments.


def when_ready(server):
    server.log.info("ready with %s workers", server.num_workers)


def post_fork(server, worker):
    # Here an application that was preloaded opens its connections anew.
    server.log.debug("worker %s is forked", worker.pid)


def worker_abort(worker):
    worker.log.warning("worker %s was too slow", worker.pid)
