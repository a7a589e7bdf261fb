"""The loader, with small objects made for the purpose; ctypes calls them. Wheels are in tests/wheels."""

import random
import shutil
import subprocess
from pathlib import Path

import pytest

from harness import empty_root
from harness.target import ROOT

pytestmark = pytest.mark.ours("a dynamic Python leaves this to the system")

SOURCES = ROOT / "tests" / "objects"

THREADS = """
import ctypes, os, threading

def in_threads(count, work):
    results = []
    threads = [threading.Thread(target=lambda: results.append(work())) for _ in range(count)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return results

class Early:
    '''Threads that exist before something is loaded, and work after it.'''
    def __init__(self, count):
        self.go, self.results = threading.Event(), []
        self.threads = [threading.Thread(target=self.run) for _ in range(count)]
        [thread.start() for thread in self.threads]
    def run(self):
        self.go.wait(30)
        self.results.append(self.work())
    def finish(self, work):
        self.work = work
        self.go.set()
        [thread.join() for thread in self.threads]
        return self.results
"""


@pytest.fixture(scope="session")
def toolchain(target):
    if not empty_root.is_static(target.command[0]):
        pytest.skip("this build stands on glibc and loads no objects")
    found = Path(target.command[0]).resolve().parent / "parts" / "sysroot" / "bin"
    if not found.exists():
        pytest.skip("the compiler for musl is not beside the binary")
    return found


@pytest.fixture
def build(toolchain, tmp_path):
    """Builds tests/objects/NAME into tmp_path/AS.so: build("storage.c", "-ftls-model=initial-exec", name="fast")."""

    def make(source, *options, name=None):
        compiler = next(path for path in toolchain.iterdir() if path.name.endswith("-clang"))
        output = tmp_path / f"{name or Path(source).stem}.so"
        subprocess.run([compiler, "-O2", "-fPIC", "-shared", "-w", *options, "-o", output, SOURCES / source], check=True)
        return output

    return make


@pytest.fixture
def script(run, target):
    """Runs Python code that must succeed; what it prints."""

    def finish(code, *arguments, **how):
        ended = run("-c", code, *arguments, command=target.python, **how)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout.strip()

    return finish


@pytest.mark.parametrize("options", [
    ("-ftls-model=global-dynamic", "-mtls-dialect=gnu"),
    ("-ftls-model=global-dynamic", "-mtls-dialect=gnu2"),
    ("-ftls-model=initial-exec",),
], ids=["general-dynamic", "descriptors", "initial-exec"])
def test_threads_have_variables_of_their_own(build, script, options):
    storage = build("storage.c", *options)
    code = THREADS + f"""
early = Early(6)
library = ctypes.CDLL({str(storage)!r})
library.next.restype = ctypes.c_long
work = lambda: [library.next() for _ in range(3)]
print(early.finish(work) + in_threads(6, work) + [work()] == [[43, 44, 45]] * 13)
pid = os.fork()
if pid == 0:
    os._exit(0 if [work()] + in_threads(2, work) == [[46, 47, 48], [43, 44, 45], [43, 44, 45]] else 1)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
"""
    assert script(code) == "True\n0"


def test_many_threads_leave_nothing_behind(build, script):
    code = THREADS + f"""
library = ctypes.CDLL({str(build("storage.c"))!r})
def resident():
    return int(open("/proc/self/statm").read().split()[1])
for _ in range(20): in_threads(50, library.next)
before = resident()
for _ in range(100): in_threads(50, library.next)
print((resident() - before) * 4 < 2000)
"""
    assert script(code) == "True"


def test_initial_exec_variables_that_do_not_fit_are_refused(build, script):
    paths = [build("storage.c", "-ftls-model=initial-exec", name=f"copy{n}") for n in range(2)]
    code = f"""
import ctypes
library = ctypes.CDLL({str(paths[0])!r})
try:
    ctypes.CDLL({str(paths[1])!r})
except OSError as error:
    print(error)
library.next.restype = ctypes.c_long
print(library.next())
"""
    said, works = script(code).splitlines()
    assert "copy1.so: its 3" in said and "do not fit" in said
    assert works == "43"


def test_constructor_may_wait_for_a_thread_that_loads(build, script):
    storage, constructs = build("storage.c"), build("constructs.c")
    code = f"import ctypes; print(ctypes.CDLL({str(constructs)!r}).is_loaded(), flush=True)"
    assert script(code, env={"OTHER_OBJECT": str(storage)}) == "1\ndestructed"


def test_needs_are_found_by_origin(build, script, tmp_path):
    build("storage.c", "-Wl,-soname,libstorage.so", name="libstorage")
    needs = build("needs.c", f"-L{tmp_path}", "-l:libstorage.so", "-Wl,-rpath,$ORIGIN/libs")
    (tmp_path / "libs").mkdir()
    shutil.move(tmp_path / "libstorage.so", tmp_path / "libs")
    assert script(f"import ctypes; print(ctypes.CDLL({str(needs)!r}).twice())") == "87"
    assert script(f"import ctypes; print(ctypes.CDLL({str(needs)!r}).abs(-3))") == "3"  # of the C library it needs
    (tmp_path / "libs" / "libstorage.so").unlink()
    code = f"import ctypes\ntry: ctypes.CDLL({str(needs)!r})\nexcept OSError as error: print(error)"
    assert f"needs.so: it needs libstorage.so, which is not in {tmp_path}/libs" in script(code)
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\ntry: import needs\nexcept ImportError as error: print(error)"
    assert "it needs libstorage.so, which is not in" in script(code)
    (tmp_path / "needs.py").write_text("VALUE = 'pure'\n")
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import needs; print(needs.VALUE, needs.__file__)"
    assert script(code) == f"pure {tmp_path}/needs.py"


@pytest.mark.parametrize("option", ["-Wl,--hash-style=gnu", "-Wl,--hash-style=sysv", "-Wl,--pack-dyn-relocs=relr"])
def test_relocations_of_all_kinds(build, script, option):
    path = build("relocated.c", option)
    code = (f"import ctypes; library = ctypes.CDLL({str(path)!r}); library.size_of.restype = ctypes.c_longlong; "
            f"print(library.compare(b'a', b'b'), library.size_of({str(path)!r}.encode()), library.picked())")
    assert script(code) == f"1 {path.stat().st_size} 42"


def test_missing_symbol_is_named(build, script):
    code = f"import ctypes\ntry: ctypes.CDLL({str(build('incomplete.c'))!r})\nexcept OSError as error: print(error)"
    assert "incomplete.so: it needs the symbol no_such_function, which neither this program" in script(code)


def test_parallel_loads_and_failures(build, script):
    paths = [str(build("storage.c", name=f"copy{n}")) for n in range(8)] + [str(build("incomplete.c"))]
    code = THREADS + f"""
import random
def work():
    done = 0
    for _ in range(100):
        path = random.choice({paths!r})
        try:
            done += ctypes.CDLL(path).next() > 0
        except OSError:
            done += path.endswith("incomplete.so")
    return done
print(in_threads(8, work))
"""
    assert script(code) == str([100] * 8)


def test_fork_while_others_load(build, script):
    paths = [str(build("storage.c", name=f"copy{n}")) for n in range(20)]
    code = THREADS + f"""
thread = threading.Thread(target=lambda: [ctypes.CDLL(path) for path in {paths!r}])
thread.start()
statuses = []
for path in {paths!r}:
    pid = os.fork()
    if pid == 0:
        os._exit(0 if ctypes.CDLL(path).next() > 0 else 1)
    statuses.append(os.waitpid(pid, 0)[1])
thread.join()
print(set(statuses))
"""
    assert script(code) == "{0}"


def test_damaged_objects_are_refused_or_load(build, script, tmp_path):
    """Headers and tables are changed at random places; nothing may crash before code of the object runs, so it is only
    inspected."""
    original = build("relocated.c").read_bytes()
    chance = random.Random(1)
    for n in range(300):
        data = bytearray(original[:chance.choice([len(original), chance.randrange(len(original))])])
        for _ in range(chance.randrange(1, 8)):
            if data:
                data[chance.randrange(min(len(data), 0x600))] = chance.randrange(256)
        (tmp_path / f"damaged{n}.so").write_bytes(data)
    code = f"""
import glob
from _monoceros import object_refusal
answers = [object_refusal(path) for path in glob.glob({str(tmp_path)!r} + "/damaged*.so")]
print(len(answers), sum(answer is not None for answer in answers) > 100)
"""
    assert script(code) == "300 True"


def test_offers_all_of_musl_and_nothing_of_the_libraries_inside(toolchain, script):
    symbols = (toolchain.parents[1] / "musl" / "libc.symbols").read_text().split()
    # Of a dynamic linker, or of the start of a program.
    not_for_us = {"_dlstart", "__dls2b", "__dls3", "_init", "_fini", "__libc_start_main", "_dl_debug_addr"}
    code = f"""
import ctypes
program = ctypes.CDLL(None)
print([name for name in {sorted(set(symbols) - not_for_us)!r} if not hasattr(program, name)])
print([name for name in "SSL_new inflate sqlite3_open XML_Parse ffi_call lzma_code mi_malloc llhttp_init".split()
       if hasattr(program, name)])
print(all(hasattr(program, name) for name in "Py_Initialize PyObject_Call _PyLong_New stat64 readdir64_r".split()))
"""
    assert script(code) == "[]\n[]\nTrue"
