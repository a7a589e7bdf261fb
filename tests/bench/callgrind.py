"""Instructions by function, counted by valgrind's callgrind on the release binary."""

import re
import subprocess
from collections import Counter
from pathlib import Path


def with_names(binary, folder):
    """A copy that valgrind can read: with the names of functions, without DWARF 5, which it takes for damaged."""
    debug, copy = Path(folder, "monoceros.debug"), Path(folder, "monoceros")
    source = Path(f"{binary}.debug")
    if not source.exists():
        subprocess.run(["objcopy", "--strip-debug", binary, copy], check=True)
        return copy
    subprocess.run(["objcopy", "--strip-debug", source, debug], check=True)
    subprocess.run(["objcopy", "--remove-section", ".gnu_debuglink", binary, copy], check=True)
    subprocess.run(["objcopy", f"--add-gnu-debuglink={debug.name}", copy.name], check=True, cwd=folder)
    return copy


def command(folder, *options):
    """What the program's command goes behind; every process of it leaves a file in `folder`."""
    return ["valgrind", "--tool=callgrind", "--quiet", *options, f"--callgrind-out-file={folder}/%p"]


def costs_of_processes(folder):
    """A Counter for each process."""
    return [_self_costs(path) for path in Path(folder).iterdir() if path.name.isdigit()]


def _self_costs(path):
    """By function, of a file in callgrind's format (valgrind manual, "Callgrind Format Specification")."""
    names, costs, function, is_call = {}, Counter(), None, False
    for line in path.read_text(errors="replace").splitlines():
        if match := re.match(r"c?fn=\((\d+)\)(?: (.*))?$", line):
            if match[2]:
                names[match[1]] = match[2]
            if not line.startswith("c"):
                function = match[1]
        elif line.startswith("calls="):
            is_call = True
        elif function and re.match(r"[0-9+*-]", line):
            if not is_call:
                costs[function] += int(line.split()[1])
            is_call = False
    return Counter({names.get(key, key): cost for key, cost in costs.items()})
