"""Runs inside an empty, read-only root: what works there without any file. Prints one line per proof; exits 1 on the
first that fails. Started by tests/run-empty-root."""

import importlib.machinery
import importlib.resources
import importlib.util
import inspect
import io
import os
import sys
import sysconfig
import tempfile
import time
import traceback

PROOFS = []


def proof(function):
    PROOFS.append(function)
    return function


@proof
def platform_names():
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    arch = os.uname().machine
    assert suffix == f".cpython-{sys.version_info[0]}{sys.version_info[1]}-{arch}-linux-musl.so", suffix
    assert importlib.machinery.EXTENSION_SUFFIXES[0] == suffix
    assert sysconfig.get_config_var("MULTIARCH") == f"{arch}-linux-musl"
    assert sys.implementation._multiarch == f"{arch}-linux-musl"
    assert sys.flags.utf8_mode == 1 and sys.getfilesystemencoding() == "utf-8"


@proof
def traceback_shows_library_source():
    import json
    try:
        json.loads("{")
    except ValueError:
        text = traceback.format_exc()
    assert "/monoceros/lib/python3." in text and "obj, end = self.raw_decode" in text, text


@proof
def source_and_files_of_modules():
    import json.decoder
    assert "def raw_decode" in inspect.getsource(json.decoder)
    assert "def getsource" in inspect.getsource(inspect.getsource)
    assert json.__file__ == "/monoceros/lib/python3.13/json/__init__.py" or "3.13" not in sys.version
    assert os.__spec__.loader.get_filename("os").endswith("/os.py")


@proof
def resources_of_packages():
    css = importlib.resources.files("pydoc_data").joinpath("_pydoc.css")
    assert css.is_file() and "body" in css.read_text()
    names = {item.name for item in importlib.resources.files("json").iterdir()}
    assert {"__init__.py", "decoder.py"} <= names, names


@proof
def modules_can_be_listed():
    import pkgutil
    import json
    assert {module.name for module in pkgutil.iter_modules(json.__path__)} >= {
        "decoder", "encoder", "scanner", "tool"}
    top = {module.name for module in pkgutil.iter_modules()}
    assert {"json", "asyncio", "os"} <= top and "test" not in top


@proof
def certificates():
    import ssl
    assert len(ssl.create_default_context().get_ca_certs()) > 100


@proof
def time_zones():
    import datetime
    import zoneinfo
    moment = datetime.datetime(2024, 7, 1, tzinfo=zoneinfo.ZoneInfo("America/New_York"))
    assert moment.utcoffset() == datetime.timedelta(hours=-4)
    assert len(zoneinfo.available_timezones()) > 400
    for key in "Mars/Olympus", "Europe", "Europe/\ud800":
        try:
            zoneinfo.ZoneInfo(key)
        except zoneinfo.ZoneInfoNotFoundError:
            continue
        raise AssertionError(key)


@proof
def time_zone_of_libc():
    for zone, name in ("Europe/Berlin", "CEST"), (":Asia/Tokyo", "JST"), ("UTC", "UTC"), ("Europe/Berlin", "CEST"):
        os.environ["TZ"] = zone
        time.tzset()
        assert time.strftime("%Z", time.localtime(1720000000)) == name, (zone, time.tzname)
    os.environ["TZ"] = "Mars/Olympus"
    time.tzset()
    assert time.localtime(0).tm_hour == 0


@proof
def user_names():
    import getpass
    import pwd
    entry = pwd.getpwuid(os.getuid())
    assert entry.pw_uid == os.getuid() and entry.pw_name == "user" and entry.pw_dir == "/", entry
    assert os.path.expanduser("~/x") == "/x" and getpass.getuser() == "user"
    for look_up, key in (pwd.getpwnam, "user"), (pwd.getpwuid, 4711):
        try:
            look_up(key)
        except KeyError:
            continue
        raise AssertionError(key)


@proof
def ctypes_imports():
    import ctypes
    assert ctypes.sizeof(ctypes.c_long) == 8
    callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(lambda n: n + 1)
    assert callback(41) == 42


@proof
def databases_and_compression():
    import bz2
    import lzma
    import sqlite3
    import zlib
    connection = sqlite3.connect(":memory:")
    connection.execute("create virtual table t using fts5(body)")
    connection.execute("insert into t values ('static pie')")
    assert connection.execute("select count(*) from t where t match 'pie'").fetchone() == (1,)
    connection.execute("create temp table big as with recursive n(i) as (select 1 union all select i+1 from n "
                       "limit 200000) select i, hex(randomblob(20)) h from n order by h")
    for module in zlib, bz2, lzma:
        assert module.decompress(module.compress(b"x" * 1000)) == b"x" * 1000


@proof
def temporary_files():
    try:
        tempfile.gettempdir()
    except FileNotFoundError as error:
        assert "/dev/shm" in str(error)
    else:
        raise AssertionError("this root should be read-only")
    with tempfile.TemporaryFile() as file, tempfile.SpooledTemporaryFile(max_size=10) as spooled:
        file.write(b"kept in memory")
        spooled.write(b"x" * 100)
        file.seek(0)
        assert file.read() == b"kept in memory"
    with tempfile.TemporaryFile("w+", encoding="utf-8") as text:
        text.write("ä")


@proof
def processes_and_threads():
    import multiprocessing
    import threading

    def deep(n):
        return 0 if n == 0 else 1 + deep(n - 1)

    results = []
    sys.setrecursionlimit(30000)
    thread = threading.Thread(target=lambda: results.append(deep(20000)))
    thread.start()
    thread.join()
    assert results == [20000]
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()
    process = context.Process(target=there.send, args=("hello",))
    process.start()
    assert here.recv() == "hello"
    process.join()
    assert process.exitcode == 0


@proof
def asyncio_and_executors():
    import asyncio

    async def main():
        return await asyncio.to_thread(lambda: 42)
    assert asyncio.run(main()) == 42


@proof
def every_module_imports():
    # Those that are for other systems, or ask for a display.
    others = {"_overlapped", "_scproxy", "_winapi", "_wmi", "msvcrt", "nt", "winreg", "winsound", "_ios_support",
              "_android_support", "_tkinter", "tkinter", "turtle", "turtledemo", "idlelib", "antigravity", "this",
              "_dbm", "_gdbm", "_uuid", "ensurepip", "lib2to3", "_osx_support", "_aix_support", "_zstd",
              "_pyrepl"}
    failed = {}
    output, sys.stdout = sys.stdout, io.StringIO()
    try:
        for name in sorted(sys.stdlib_module_names - others):
            try:
                importlib.import_module(name)
            except Exception as error:
                failed[name] = error
    finally:
        sys.stdout = output
    assert not failed, failed


@proof
def optional_probes_answer_none():
    assert importlib.util.find_spec("numpy") is None
    assert importlib.util.find_spec("json.nothing") is None


def main():
    for function in PROOFS:
        try:
            function()
        except BaseException:
            traceback.print_exc()
            sys.exit(f"not proven: {function.__name__}")
        print("ok", function.__name__.replace("_", " "))


if __name__ == "__main__":
    main()
