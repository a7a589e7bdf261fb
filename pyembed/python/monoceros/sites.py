"""Packages beside an application are found without a word of configuration.

Beside means: in the folder that the application is looked for in, a folder
  - site-packages, which is where `monoceros pip install` puts packages unless told otherwise, or
  - site, if packages were installed there: it holds at least one *.dist-info.
A script in the `bin` of such a folder, which may have any name then, is installed there and finds the packages around it.
They come last on sys.path, behind those of the virtual environment that the interpreter runs in, and their .pth files
count, as in any site-packages folder.
"""

import os
import sys


BUNDLE = None  # in a bundle: the folder that its content is seen in


def add_beside(folder):
    """`folder` holds the application."""
    for name in ("site-packages", "site"):
        _add(os.path.join(folder, name))


def add_for_command():
    """What the command line of `monoceros python` leads to."""
    if sys.flags.safe_path:
        return
    folder = _folder_of_command()
    add_beside(folder)
    around, name = os.path.split(folder)
    if name == "bin":
        _add(around)


def _add(path):
    if is_for_packages(path) and not (sys.flags.isolated or sys.flags.no_site):
        import site

        site.addsitedir(os.path.abspath(path))


_searched = None
_brought = []  # what is on sys.path because of the last search_in()


def search_in(folders, places):
    """Modules are looked for in `folders` from now on, in the last one first, and in packages beside what is in `places`,
    in the first one first; not any more in what an earlier call named.
    """
    global _searched
    if _searched == (folders, places):
        return
    _searched = folders, places
    for path in _brought:
        if path in sys.path:
            sys.path.remove(path)
    before = sys.path[:]
    for place in places:
        add_beside(place)
    _brought[:] = [*folders, *(path for path in sys.path if path not in before)]
    sys.path[:0] = reversed(folders)


def _folder_of_command():
    """What Python itself puts first on sys.path: a script's folder, else the current one."""
    script = sys.argv[0] if sys.argv else ""
    return os.path.dirname(os.path.realpath(script)) if script not in ("", "-", "-c", "-m") else os.curdir


def is_for_packages(path):
    """By its name, or because some were installed there."""
    if os.path.basename(path) == "site-packages":
        return os.path.isdir(path)
    try:
        return any(name.endswith(".dist-info") for name in os.listdir(path))
    except OSError:
        return False


def add_bundle(folder):
    """The application and its packages that this program carries; no flag of Python's leaves them out."""
    import site

    global BUNDLE
    BUNDLE = folder
    sys.path.insert(0, f"{folder}/app")
    site.addsitedir(f"{folder}/site-packages")
