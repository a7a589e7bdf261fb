"""Applications and settings from a Paste INI file, by PasteDeploy (the package of that name must be installed)."""

import configparser
import contextlib
import os


def _loadwsgi():
    try:
        from paste.deploy import loadwsgi
    except ImportError:
        raise RuntimeError("paste: an INI file needs the package PasteDeploy (pip install PasteDeploy)") from None
    return loadwsgi


def get_wsgi_app(config_uri, name=None, defaults=None):
    """The application "file.ini" or "file.ini#name" describes."""
    path, _, section = config_uri.partition("#")
    return _loadwsgi().loadapp("config:" + os.path.abspath(path), name=name or section or None, relative_to=os.getcwd(),
                               global_conf=defaults or {})


def has_logging_config(paste_file):
    parser = configparser.ConfigParser()
    parser.read([paste_file])
    return parser.has_section("loggers")


def _given(parser):
    """What is said of the server, but for what needs a variable that only pserve is told."""
    for name in parser.options("server:main"):
        with contextlib.suppress(configparser.InterpolationMissingOptionError):
            yield name, parser.get("server:main", name)


def settings_of(uri):
    """The settings in [server:main] of "file.ini" or "file.ini#name", if that is meant for this server ("use =
    egg:gunicorn#main"); what the processes are called; and the file itself if it configures logging.
    """
    path = os.path.abspath(uri.partition("#")[0])
    if not os.path.exists(path):
        raise RuntimeError(f"paste: {path!r} doesn't exist")
    parser = configparser.ConfigParser(defaults={"here": os.path.dirname(path), "__file__": path})
    parser.read([path])
    settings = {}
    if parser.get("server:main", "use", fallback="").startswith("egg:gunicorn"):
        settings = {name: value for name, value in _given(parser) if name not in (*parser.defaults(), "use")}
    host, port = settings.pop("host", ""), settings.pop("port", "")
    if host or port:
        settings["bind"] = f"{host}:{port}" if port else host
    settings["default_proc_name"] = uri
    if parser.has_section("loggers"):
        settings.setdefault("logconfig", path)
    return settings


def serve(app, global_conf, **local_conf):
    """The server factory behind `use = egg:gunicorn#main` in [server:main]."""
    from gunicorn.app.base import Application
    from gunicorn.config import get_default_config_file

    settings = dict(local_conf)
    location, host, port = (settings.pop(name, "") for name in ("config", "host", "port"))
    if host and port:
        settings["bind"] = f"{host}:{port}"
    elif host or port:
        settings["bind"] = host.split(",") if host else f":{port}"
    file = global_conf.get("__file__")

    class PasteServerApplication(Application):
        def load_config(self):
            self.cfg.set("default_proc_name", file)
            if file and has_logging_config(file):
                self.cfg.set("logconfig", file)
            config = location or get_default_config_file()
            if config:
                self.load_config_from_file(config)
            self._set_all(settings)

        def load(self):
            return app

    PasteServerApplication().run()
