"""Exceptions of the server itself."""


class HaltServer(BaseException):
    """Raised by a hook or a worker class: ends the server with `exit_status`."""

    def __init__(self, reason, exit_status=1):
        super().__init__(reason)
        self.reason = reason
        self.exit_status = exit_status

    def __str__(self):
        return f"<HaltServer {self.reason!r} {self.exit_status}>"


class ConfigError(Exception):
    """The configuration cannot be used."""


class AppImportError(Exception):
    """The application's name is wrong."""
