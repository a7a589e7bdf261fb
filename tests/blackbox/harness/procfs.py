"""Facts about processes, read from /proc; a process that is gone has none."""

import os
from collections import Counter
from pathlib import Path

# Numbers of x86-64: poll, select, accept, rt_sigtimedwait, epoll_wait, pselect6, ppoll, epoll_pwait, accept4.
_PPOLL = "271"
_WAITING_FOR_IO = {"7", "23", "43", "128", "232", "270", "271", "281", "288"}


def _read(pid, name):
    try:
        return Path(f"/proc/{pid}/{name}").read_text(errors="replace")
    except OSError:
        return ""


def _stat(pid):
    """The fields after the name, which may itself hold blanks and brackets: state, ppid, ..."""
    return _read(pid, "stat").rpartition(")")[2].split()


def exists(pid):
    return os.path.exists(f"/proc/{pid}")


def is_zombie(pid):
    return _stat(pid)[:1] == ["Z"]


def is_running(pid):
    return exists(pid) and not is_zombie(pid)


def pids():
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def children(parent):
    """Pids of all children, zombies included, oldest first."""
    return sorted(pid for pid in pids() if _stat(pid)[1:2] == [str(parent)])


def zombies(parent):
    return [pid for pid in children(parent) if is_zombie(pid)]


def with_marker(marker):
    """Running processes whose initial environment holds the marker: everything a server has started."""
    return [pid for pid in pids() if marker in _read(pid, "environ") and is_running(pid)]


def _system_calls(pid):
    """The numbers of those that its threads wait in."""
    threads = [name for name in os.listdir(f"/proc/{pid}/task")] if exists(pid) else []
    return {_read(pid, f"task/{thread}/syscall").split(" ")[0] for thread in threads}


def is_idle(pid):
    """Whether some thread of the process waits for input: it has loaded its application and serves."""
    return bool(_system_calls(pid) & _WAITING_FOR_IO)


def is_in_ppoll(pid):
    """Whether one of its threads waits for one descriptor, as a lane does: the loop waits in epoll."""
    return _PPOLL in _system_calls(pid)


def descriptors(pid):
    """{number: what it refers to} of all open descriptors."""
    found = {}
    try:
        for name in os.listdir(f"/proc/{pid}/fd"):
            try:
                found[int(name)] = os.readlink(f"/proc/{pid}/fd/{name}")
            except OSError:
                pass  # closed between the two calls
    except OSError:
        pass
    return found


def descriptor_kinds(pid):
    """How many descriptors of each kind: socket, pipe, anon_inode:[eventpoll], file."""
    return Counter(_kind(target) for target in descriptors(pid).values())


def _kind(target):
    if target.startswith("/"):
        return "file"
    return target if target.startswith("anon_inode") else target.split(":")[0]


def _values(pid, name, key):
    """The words behind `key:` in a file of such lines; none where there is no such line."""
    for line in _read(pid, name).splitlines():
        if line.startswith(f"{key}:"):
            return line.split()[1:]
    return []


def inner_pid(pid):
    """The pid as the process itself sees it, in the innermost namespace."""
    return int((_values(pid, "status", "NSpid") or [pid])[-1])


def room_for_descriptors(pid):
    """How many descriptors the kernel has made room for so far."""
    return int(_values(pid, "status", "FDSize")[0])


def owner(pid):
    return os.stat(f"/proc/{pid}").st_uid


def memory(pid, key):
    """A value of smaps_rollup in KiB, such as Pss."""
    return int((_values(pid, "smaps_rollup", key) or [0])[0])


def command_line(pid):
    return _read(pid, "cmdline").split("\0")
