"""What is tested: our binary, or the Gunicorn that shows a test asks for nothing Gunicorn would not do."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
APPS = ROOT / "tests" / "apps"


@dataclass(frozen=True)
class Target:
    name: str
    command: tuple  # what serves
    python: tuple  # what interprets
    defaults: tuple = ()  # options every start gets
    keep_alive: tuple = ()  # options of a worker that keeps connections

    @property
    def is_gunicorn(self):
        return self.name == "gunicorn"


def monoceros(binary):
    return Target("monoceros", (str(binary),), (str(binary), "python"))


def gunicorn(venv):
    return Target(
        "gunicorn",
        (f"{venv}/bin/gunicorn",),
        (f"{venv}/bin/python",),
        defaults=("--no-control-socket",),
        keep_alive=("-k", "gthread"),  # sync closes after each response
    )


def newest_binary():
    """The binary built last, whatever its preset."""
    built = sorted(ROOT.glob("build/*/monoceros"), key=lambda path: path.stat().st_mtime)
    return built[-1] if built else None
