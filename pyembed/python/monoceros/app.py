"""Loading the application that a command line names: "module", "module:name", "module:factory(literal, ...)"."""

import ast
import importlib
import os
import sys

from gunicorn.errors import AppImportError


class NamedApplication:
    """The application behind a name, for worker classes: loaded when wsgi() is first called."""

    def __init__(self, uri):
        self.app_uri = uri
        self.make_cfg = None  # set by who has one
        self.callable = None

    def __getattr__(self, name):
        # Only what is not there yet: the configuration is made for the first who asks.
        if name != "cfg":
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        self.cfg = self.make_cfg()
        return self.cfg

    def wsgi(self):
        if self.callable is None:
            try:
                self.callable = load(self.app_uri)
            except ModuleNotFoundError as error:
                _tell_where_to_look(error, self.app_uri)
                raise
        return self.callable


class PasteApplication(NamedApplication):
    """The application that a Paste file describes. `assignments`: "key=value" for its global settings."""

    def __init__(self, uri, assignments):
        super().__init__(uri)
        self._assignments = assignments

    def wsgi(self):
        if self.callable is None:
            from gunicorn.app.pasterapp import get_wsgi_app
            from gunicorn.config import parse_assignments

            self.callable = get_wsgi_app(self.app_uri, defaults=parse_assignments(self._assignments))
        return self.callable


def complaint(application, is_asgi):
    """What speaks against serving the application by the worker class it is for; None: nothing."""
    # Without the module inspect, which takes longer to import than all else here.
    function = application if hasattr(application, "__code__") else getattr(type(application), "__call__", None)
    code = getattr(function, "__code__", None)
    if code is None:
        return None
    is_coroutine = bool(code.co_flags & 0x80)
    takes_more = bool(code.co_flags & 0x0C)  # *arguments, **arguments
    count = code.co_argcount - (function is not application or hasattr(function, "__self__"))
    if is_asgi and not is_coroutine and not takes_more and count == 2:
        return "The application is one of WSGI (Flask, Django, ...), not of ASGI: leave worker_class = asgi out"
    if not is_asgi and is_coroutine and count == 3:
        return "The application is one of ASGI (FastAPI, Starlette, ...), not of WSGI: it needs --worker-class asgi"
    return None


def load(uri):
    """Returns the application object. What the application's own modules raise passes through."""
    module_name, _, expression = uri.partition(":")
    module = _import(module_name)
    application = _evaluate(module_name, module, expression or "application")
    if application is None:
        raise AppImportError(f"Failed to find application object: {expression!r}")
    if not callable(application):
        raise AppImportError("Application object must be callable.")
    return application


def _tell_where_to_look(error, uri):
    from monoceros import sites

    wanted = (error.name or "").partition(".")[0]
    if not wanted:
        return
    if wanted == uri.partition(":")[0].partition(".")[0]:
        error.add_note(f"The application is looked for in {os.getcwd()} (--chdir, --pythonpath).")
    elif sites.BUNDLE:
        error.add_note("The bundle was made without it: `monoceros bundle -r requirements.txt` takes packages along.")
    else:
        error.add_note(f"Packages are looked for in {os.getcwd()}/site-packages, where `monoceros pip install` in that folder "
                       "puts them, in VIRTUAL_ENV if it has the same version of Python, and in --pythonpath.")


def import_object(path):
    """The object at "package.module.name"."""
    module_name, _, name = path.rpartition(".")
    return getattr(importlib.import_module(module_name), name)


def _import(name):
    try:
        importlib.import_module(name)
    except ImportError:
        if name.endswith(".py") and os.path.exists(name):
            module = os.path.normpath(name).removesuffix(".py").replace(os.sep, ".")
            raise ImportError(f"Failed to find application, did you mean '{module}:application'?")
        raise
    return sys.modules[name]


def _evaluate(module_name, module, expression):
    """A name, or a call of a name with literal arguments; anything else is refused unexecuted."""
    try:
        node = ast.parse(expression, mode="eval").body
    except SyntaxError:
        raise AppImportError(f"Failed to parse {expression!r} as an attribute name or function call.") from None
    if isinstance(node, ast.Name):
        return _attribute(module_name, module, node.id)
    if not isinstance(node, ast.Call):
        raise AppImportError(f"Failed to parse {expression!r} as an attribute name or function call.")
    if not isinstance(node.func, ast.Name):
        raise AppImportError(f"Function reference must be a simple name: {expression!r}")
    try:
        positional = [ast.literal_eval(argument) for argument in node.args]
        named = {keyword.arg: ast.literal_eval(keyword.value) for keyword in node.keywords}
    except ValueError:
        raise AppImportError(f"Failed to parse arguments as literal values: {expression!r}") from None
    factory = _attribute(module_name, module, node.func.id)
    try:
        return factory(*positional, **named)
    except TypeError as error:
        # A call that did not fit has no frame of the factory's; one raised inside it is the application's own.
        if error.__traceback__.tb_next is None:
            raise AppImportError("".join(str(error).splitlines())) from None
        raise


def _attribute(module_name, module, name):
    try:
        return getattr(module, name)
    except AttributeError:
        raise AppImportError(f"Failed to find attribute {name!r} in {module_name!r}.{_nearest(name, module)}") from None


def _nearest(name, module):
    from difflib import get_close_matches

    names = [other for other, value in vars(module).items() if callable(value)]
    near = get_close_matches(name, names, 1, 0.75) or [other for other in ("app", "application") if other in names]
    return f" Did you mean {near[0]!r}?" if near else ""
