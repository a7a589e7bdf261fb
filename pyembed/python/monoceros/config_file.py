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
        return _names(importlib.import_module(location.removeprefix("python:")))
    path = location.removeprefix("file:")
    if not os.path.exists(path):
        raise ConfigError(f"{path!r} doesn't exist")
    return _names(_run(path))


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
