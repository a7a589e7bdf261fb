"""python-modules.py choices: `py_cv_module_X=n/a` words that keep modules.toml's `out` out of configure's list.
python-modules.py check SETUP_IN CONFIG_C: that modules.toml decides every module and config.c has all of `in`.
python-modules.py leave-out LIB: deletes from a copy of Lib/ what is not carried."""

import re
import shutil
import sys
import tomllib
from pathlib import Path

with open(Path(__file__).parent.parent / "modules.toml", "rb") as file:
    TABLE = tomllib.load(file)


def choices() -> None:
    print(*(f"py_cv_module_{name}=n/a" for name in TABLE["out"]))


def check(setup_in: str, config_c: str) -> None:
    offered = set(re.findall(r"^@MODULE_\w+_TRUE@(\w+)", Path(setup_in).read_text(), re.M))
    built = set(re.findall(r'^\s*\{"(\w+)", PyInit_', Path(config_c).read_text(), re.M))
    wanted, refused = set(TABLE["in"]), set(TABLE["out"])
    if undecided := offered - wanted - refused:
        sys.exit(f"modules.toml does not say whether these modules are in: {', '.join(sorted(undecided))}.")
    if missing := (wanted & offered) - built:
        sys.exit(f"configure could not provide these modules of modules.toml: {', '.join(sorted(missing))}.")
    if extra := built & refused:
        sys.exit(f"modules.toml leaves these modules out, but they were built: {', '.join(sorted(extra))}.")


def leave_out(lib: str) -> None:
    for name in TABLE["out_of_lib"]:
        path = Path(lib, name)
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


{"choices": choices, "check": check, "leave-out": leave_out}[sys.argv[1]](*sys.argv[2:])
