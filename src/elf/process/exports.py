"""exports.py OUT.S MUSL_SYMBOLS LIBC_ARCHIVE PYTHON_ARCHIVE ZLIB_ARCHIVE: the tables behind exports.h.

Names of the C library: those a musl libc.so has (MUSL_SYMBOLS) and the archive defines. Names of Python: the public
ones, which its headers give default visibility. zlib's form a table of their own (see find_zlib_export). Naming a function here brings it into the link."""

import re
import subprocess
import sys

# Of the start of a program or of a dynamic linker; in a program like this nobody may call them.
NOT_OURS = {"_dlstart", "__dls2b", "__dls3", "_init", "_fini", "__libc_start_main", "_dl_debug_addr", "__libc_init_first"}
OURS = {"dlopen", "dlsym", "dlclose", "dlerror", "dladdr", "dlinfo", "dl_iterate_phdr", "_dl_debug_state"}

# Before 1.2.4 musl had these under a second name with 64 (in readdir64_r's case within), and objects built then ask
# for them; its dynamic linker still maps them. Source: get_lfs64 in ldso/dynlink.c.
LARGE_FILE = """aio_cancel aio_error aio_fsync aio_read aio_return aio_suspend aio_write alphasort creat fallocate
  fgetpos fopen freopen fseeko fsetpos fstat fstatat fstatfs fstatvfs ftello ftruncate ftw getdents getrlimit glob
  globfree lio_listio lockf lseek lstat mkostemp mkostemps mkstemp mkstemps mmap nftw open openat posix_fadvise
  posix_fallocate pread preadv prlimit pwrite pwritev readdir scandir sendfile setrlimit stat statfs statvfs tmpfile
  truncate versionsort __fxstat __fxstatat __lxstat __xstat""".split()


def symbols(archive):
    """{name: visibility} of the global functions and variables that the archive defines."""
    listing = subprocess.run(["llvm-readelf-22", "-sW", archive], check=True, capture_output=True, text=True).stdout
    found = {}
    for line in listing.splitlines():
        words = line.split()
        if len(words) == 8 and words[4] in ("GLOBAL", "WEAK") and words[3] != "TLS" and words[6] != "UND":
            if found.get(words[7]) != "DEFAULT":
                found[words[7]] = words[5]
    return found


def gnu_hash(name):
    value = 5381
    for byte in name.encode():
        value = (value * 33 + byte) & 0xFFFFFFFF
    return value


def table(name, targets, file):
    rows = sorted((gnu_hash(symbol), symbol) for symbol in targets)
    print(".balign 4", f".globl {name}, {name}_count", f".hidden {name}, {name}_count", f"{name}_count:",
          f".4byte {len(rows)}", f"{name}:", sep="\n", file=file)
    for number, (value, symbol) in enumerate(rows):
        print(f".4byte {value}", f".4byte .L{name}{number} - .", f'.4byte "{targets[symbol]}" - .', sep="\n", file=file)
    for number, (_, symbol) in enumerate(rows):
        print(f'.L{name}{number}: .asciz "{symbol}"', file=file)


def main():
    out, abi, libc, python, zlib = sys.argv[1:]
    libc_names = {name for name, visibility in symbols(libc).items() if visibility != "HIDDEN"}
    targets = {name: name for name in set(open(abi).read().split()) & libc_names - NOT_OURS | OURS}
    targets |= {name + "64": name for name in LARGE_FILE if name in targets and name + "64" not in targets}
    targets["readdir64_r"] = "readdir_r"
    targets |= {name: name for name, visibility in symbols(python).items()
                if visibility in ("DEFAULT", "PROTECTED") and re.match("_?Py", name)}
    zlib_names = {name for name, visibility in symbols(zlib).items() if visibility != "HIDDEN" and not name.startswith("_")}
    with open(out, "w") as file:
        print('.section .rodata.elf_exports,"a",%progbits', file=file)
        table("elf_exports", targets, file)
        table("elf_zlib_exports", {name: name for name in zlib_names}, file)
        print('.section .note.GNU-stack,"",%progbits', file=file)


main()
