"""The `gunicorn` command as an application."""

from gunicorn import util
from gunicorn.app.base import Application
from gunicorn.errors import ConfigError


class WSGIApplication(Application):
    app_uri = None

    def init(self, parser, opts, args):
        if opts.paste:
            from gunicorn.app import pasterapp

            self.app_uri = opts.paste
            return pasterapp.settings_of(opts.paste)
        if args:
            self.cfg.set("default_proc_name", args[0])
            self.app_uri = args[0]
        return None

    def load_config(self):
        super().load_config()
        if self.app_uri is not None:
            return
        if self.cfg.wsgi_app is None:
            raise ConfigError("No application module specified.")
        self.app_uri = self.cfg.wsgi_app

    def load_wsgiapp(self):
        return util.import_app(self.app_uri)

    def load_pasteapp(self):
        from gunicorn.app import pasterapp

        return pasterapp.get_wsgi_app(self.app_uri, defaults=self.cfg.paste_global_conf)

    def load(self):
        return self.load_pasteapp() if self.cfg.paste is not None else self.load_wsgiapp()


def run(prog=None):
    """Serves as the command line says (sys.argv)."""
    from _monoceros import serve_command

    raise SystemExit(serve_command())


if __name__ == "__main__":
    run()
