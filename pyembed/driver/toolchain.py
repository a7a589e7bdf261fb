"""The compiler of a target and the environment every recipe runs in. Editing this file rebuilds every part."""

import functools
import os
import shutil
import subprocess
from pathlib import Path

from driver.errors import Stop

LLVM = "22"
TOOLS = ("clang-22", "clang++-22", "ld.lld-22", "llvm-ar-22", "llvm-ranlib-22", "llvm-nm-22", "llvm-objcopy-22",
         "llvm-profdata-22", "cmake", "ninja", "make", "patch", "autoreconf", "libtoolize", "pkg-config", "xz")

# Everything ends in one static-PIE, so nothing needs to be interposable and data is reached directly; what is not used
# is left out there, and functions are put in the order of cmake/function_order.txt.
COMMON = "-O2 -g1 -fPIE -fdirect-access-external-data -fstack-protector-strong -ffunction-sections -fdata-sections"


def check_tools() -> None:
    missing = [tool for tool in TOOLS if not shutil.which(tool)]
    if missing:
        raise Stop(f"missing tools: {', '.join(missing)}. ci/setup installs them.")


@functools.cache
def identity() -> str:
    """What of the machine's compiler, and of this file, counts into every hash."""
    version = lambda tool: subprocess.run([tool, "--version"], capture_output=True, text=True).stdout.splitlines()[0]
    return "\n".join([version("clang-22"), version("ld.lld-22"), Path(__file__).read_text()])


def is_musl(target: str) -> bool:
    return target.endswith("-musl")


def environment(target: str, sysroot: Path | None, scratch: Path) -> dict[str, str]:
    """Compilers go by their bare name, and see the source as `.`: no path of this machine ends in a binary."""
    env = {key: value for key, value in os.environ.items() if not key.endswith(("FLAGS", "_PATH"))}
    env |= {"LC_ALL": "C", "TZ": "UTC", "SOURCE_DATE_EPOCH": "1700000000", "JOBS": str(os.cpu_count() or 2)}
    env |= {"AR": "llvm-ar-22", "RANLIB": "llvm-ranlib-22", "NM": "llvm-nm-22", "STRIP": "llvm-strip-22"}
    env |= {"OBJCOPY": "llvm-objcopy-22", "CFLAGS": COMMON, "CXXFLAGS": COMMON, "LDFLAGS": ""}
    env |= {"TARGET": target, "BUILD_TRIPLE": "x86_64-pc-linux-gnu", "ARCH": target.split("-")[0]}
    # Given to clang itself, not in CFLAGS: OpenSSL and CPython record those.
    env["CCC_OVERRIDE_OPTIONS"] = f"# +-ffile-prefix-map={scratch}=."
    if not is_musl(target):
        return env | {"CC": "clang-22", "CXX": "clang++-22 -stdlib=libc++", "LDFLAGS": "-fuse-ld=lld-22"}
    env |= {"CC": f"{target}-clang", "CXX": f"{target}-clang++"}
    if sysroot:
        env |= {"SYSROOT": str(sysroot), "PATH": f"{sysroot}/bin:{os.environ['PATH']}"}
        env["CCC_OVERRIDE_OPTIONS"] += f" +-ffile-prefix-map={sysroot}=/sysroot"
    return env
