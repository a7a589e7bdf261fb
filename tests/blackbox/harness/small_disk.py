"""A file system with next to no room."""

# $0 is the folder, the rest the command, which keeps the pid.
_MOUNT = 'mount -t tmpfs -o size="$1" none "$0"; shift; exec "$@"'


def at(folder, size):
    """The words in front of a command that finds one of `size` (as mount(8) takes it) at `folder`, and nobody else."""
    return ("unshare", "--mount", "sh", "-euc", _MOUNT, folder, size)
