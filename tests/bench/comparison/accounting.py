"""What a server and all its processes have used, from /proc (proc(5))."""

import os
import time
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


def family(pid):
    """The process and all its descendants that live."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
    members = [pid]
    for member in members:
        members += [child for child, parent in parents.items() if parent == member]
    return members


def processor_seconds(pids):
    """User and system time together, to a tick of 10 ms."""
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / _TICK


def await_rest(pids, patience=10):
    """Returns when they use no processor time any more, or after so many seconds."""
    used, end = processor_seconds(pids), time.monotonic() + patience
    while time.monotonic() < end:
        time.sleep(0.2)
        before, used = used, processor_seconds(pids)
        if used == before:
            return


def pss_megabytes(pids):
    """Memory, with shared pages divided among those that share them."""
    total = 0
    for pid in pids:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def forget(path):
    """Out of the page cache: what a linker has just written lies there in pieces of megabytes, and is mapped in such."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(descriptor)
