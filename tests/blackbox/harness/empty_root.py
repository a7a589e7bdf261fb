"""A root directory with the binary, an application and nothing else, entered read-only and without privileges."""

import os
import shutil
import subprocess

UID = 12345

# $0 is the root, $1 whether it gets a /proc, the rest the command. Every step ends in exec: the pid stays the same.
_ENTER = """
mount --bind "$0" "$0"
[ "$1" = proc ] && mount -t proc proc "$0/proc"
mount -o remount,bind,ro "$0"
shift
exec chroot --userspec=%d:%d "$0" "$@"
""" % (UID, UID)


def is_static(binary):
    headers = subprocess.run(["readelf", "-lW", binary], capture_output=True, text=True, check=True).stdout
    return "INTERP" not in headers


def build(root, binary, applications, packages):
    (root / "app").mkdir(parents=True)
    _place(binary, root / "monoceros")
    for application in applications:
        shutil.copy(application, root / "app")
    for folder in packages:
        shutil.copytree(folder, root / "app", dirs_exist_ok=True)
    subprocess.run(["chmod", "-R", "a+rX", root], check=True)
    return root


def _place(binary, place):
    try:
        os.link(binary, place)
    except OSError:  # another file system
        shutil.copy(binary, place)
    place.chmod(0o755)


def entering(root, proc=True):
    """The words in front of a command that runs it inside, in a mount namespace of its own."""
    if proc:
        (root / "proc").mkdir(exist_ok=True)
    return ("unshare", "--mount", "sh", "-euc", _ENTER, root, "proc" if proc else "no-proc")
