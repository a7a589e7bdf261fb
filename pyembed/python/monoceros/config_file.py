"""Reading a Python config file: its top-level names are settings."""

import importlib
import os
import sys
import traceback
import types

from gunicorn.errors import ConfigError


def load(location):
    """`location` is a path, "file:PATH" or "python:MODULE". Returns the names the file defines."""
    if location.startswith("python:"):
        return _names(_imported(location.removeprefix("python:")))
    path = location.removeprefix("file:")
    if not os.path.exists(path):
        raise ConfigError(f"{path!r} doesn't exist")
    return _names(_run(path))


def _imported(name):
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{name}.".startswith(f"{error.name}."):
            raise
        raise ConfigError(f"Failed to read config file: no module named {error.name!r} in {', '.join(sys.path)}"
                          ) from None


def _run(path):
    module = types.ModuleType("__config__")
    module.__file__ = path
    sys.modules["__config__"] = module
    try:
        with open(path, "rb") as file:
            exec(compile(file.read(), path, "exec"), module.__dict__)
    except Exception:
        raise ConfigError(f"Failed to read config file: {path}\n{traceback.format_exc()}") from None
    return module


def _names(module):
    return {name: value for name, value in vars(module).items() if not name.startswith("__")}
