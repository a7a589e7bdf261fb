"""`monoceros pip`: pip, from the wheel that the program carries.

pip needs a file system anyway, for what it installs: its wheel is written to a temporary folder, from which the
processes that it starts to build packages run it, too. Outside of a virtual environment that was made with this program
packages go to ./site-packages, where `monoceros` looks for them, unless --target or the like is given.
"""

import os
import sys

from _monoceros import resource, resource_names

PREFIX = "pip/"
PLACES = ("-t", "--target", "--prefix", "--root", "--user", "--dry-run", "--help", "-h")


def write_wheel(folder):
    """The carried wheel as a file in `folder`; its path."""
    (name,) = (name for name in resource_names(PREFIX) if name.endswith(".whl"))
    path = os.path.join(folder, name.removeprefix(PREFIX))
    with open(path, "wb") as file:
        file.write(resource(name))
    return path


def _make_executable(wheel):
    """pip starts itself as `python WHEEL` for the build of packages; its wheels cannot be run like that."""
    from zipfile import ZipFile

    with ZipFile(wheel, "a") as archive:
        archive.writestr("__main__.py", "import runpy\nrunpy.run_module('pip', run_name='__main__', alter_sys=True)\n")


def _is_in_environment():
    """The active one may be another Python's, which is not ours to fill."""
    executable = "/" + sys.executable.lstrip("/")
    return sys.prefix != sys.base_prefix and executable.startswith(f"{sys.prefix}/bin/")


def _is_placed(arguments):
    is_told = "PIP_TARGET" in os.environ or "PIP_PREFIX" in os.environ
    return is_told or _is_in_environment() or any(word.partition("=")[0] in PLACES or word.startswith("-t") for word in arguments)


def _command_of(arguments):
    """Options of pip's own may stand before it. What is wrong with them pip says itself, and exits."""
    from pip._internal.cli.main_parser import create_main_parser

    _, words = create_main_parser().parse_args(arguments)
    return words[0] if words else None


def main():
    import tempfile

    from monoceros import sites

    arguments = sys.argv[1:]
    os.environ.setdefault("PIP_DISABLE_PIP_VERSION_CHECK", "1")
    os.environ.setdefault("PIP_ROOT_USER_ACTION", "ignore")
    sites.add_beside(os.curdir)
    with tempfile.TemporaryDirectory(prefix="monoceros-pip-") as folder:
        wheel = write_wheel(folder)
        _make_executable(wheel)
        sys.path.insert(0, wheel)
        sys.argv[0] = "pip"
        from pip._internal.cli.main import main as pip

        if _command_of(arguments) == "install" and not _is_placed(arguments):
            os.environ["PIP_TARGET"] = os.path.abspath("site-packages")
            print(f"Installing to {os.environ['PIP_TARGET']}: monoceros finds packages there when it is started in this "
                  "folder", file=sys.stderr)
        status = pip(arguments)
    sys.exit(status)


if __name__ == "__main__":
    main()
