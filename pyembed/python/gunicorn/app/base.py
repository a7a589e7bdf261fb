"""The base of embedding applications: a program of one's own that configures the server in code and runs it.

    class StandaloneApplication(BaseApplication):
        def load_config(self):
            for name, value in options.items():
                self.cfg.set(name, value)

        def load(self):
            return application

    StandaloneApplication().run()
"""

import os
import sys
import traceback

from gunicorn.arbiter import Arbiter
from gunicorn.config import Config, get_default_config_file
from gunicorn.errors import ConfigError


class BaseApplication:
    """Subclasses say in load_config() what is configured, and in load() what is served."""

    def __init__(self, usage=None, prog=None):
        self.usage = usage
        self.cfg = None
        self.callable = None
        self.prog = prog
        self.logger = None
        self.do_load_config()

    def do_load_config(self):
        """Loads the configuration; what is wrong with it ends the program with one sentence."""
        try:
            self.load_default_config()
            self.load_config()
        except Exception as error:
            print(f"\nError: {error}", file=sys.stderr)
            sys.stderr.flush()
            sys.exit(1)

    def load_default_config(self):
        self.cfg = Config(self.usage, prog=self.prog)

    def init(self, parser, opts, args):
        raise NotImplementedError

    def load(self):
        raise NotImplementedError

    def load_config(self):
        raise NotImplementedError

    def reload(self):
        """What a HUP does before new workers start."""
        self.do_load_config()

    def wsgi(self):
        if self.callable is None:
            self.callable = self.load()
        return self.callable

    def run(self):
        try:
            Arbiter(self).run()
        except RuntimeError as error:
            print(f"\nError: {error}\n", file=sys.stderr)
            sys.stderr.flush()
            sys.exit(1)


class Application(BaseApplication):
    """Reads the sources that the command reads: config file, GUNICORN_CMD_ARGS, command line."""

    def chdir(self):
        os.chdir(self.cfg.chdir)
        if self.cfg.chdir not in sys.path:
            sys.path.insert(0, self.cfg.chdir)

    def get_config_from_filename(self, filename):
        from monoceros import config_file

        try:
            return config_file.load(filename)
        except ConfigError as error:
            raise RuntimeError(str(error)) from None

    def get_config_from_module_name(self, module_name):
        return self.get_config_from_filename(f"python:{module_name}")

    def load_config_from_module_name_or_filename(self, location):
        for name, value in self.get_config_from_filename(location).items():
            if name in self.cfg.settings:
                try:
                    self.cfg.set(name.lower(), value)
                except Exception:
                    print(f"Invalid value for {name}: {value}\n", file=sys.stderr)
                    sys.stderr.flush()
                    raise

    def load_config_from_file(self, filename):
        return self.load_config_from_module_name_or_filename(filename)

    def load_config(self):
        parser = self.cfg.parser()
        args = parser.parse_args()
        framework = self.init(parser, args, args.args)
        self._set_all(framework or {})
        self.chdir()
        from_environment = parser.parse_args(self.cfg.get_cmd_args_from_env())
        location = args.config or from_environment.config or get_default_config_file()
        if location:
            self.load_config_from_file(location)
        for given in (from_environment, args):
            self._set_all({name: value for name, value in vars(given).items() if name != "args" and value is not None})
        self.chdir()

    def _set_all(self, values):
        for name, value in values.items():
            if value is not None and name in self.cfg.settings:
                self.cfg.set(name.lower(), value)

    def run(self):
        if self.cfg.print_config:
            print(self.cfg)
        if self.cfg.print_config or self.cfg.check_config:
            try:
                self.load()
            except Exception:
                print(f"\nError while loading the application:\n\n{traceback.format_exc()}", file=sys.stderr)
                sys.exit(1)
            sys.exit(0)
        for path in (self.cfg.pythonpath or "").split(","):
            if path and os.path.abspath(path) not in sys.path:
                sys.path.insert(0, os.path.abspath(path))
        super().run()
