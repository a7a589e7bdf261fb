"""Compiled extensions and the packages they come in: what is found, what is refused, and in which words."""

import platform
import re
import shutil
import sysconfig
import zipfile
from pathlib import Path

import pytest

from harness import empty_root

pytestmark = pytest.mark.ours("a dynamic Python leaves this to the system")

MACHINE = platform.machine()
GLIBC_OBJECT = Path(f"/lib/{sysconfig.get_config_var('MULTIARCH') or MACHINE + '-linux-gnu'}/libm.so.6")


@pytest.fixture(autouse=True)
def loads_extensions(target):
    if not empty_root.is_static(target.command[0]):
        pytest.skip("this build stands on glibc and loads no extensions")


@pytest.fixture
def python(run, target):
    return lambda *arguments, **how: run(*arguments, command=target.python, **how)


def wheel(folder, name="tiny", text="VALUE = 42\n"):
    """A pure-Python wheel, made by hand: pip needs no network for it."""
    path = folder / f"{name}-1.0-py3-none-any.whl"
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}.py", text)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return path


def test_glibc_extension_is_refused_with_the_way_out(python, tmp_path):
    shutil.copy(GLIBC_OBJECT, tmp_path / "core.so")
    ended = python("-c", "import core")
    assert ended.returncode == 1
    assert re.search(r"ImportError: \S+/core\.so: it is built for glibc \(it needs \S+\), and this program is built on musl: "
                     r"install the musllinux wheel of its project: `monoceros pip install`", ended.stderr), ended.stderr


@pytest.mark.parametrize("tag, words", [
    (f"cpython-312-{MACHINE}-linux-musl", "it is built for another Python (312-"),
    (f"cpython-313-{MACHINE}-linux-gnu", "it is built for glibc (313-"),
    (f"cpython-39-{MACHINE}-linux-gnu", "on glibc, and this is CPython 3.13 on musl"),
])
def test_extension_of_another_python_is_named_as_such(python, tmp_path, tag, words):
    (tmp_path / f"core.{tag}.so").write_bytes(b"\x7fELF")
    ended = python("-c", "import core")
    assert ended.returncode == 1
    assert words in ended.stderr and f"core.{tag}.so" in ended.stderr


@pytest.mark.parametrize("name", ["core.so", "core.abi3.so", f"core.cpython-313-{MACHINE}-linux-gnu.so"])
def test_extension_that_cannot_be_loaded_does_not_hide_the_python_module(python, tmp_path, name):
    shutil.copy(GLIBC_OBJECT, tmp_path / name)
    (tmp_path / "core.py").write_text("VALUE = 'pure'\n")
    assert python("-c", "import core; print(core.VALUE)").stdout == "pure\n"


def test_code_with_a_fallback_sees_an_import_error(python, tmp_path):
    shutil.copy(GLIBC_OBJECT, tmp_path / "_speedups.so")
    code = "try:\n    import _speedups\nexcept ImportError as error:\n    print(error.name, error.path.endswith('_speedups.so'))"
    assert python("-c", code).stdout == "_speedups True\n"


@pytest.mark.parametrize("question, answer", [
    ("platform.libc_ver()[0]", "musl"),
    ("sysconfig.get_config_var('EXT_SUFFIX')", f".cpython-313-{MACHINE}-linux-musl.so"),
    ("sysconfig.get_platform()", f"linux-{MACHINE}"),
])
def test_identity(python, question, answer):
    assert python("-c", f"import platform, sysconfig; print({question})").stdout.strip() == answer


def test_pip_takes_wheels_for_musl(run, target):
    ended = run("pip", "debug", "--verbose")
    assert f"cp313-cp313-musllinux_1_2_{MACHINE}" in ended.stdout
    assert "manylinux" not in ended.stdout.partition("Compatible tags")[2]


def test_pip_installs_beside_the_application_where_it_is_found(run, python, launch, tmp_path):
    ended = run("pip", "install", "--no-index", wheel(tmp_path))
    assert ended.returncode == 0, ended.stderr
    assert f"Installing to {tmp_path}/site-packages" in ended.stderr
    assert python("-c", "import tiny; print(tiny.__file__)").stdout == f"{tmp_path}/site-packages/tiny.py\n"
    assert "tiny 1.0" in " ".join(run("pip", "list").stdout.split())
    (tmp_path / "app.py").write_text("import tiny\ndef app(environ, start_response):\n"
                                     "    start_response('200 OK', [])\n    return [str(tiny.VALUE).encode()]\n")
    assert launch("-b", "127.0.0.1:0", "app:app").await_ready().get().body == b"42"


def test_pip_may_be_told_options_before_the_command(run, tmp_path):
    ended = run("pip", "--no-cache-dir", "--retries", "1", "-q", "install", "--no-index", wheel(tmp_path))
    assert ended.returncode == 0, ended.stderr
    assert f"Installing to {tmp_path}/site-packages" in ended.stderr
    assert (tmp_path / "site-packages" / "tiny.py").exists()
    assert "Installing to" not in run("pip", "show", "install").stderr


def test_site_folder_counts_when_packages_were_installed_there(run, python, tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "tiny.py").write_text("VALUE = 'of a documentation'\n")
    assert "No module named 'tiny'" in python("-c", "import tiny").stderr
    shutil.rmtree(tmp_path / "site")
    assert run("pip", "install", "--no-index", "--target", tmp_path / "site", wheel(tmp_path)).returncode == 0
    assert python("-c", "import tiny; print(tiny.VALUE)").stdout == "42\n"


def test_pth_files_of_site_packages_count(python, tmp_path):
    (tmp_path / "site-packages").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "tiny.py").write_text("VALUE = 7\n")
    (tmp_path / "site-packages" / "more.pth").write_text(f"{tmp_path}/elsewhere\n")
    assert python("-c", "import tiny; print(tiny.VALUE)").stdout == "7\n"
    assert "No module named 'tiny'" in python("-I", "-c", "import tiny").stderr


def test_packages_beside_a_script_are_found_from_anywhere(python, tmp_path):
    (tmp_path / "tool" / "site-packages").mkdir(parents=True)
    (tmp_path / "tool" / "site-packages" / "tiny.py").write_text("VALUE = 7\n")
    (tmp_path / "tool" / "script.py").write_text("import tiny\nprint(tiny.VALUE)\n")
    (tmp_path / "site-packages").mkdir()
    (tmp_path / "site-packages" / "tiny.py").write_text("VALUE = 'of whoever owns the current folder'\n")
    assert python(tmp_path / "tool" / "script.py").stdout == "7\n"


@pytest.mark.parametrize("folder, marker", [("site-packages", "tiny.py"), ("deps", "tiny-1.0.dist-info/METADATA")])
def test_script_that_was_installed_with_packages_finds_them_from_anywhere(run, target, tmp_path, folder, marker):
    installed = tmp_path / folder
    (installed / "bin").mkdir(parents=True)
    (installed / marker).parent.mkdir(exist_ok=True)
    (installed / marker).write_text("")
    (installed / "tiny.py").write_text("VALUE = 7\n")
    tool = installed / "bin" / "tiny"
    tool.write_text(f"#!/{target.command[0]}\nimport tiny\nprint(tiny.VALUE)\n")
    tool.chmod(0o755)
    (tmp_path / "link").symlink_to(tool)
    for path in (tool, tmp_path / "link"):
        for cwd in (tmp_path, installed / "bin", "/"):
            assert run(command=[path], cwd=cwd).stdout == "7\n"


def test_script_that_pip_installs_runs(run, tmp_path):
    path = wheel(tmp_path, text="def main():\n    print('installed')\n")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("tiny-1.0.dist-info/entry_points.txt", "[console_scripts]\ntiny = tiny:main\n")
    assert run("pip", "install", "--no-index", path).returncode == 0
    assert run(command=[tmp_path / "site-packages" / "bin" / "tiny"], cwd="/").stdout == "installed\n"


def test_virtual_environment_has_pip_and_its_own_packages(python, run, tmp_path):
    environment = tmp_path / "environment"
    assert python("-m", "venv", environment).returncode == 0
    made = run("-m", "pip", "install", "--no-index", wheel(tmp_path), command=(environment / "bin" / "python",))
    assert made.returncode == 0, made.stderr
    code = "import sys, tiny; print(sys.prefix, tiny.__file__)"
    ended = run("-c", code, command=(environment / "bin" / "python3",))
    assert ended.stdout == f"{environment} {environment}/lib/python3.13/site-packages/tiny.py\n"
    assert "tiny" in run("list", command=(environment / "bin" / "pip",)).stdout
    shell = ("sh", "-ec", f". {environment}/bin/activate; python -c 'import tiny, sys; print(sys.prefix)'")
    assert run(command=shell).stdout == f"{environment}\n"


def test_application_finds_the_packages_of_the_active_environment(python, launch, run, tmp_path):
    environment = tmp_path / "environment"
    assert python("-m", "venv", environment).returncode == 0
    made = run("-m", "pip", "install", "--no-index", wheel(tmp_path), command=(environment / "bin" / "python",))
    assert made.returncode == 0, made.stderr
    (tmp_path / "app.py").write_text("import tiny\ndef app(environ, start_response):\n"
                                     "    start_response('200 OK', [])\n    return [str(tiny.VALUE).encode()]\n")
    running = launch("-b", "127.0.0.1:0", "app:app", env={"VIRTUAL_ENV": str(environment)})
    assert running.await_ready().get().body == b"42"


def test_pip_installs_into_the_active_environment_if_it_is_ours(python, run, tmp_path):
    environment = tmp_path / "environment"
    assert python("-m", "venv", "--without-pip", environment).returncode == 0
    active = {"VIRTUAL_ENV": str(environment)}
    assert run("pip", "install", "--no-index", wheel(tmp_path), env=active).returncode == 0
    assert (environment / "lib" / "python3.13" / "site-packages" / "tiny.py").exists()
    assert not (tmp_path / "site-packages").exists()
    (environment / "bin" / "python").unlink()
    assert run("pip", "install", "--no-index", wheel(tmp_path, "small"), env=active).returncode == 0
    assert (tmp_path / "site-packages" / "small.py").exists()


def test_pip_builds_packages_from_source(run, python, tmp_path):
    """Its build runs pip again, in processes of their own."""
    project = tmp_path / "project"
    project.mkdir()
    (project / "pyproject.toml").write_text('[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n')
    (project / "backend.py").write_text(
        "import shutil, os\n"
        "def build_wheel(folder, settings=None, metadata=None):\n"
        f"    shutil.copy({str(wheel(tmp_path))!r}, folder)\n"
        "    return 'tiny-1.0-py3-none-any.whl'\n")
    ended = run("pip", "install", "--no-index", project, timeout=120)
    assert ended.returncode == 0, ended.stderr
    assert python("-c", "import tiny; print(tiny.VALUE)").stdout == "42\n"
