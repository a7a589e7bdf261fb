"""The configuration as Python sees it: `cfg` of hooks, loggers, worker classes and embedding applications.

What settings there are and which values they take is told by the server's own table; a Setting here is a row of it.
"""

import os
import re
import sys

from _monoceros import judge_setting, settings_table
from gunicorn import __version__

KNOWN_SETTINGS = []


class Setting:
    """One setting: a class per name, an object per configuration. Subclasses add settings of one's own."""

    name = None
    value = None
    section = None
    cli = None
    meta = None
    type = None
    action = None
    default = None
    short = None
    desc = None
    nargs = None
    const = None
    order = 0

    def __init_subclass__(cls):
        super().__init_subclass__()
        cls.order = len(KNOWN_SETTINGS)
        if "validator" in vars(cls) and not isinstance(vars(cls)["validator"], staticmethod):
            cls.validator = staticmethod(cls.validator)
        if cls.name:
            KNOWN_SETTINGS.append(cls)

    def __init__(self):
        if self.default is not None:
            self.set(self.default)

    def add_option(self, parser):
        """Adds the setting to an argparse parser of an application's own."""
        if not self.cli:
            return
        options = {"dest": self.name, "help": self.short, "default": None, "action": self.action or "store"}
        if options["action"] in ("store", "append"):
            options.update(metavar=self.meta, type=self.type)
        for name in ("nargs", "const"):
            if getattr(self, name) is not None:
                options[name] = getattr(self, name)
        parser.add_argument(*self.cli, **options)

    def get(self):
        return self.value

    def set(self, value):
        self.value = self.validator(value)

    def validator(self, value):
        """Returns the value to keep, or raises. Replaced by a function of the value alone in a setting of one's own."""
        return value

    def __lt__(self, other):
        return (self.section, self.order) < (other.section, other.order)

    def __repr__(self):
        return f"<{type(self).__module__}.{type(self).__name__} value={self.value!r}>"


_CLASS_NAMES = {
    "config": "ConfigFile", "threads": "WorkerThreads", "accesslog": "AccessLog", "logconfig": "LogConfig",
    "forwarded_allow_ips": "ForwardedAllowIPS",
}


def _class_name(setting):
    return _CLASS_NAMES.get(setting) or "".join(word.capitalize() for word in setting.split("_"))


class _Known(Setting):
    """A setting of the server's table."""

    def __init__(self):
        self.value = list(self.default) if isinstance(self.default, list) else self.default

    def set(self, value):
        self.value = judge_setting(self.name, value)


def _nothing(*arguments):
    """A hook that is not set."""


def _log_request(worker, req):
    worker.log.debug("%s %s", req.method, req.path)


def _default_ssl_context(config, default_ssl_context_factory):
    return default_ssl_context_factory()


def _int_or_word(setting, text):
    return text if text.lower() in setting.words else int(text)


_int_or_word.__name__ = "int"  # as argparse is to call it


def _option(shape, bare, words):
    """How argparse reads a setting. `bare` is what the flag means without a value, `words` may stand for a number."""
    if shape == "flag":
        return {"action": "store_const", "const": False} if bare == "false" else {"action": "store_true"}
    option = {"nargs": "?", "const": bare} if bare else {}
    if shape == "list":
        return {**option, "action": "append", "type": str}
    types = {"mode": auto_int, "integer": _int_or_word if words else int}
    return {**option, "type": types.get(shape, str), "words": words}


_HOOKS = {"pre_request": _log_request, "ssl_context": _default_ssl_context}


def _define():
    for name, section, flags, metavar, shape, bare, words, text, default in settings_table():
        if shape == "hook":
            default = staticmethod(_HOOKS.get(name, _nothing))
        described = {
            "name": name, "section": section, "cli": list(flags) or None, "meta": metavar or None, "default": default,
            "desc": text, "short": text.split(". ")[0].rstrip("."), "__module__": __name__, **_option(shape, bare, words),
        }
        globals()[_class_name(name)] = type(_class_name(name), (_Known,), described)


class Config:
    """All settings, as attributes. `set()` judges a value as the command line does and raises ValueError or TypeError."""

    def __init__(self, usage=None, prog=None):
        self.settings = make_settings()
        self.usage = usage
        self.prog = prog or os.path.basename(sys.argv[0] if sys.argv else "gunicorn")
        self.env_orig = os.environ.copy()
        self._given = {}

    @classmethod
    def of_values(cls, values):
        """A configuration that is in force: values that have been judged."""
        config = cls()
        for name, value in values.items():
            if value is not None or not callable(config.settings[name].value):
                config.settings[name].value = value
        return config

    @property
    def given(self):
        """What was set, by name; not the defaults."""
        return dict(self._given)

    def __str__(self):
        width = max(map(len, self.settings))
        return "\n".join(f"{name:{width}} = {self.settings[name].value}" for name in sorted(self.settings))

    def __getattr__(self, name):
        if name == "settings" or name not in self.settings:
            raise AttributeError(f"No configuration setting for: {name}")
        return self.settings[name].get()

    def __setattr__(self, name, value):
        if name != "settings" and name in self.settings:
            raise AttributeError("Invalid access!")
        super().__setattr__(name, value)

    def set(self, name, value):
        if name not in self.settings:
            raise AttributeError(f"No configuration setting for: {name}")
        self.settings[name].set(value)
        self._given[name] = value

    def get_cmd_args_from_env(self):
        import shlex

        return shlex.split(self.env_orig.get("GUNICORN_CMD_ARGS", ""))

    def parser(self):
        import argparse

        parser = argparse.ArgumentParser(prog=self.prog, usage=self.usage)
        parser.add_argument("args", nargs="*", help=argparse.SUPPRESS)
        parser.add_argument("-v", "--version", action="version", version=f"%(prog)s (version {__version__})")
        for setting in sorted(self.settings.values()):
            setting.add_option(parser)
        return parser

    # What is worked out from several settings

    @property
    def worker_class_str(self):
        uri = self.settings["worker_class"].get()
        if isinstance(uri, type):
            return uri.__name__
        if self.threads > 1 and (uri == "sync" or uri.endswith("SyncWorker")):
            return "gthread"
        return uri

    @property
    def worker_class(self):
        from gunicorn import util

        uri = self.settings["worker_class"].get()
        if not isinstance(uri, type) and self.worker_class_str == "gthread":
            uri = "gthread"
        worker_class = util.load_class(uri)
        setup = getattr(worker_class, "setup", None)
        if setup:
            setup()
        return worker_class

    @property
    def logger_class(self):
        from gunicorn import util

        uri = self.settings["logger_class"].get()
        if uri == "simple":
            uri = "gunicorn.glogging.Logger"
        return util.load_class(uri, default="gunicorn.glogging.Logger", section="gunicorn.loggers")

    @property
    def address(self):
        from gunicorn import util

        return [util.parse_address(address) for address in self.settings["bind"].get()]

    @property
    def uid(self):
        return self.settings["user"].get()

    @property
    def gid(self):
        return self.settings["group"].get()

    @property
    def proc_name(self):
        return self.settings["proc_name"].get() or self.settings["default_proc_name"].get()

    @property
    def is_ssl(self):
        return bool(self.certfile or self.keyfile)

    @property
    def ssl_options(self):
        names = (name for name, setting in self.settings.items() if setting.section == "SSL")
        return {name: self.settings[name].get() for name in names}

    @property
    def env(self):
        return dict(assignment.split("=", 1) for assignment in self.settings["raw_env"].get() or ())

    @property
    def paste_global_conf(self):
        return parse_assignments(self.settings["raw_paste_global_conf"].get() or ()) or None


def parse_assignments(assignments):
    """{key: value} of "key=value" texts; an equals sign that belongs to the key or value is written \\=."""
    conf = {}
    for assignment in assignments:
        key, value = re.split(r"(?<!\\)=", assignment, maxsplit=1)
        conf[key.strip().replace("\\=", "=")] = value.strip().replace("\\=", "=")
    return conf


def make_settings(ignore=()):
    """A fresh object of every setting, by name."""
    return {setting.name: setting() for setting in KNOWN_SETTINGS if setting.name not in (ignore or ())}


def get_default_config_file():
    path = os.path.join(os.path.abspath(os.getcwd()), "gunicorn.conf.py")
    return path if os.path.exists(path) else None


# Validators, for settings of one's own.


def validate_bool(value):
    if value is None or isinstance(value, bool):
        return value
    if not isinstance(value, str):
        raise TypeError(f"Invalid type for casting: {value}")
    word = value.lower().strip()
    if word not in ("true", "false"):
        raise ValueError(f"Invalid boolean: {value}")
    return word == "true"


def validate_pos_int(value):
    number = int(value, 0) if isinstance(value, str) else int(value)
    if number < 0:
        raise ValueError(f"Value must be positive: {value}")
    return number


def validate_string(value):
    if value is None:
        return None
    if not isinstance(value, str):
        raise TypeError(f"Not a string: {value}")
    return value.strip()


def validate_list_string(value):
    if not value:
        return []
    return [validate_string(item) for item in ([value] if isinstance(value, str) else value)]


def validate_list_of_existing_files(value):
    return [validate_file_exists(item) for item in validate_list_string(value)]


def validate_string_to_list(value):
    return [word.strip() for word in validate_string(value).split(",") if word] if value else []


def validate_file_exists(value):
    if value is not None and not os.path.exists(value):
        raise ValueError(f"File {value} does not exists.")
    return value


def validate_dict(value):
    if not isinstance(value, dict):
        raise TypeError(f"Value is not a dictionary: {value} ")
    return value


def validate_class(value):
    import inspect

    if inspect.isfunction(value) or inspect.ismethod(value):
        value = value()
    return value if inspect.isclass(value) else validate_string(value)


def validate_callable(arity):
    def validate(value):
        import inspect

        if isinstance(value, str):
            from monoceros.app import import_object

            try:
                value = import_object(value)
            except Exception as error:
                raise TypeError(str(error)) from None
        if not callable(value):
            raise TypeError(f"Value is not callable: {value}")
        if arity != -1 and len(inspect.signature(value).parameters) != arity:
            raise TypeError(f"Value must have an arity of: {arity}")
        return value

    return validate


def auto_int(_, text):
    """An integer literal; digits with a leading zero are octal."""
    return int(text, 8) if re.match(r"0(\d)", text) else int(text, 0)


_define()
