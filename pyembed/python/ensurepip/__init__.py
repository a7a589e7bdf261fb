"""Puts the carried pip into a virtual environment: what `python -m venv` asks for. CPython's own carries another pip."""

import sys


def version():
    from _monoceros import resource_names

    return resource_names("pip/")[0].split("-")[1]


def bootstrap(*, root=None, upgrade=False, user=False, altinstall=False, default_pip=False, verbosity=0):
    import subprocess
    import tempfile

    from monoceros.installer import write_wheel

    options = ["--root", root] if root else []
    options += ["--upgrade"] if upgrade else []
    options += ["--user"] if user else []
    options += ["-" + "v" * verbosity] if verbosity else []
    with tempfile.TemporaryDirectory() as folder:
        wheel = write_wheel(folder)
        code = f"import sys; sys.path.insert(0, {wheel!r}); from pip._internal.cli.main import main; sys.exit(main(sys.argv[1:]))"
        command = [sys.executable, "-c", code, "install", "--no-cache-dir", "--no-index", "--no-deps", *options, wheel]
        return subprocess.run(command, check=True).returncode
