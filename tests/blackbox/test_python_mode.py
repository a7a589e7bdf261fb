"""`monoceros python` is a Python: scripts, modules, a prompt, and whatever starts sys.executable."""

import os
import pty
import select
import signal
import subprocess
import textwrap
import time

import pytest

from harness.patience import LATER, SOON


@pytest.fixture
def python(run, target):
    """Runs the interpreter: python("-c", "print(1)").stdout."""
    return lambda *arguments, **how: run(*arguments, command=target.python, **how)


@pytest.fixture
def script(python, tmp_path):
    """Runs a script that must succeed and returns what it prints."""

    def finish(text, *arguments, **how):
        path = tmp_path / "script.py"
        path.write_text(textwrap.dedent(text))
        ended = python(path, *arguments, **how)
        assert ended.returncode == 0, ended.stderr
        assert ended.stderr == ""
        return ended.stdout.strip()

    return finish


def test_command(python):
    ended = python("-c", "import sys; print(6 * 7, sys.argv)", "one", "two")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "42 ['-c', 'one', 'two']\n", "")


def test_module(python):
    ended = python("-m", "json.tool", "--compact", input='{"a": [1, 2]}')
    assert (ended.returncode, ended.stdout) == (0, '{"a":[1,2]}\n')


def test_module_that_is_not_there(python):
    ended = python("-m", "no_such_module")
    assert ended.returncode == 1
    assert "No module named no_such_module" in ended.stderr


def test_script_with_arguments(script, tmp_path):
    assert script("import sys; print(sys.argv[1:], sys.path[0])", "a", "-b") == f"['a', '-b'] {tmp_path}"


def test_script_from_standard_input(python):
    assert python(input="print(6 * 7)\n").stdout == "42\n"
    assert python("-", "word", input="import sys; print(sys.argv)\n").stdout == "['-', 'word']\n"


def test_folder_with_a_main_module(python, tmp_path):
    (tmp_path / "tool").mkdir()
    (tmp_path / "tool" / "__main__.py").write_text("print('main')")
    assert python(tmp_path / "tool").stdout == "main\n"
    assert python("-m", "tool").stdout == "main\n"


@pytest.mark.parametrize("code, status", [("pass", 0), ("raise SystemExit(7)", 7), ("import sys; sys.exit('no')", 1),
                                          ("import os; os.abort()", -6), ("1 / 0", 1)])
def test_exit_status(python, code, status):
    assert python("-c", code).returncode == status


def test_traceback_shows_source_of_scripts_and_library(python, tmp_path):
    (tmp_path / "fails.py").write_text("import json\n\njson.loads('')\n")
    errors = python(tmp_path / "fails.py").stderr
    assert "json.loads('')" in errors
    assert "raise JSONDecodeError" in errors


def test_library_has_its_source(python):
    assert "def loads(" in python("-c", "import inspect, json; print(inspect.getsource(json.loads))").stdout


@pytest.mark.parametrize("options, status, says", [
    (["-V"], 0, "Python 3."), (["--version"], 0, "Python 3."), (["--help"], 0, "usage: "), (["--nope"], 2, "unknown option"),
])
def test_questions_to_the_interpreter_are_answered(python, options, status, says):
    ended = python(*options)
    assert ended.returncode == status
    assert says in ended.stdout + ended.stderr
    assert "does not start" not in ended.stderr


def test_standard_stream_that_is_closed_is_nobody_elses(run, target):
    code = "import os, sys; sys.stderr.write(os.readlink('/proc/self/fd/0') + os.readlink('/proc/self/fd/1'))"
    ended = run(command=("sh", "-c", 'exec "$@" <&- >&-', "sh", *target.python, "-c", code))
    assert ended.stderr == "/dev/null/dev/null"


def test_options_and_environment_of_python_are_honoured(python, tmp_path):
    (tmp_path / "found.py").write_text("answer = 42")
    import_it = ("-c", "import found; print(found.answer)")
    assert python(*import_it, cwd="/", env={"PYTHONPATH": str(tmp_path)}).stdout == "42\n"
    assert python("-I", *import_it, cwd="/", env={"PYTHONPATH": str(tmp_path)}).returncode == 1
    assert python("-W", "error", "-c", "import warnings; warnings.warn('x')").returncode == 1
    assert python("-O", "-c", "assert False").returncode == 0
    assert python("-X", "dev", "-c", "import sys; print(sys.flags.dev_mode)").stdout == "True\n"
    assert python("-c", "import sys; print(sys.flags.optimize)", env={"PYTHONOPTIMIZE": "2"}).stdout == "2\n"


def test_text_is_utf_8_whatever_the_locale(python):
    code = "import sys; print(sys.stdout.encoding, sys.getfilesystemencoding(), 'caf\\xe9')"
    ended = python("-c", code, env={"LC_ALL": "C", "LANG": "C"})
    assert ended.stdout.split() == ["utf-8", "utf-8", "caf\xe9"]


def test_prompt_on_a_terminal(target, environment):
    controller, terminal = pty.openpty()
    process = subprocess.Popen(target.python, stdin=terminal, stdout=terminal, stderr=terminal,
                               env={**environment, "TERM": "xterm"}, start_new_session=True)
    os.close(terminal)
    try:
        read_until(controller, b">>> ")
        os.write(controller, b"print(6 * 7, 'answer')\r")
        read_until(controller, b"42 answer")
        os.write(controller, b"raise SystemExit(5)\r")
        drain(controller)
        assert process.wait(LATER) == 5
    finally:
        process.kill()
        process.wait()
        os.close(controller)


def read_until(descriptor, expected):
    seen, deadline = b"", time.monotonic() + LATER
    while expected not in seen:
        ready, _, _ = select.select([descriptor], [], [], max(0, deadline - time.monotonic()))
        assert ready, f"{expected!r} not in {seen!r}"
        seen += os.read(descriptor, 4096)
    return seen


def drain(descriptor):
    """Reads until the other side has hung up, which a terminal tells with EIO."""
    try:
        while os.read(descriptor, 4096):
            pass
    except OSError:
        pass


def test_sys_executable_is_a_python(script):
    assert script("""
        import subprocess, sys
        print(subprocess.check_output([sys.executable, "-c", "import sys; print(sys.argv)", "x"], text=True))
    """) == "['-c', 'x']"


@pytest.mark.parametrize("method", ["spawn", "fork", "forkserver"])
def test_multiprocessing(script, method):
    assert script(f"""
        import multiprocessing, os

        def work(queue, lock, number):
            with lock:
                queue.put((number * number, os.getpid()))

        if __name__ == "__main__":
            context = multiprocessing.get_context("{method}")
            queue, lock = context.Queue(), context.Lock()
            processes = [context.Process(target=work, args=(queue, lock, number)) for number in range(3)]
            for process in processes: process.start()
            answers = [queue.get() for _ in processes]
            for process in processes: process.join()
            print(sorted(square for square, _ in answers), os.getpid() in [pid for _, pid in answers],
                  [process.exitcode for process in processes])
    """) == "[0, 1, 4] False [0, 0, 0]"


@pytest.mark.parametrize("method", ["spawn", "fork", "forkserver"])
def test_multiprocessing_pool_and_shared_memory(script, method):
    assert script(f"""
        import multiprocessing
        from multiprocessing.shared_memory import SharedMemory

        def square(number):
            return number * number

        def write(name):
            memory = SharedMemory(name)
            memory.buf[0] = 42
            memory.close()

        if __name__ == "__main__":
            context = multiprocessing.get_context("{method}")
            with context.Pool(2) as pool:
                print(pool.map(square, range(5)))
            memory = SharedMemory(create=True, size=8)
            process = context.Process(target=write, args=(memory.name,))
            process.start()
            process.join()
            print(memory.buf[0])
            memory.close()
            memory.unlink()
    """).split("\n") == ["[0, 1, 4, 9, 16]", "42"]


def test_pool_executors(script):
    assert script("""
        from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

        def square(number):
            return number * number

        if __name__ == "__main__":
            for executor in ThreadPoolExecutor, ProcessPoolExecutor:
                with executor(2) as pool:
                    print(list(pool.map(square, range(4))))
    """).split("\n") == ["[0, 1, 4, 9]"] * 2


def test_threads_have_a_deep_stack(script):
    assert script("""
        import json, re, sys, threading

        def dive(depth):
            return depth and dive(depth - 1)

        def work():
            sys.setrecursionlimit(20000)
            dive(10000)
            json.loads("[" * 900 + "]" * 900)
            re.match("(" * 90 + "a" + ")" * 90, "a")
            print("surfaced")

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    """) == "surfaced"


COMPILED = (
    "ssl _hashlib hashlib sqlite3 ctypes lzma bz2 zlib decimal _decimal pyexpat unicodedata mmap resource termios "
    "asyncio multiprocessing socket select zoneinfo _asyncio _json _pickle _datetime _struct array math cmath fcntl "
    "grp pwd syslog _posixsubprocess _posixshmem _multiprocessing _queue _random _bisect _heapq _csv _elementtree "
    "_lsprof _opcode _socket _statistics _contextvars _zoneinfo binascii"
).split()


def test_compiled_modules_of_the_library_are_there(script):
    assert script(f"""
        import importlib
        missing = []
        for name in {COMPILED!r}:
            try:
                importlib.import_module(name)
            except ImportError as error:
                missing.append(f"{{name}}: {{error}}")
        print(missing)
    """) == "[]"


def test_library_works(script):
    assert script("""
        import asyncio, ctypes, decimal, hashlib, sqlite3, ssl, tempfile, uuid, zlib

        async def soon():
            await asyncio.sleep(0)
            return await asyncio.to_thread(lambda: "later")

        print(asyncio.run(soon()))
        print(ctypes.sizeof(ctypes.c_void_p), decimal.Decimal(1) / 8, zlib.crc32(b"x"))
        print(hashlib.sha3_256(b"").hexdigest()[:8], hashlib.scrypt(b"", salt=b"", n=16, r=1, p=1).hex()[:8])
        database = sqlite3.connect(":memory:")
        print(database.execute("select json_extract('{\\"a\\": 7}', '$.a'), count(*) from pragma_compile_options where "
                               "compile_options like 'ENABLE_FTS5'").fetchone())
        print(ssl.OPENSSL_VERSION.split()[0], ssl.HAS_TLSv1_3, len(str(uuid.uuid4())))
    """).split("\n") == ["later", "8 0.125 2363233923", "a7ffc6f8 77d65762", "(7, 1)", "OpenSSL True 36"]


def test_packages_are_found_through_pythonpath(python, packages):
    path = packages("tests/apps/requirements.txt")
    code = "import importlib.metadata, requests; print(requests.__version__, importlib.metadata.version('requests'))"
    assert len(set(python("-c", code, env={"PYTHONPATH": path}).stdout.split())) == 1


def test_worker_starts_sys_executable(server):
    running = server("spawning:app")
    running.baseline.spare = 6  # the pipes to multiprocessing's helpers, which stay
    for way in ("subprocess", "spawn", "fork", "forkserver", "pool"):
        assert running.get(f"/{way}").body == b"42", way


def test_interrupted_script_ends(python, target, environment, tmp_path):
    code = "import time; print('on', flush=True); time.sleep(600)"
    process = subprocess.Popen([*target.python, "-c", code], env=environment, cwd=tmp_path,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))  # jobs of a shell ignore it
    assert process.stdout.readline() == b"on\n"
    process.send_signal(2)
    _, errors = process.communicate(timeout=SOON)
    assert process.returncode in (-2, 130) and b"KeyboardInterrupt" in errors


def test_zeros_cost_memory_only_where_they_are_used(script):
    assert script("""
        import resource

        def megabytes():
            return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

        before = megabytes()
        zeros = bytes(200 << 20)
        print(megabytes() - before < 20, zeros[100 << 20])
    """) == "True 0"


def test_zeros_are_zeros_in_memory_that_was_used_before(script):
    assert script("""
        for size in [*range(131_000, 132_000, 7), 1_000_000, 5_000_001]:
            used = bytearray(b"x") * size
            del used
            assert bytes(size).count(0) == size, size
        print("all")
    """) == "all"
