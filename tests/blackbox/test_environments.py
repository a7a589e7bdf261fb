"""Virtual environments: whoever is called in one, or while one is active, runs in it, and so does what it starts."""

import shutil
import signal
import subprocess
import textwrap

import pytest

from harness import empty_root
from harness.patience import eventually

pytestmark = pytest.mark.ours("a dynamic Python leaves this to the system")

PLACE = "import sys; print(sys.prefix, sys.executable)"
GUNICORN = "import sys\nfrom gunicorn.app.wsgiapp import run\nsys.exit(run())\n"
APPLICATION = """
import subprocess, sys, tiny

def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    child = subprocess.check_output([sys.executable, "-c", "import sys, tiny; print(sys.prefix, tiny.VALUE)"])
    return [f"{sys.prefix} {sys.executable} {tiny.VALUE} {child.decode().strip()}".encode()]
"""


@pytest.fixture(scope="module")
def made(target, tmp_path_factory):
    """An environment with one package, made once."""
    if not empty_root.is_static(target.command[0]):
        pytest.skip("this build stands on glibc and makes no environments")
    folder = tmp_path_factory.mktemp("made") / "v"
    subprocess.run([*target.python, "-m", "venv", "--without-pip", folder], check=True)
    packages(folder).joinpath("tiny.py").write_text("VALUE = 42\n")
    return folder


@pytest.fixture
def venv(made, tmp_path):
    """One of its own for every test."""
    folder = tmp_path / "v"
    shutil.copytree(made, folder, symlinks=True)
    return folder


@pytest.fixture
def application(tmp_path):
    (tmp_path / "app.py").write_text(APPLICATION)


def packages(folder):
    (found,) = folder.glob("lib/python3.*/site-packages")
    return found


def script(path, interpreter, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!{interpreter}\n{textwrap.dedent(text)}")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("place", ["v/bin/tool", "elsewhere/tool", "elsewhere/python-tool"])
@pytest.mark.parametrize("options", ["", " -E"])
def test_script_runs_in_the_environment_of_its_interpreter(run, venv, tmp_path, place, options):
    tool = script(tmp_path / place, f"{venv}/bin/python{options}", "import sys, tiny; print(sys.prefix, sys.executable, *sys.argv)")
    assert run("a", "b", command=[tool]).stdout == f"{venv} {venv}/bin/python {tool} a b\n"


def test_script_called_by_a_path_from_here(run, venv, tmp_path):
    script(tmp_path / "tool", f"{venv}/bin/python", "import sys; print(sys.executable, sys.argv)")
    assert run("a", command=["./tool"]).stdout == f"{venv}/bin/python ['./tool', 'a']\n"


def test_script_that_interprets_a_script(run, venv, tmp_path):
    inner = script(tmp_path / "inner", f"{venv}/bin/python", "import sys; print(sys.executable, sys.argv[1:])")
    outer = script(tmp_path / "outer", inner, "")
    assert run("a", command=[outer]).stdout == f"{venv}/bin/python ['{outer}', 'a']\n"


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_script_starts_processes(run, venv, method):
    tool = script(venv / "bin" / "tool", f"{venv}/bin/python", f"""
        import multiprocessing, os, subprocess, sys, tiny

        if os.environ.setdefault("TOOL", str(os.getpid())) != str(os.getpid()) and __name__ == "__main__":
            sys.exit("started anew, without end, by what should be a Python")

        def work(queue):
            queue.put(tiny.VALUE)

        if __name__ == "__main__":
            context = multiprocessing.get_context("{method}")
            queue = context.Queue()
            process = context.Process(target=work, args=(queue,))
            process.start()
            print(queue.get())
            process.join()
            print(subprocess.check_output([sys.executable, "-c", "import tiny; print(tiny.VALUE)"], text=True))
    """)
    assert run(command=[tool]).stdout.split() == ["42", "42"]


def test_script_of_the_program_itself(run, target, tmp_path):
    tool = script(tmp_path / "tool", f"/{target.command[0]}", PLACE)
    assert run(command=[tool]).stdout == f"/monoceros /{target.command[0]}\n"


def test_gunicorn_of_an_environment_is_succeeded(launch, venv, application):
    gunicorn = script(venv / "bin" / "gunicorn", f"{venv}/bin/python", GUNICORN)
    running = launch("-b", "127.0.0.1:0", "app:app", program=gunicorn).await_ready()
    place = f"{venv} {venv}/bin/python 42 {venv} 42"
    assert running.get().text == place
    running.start_successor()
    running.adopt_successor()
    assert running.get().text == place


@pytest.mark.parametrize("name", ["gunicorn", "monoceros"])
def test_link_in_an_environment_serves_in_it(launch, target, venv, application, name):
    link = venv / "bin" / name
    link.symlink_to(target.command[0])
    running = launch("-b", "127.0.0.1:0", "app:app", program=link).await_ready()
    assert running.get().text == f"{venv} {venv}/bin/python 42 {venv} 42"


def test_link_in_an_environment_of_another_interpreter(launch, target, venv, application):
    (venv / "bin" / "gunicorn").symlink_to(target.command[0])
    (venv / "bin" / "python").unlink()
    (venv / "bin" / "python").symlink_to("/nowhere/python3")
    running = launch("-b", "127.0.0.1:0", "app:app", program=venv / "bin" / "gunicorn").await_ready()
    assert running.get().text == f"{venv} /{target.command[0]} 42 {venv} 42"


def test_active_environment_is_that_of_the_server(launch, venv, application):
    running = launch("-b", "127.0.0.1:0", "app:app", env={"VIRTUAL_ENV": str(venv)}).await_ready()
    assert running.get().text == f"{venv} {venv}/bin/python 42 {venv} 42"


def test_active_environment_is_that_of_the_interpreter(run, target, venv, tmp_path):
    active = {"VIRTUAL_ENV": str(venv)}
    code = PLACE + "; import tiny; print(tiny.VALUE)"
    expected = f"{venv} {venv}/bin/python\n42\n"
    assert run("-c", code, command=target.python, env=active).stdout == expected
    assert run("-m", "tiny", command=target.python, env=active).returncode == 0
    (tmp_path / "script.py").write_text(code)
    assert run("script.py", command=target.python, env=active).stdout == expected
    for option in ("-E", "-I"):
        assert run(option, "-c", PLACE, command=target.python, env=active).stdout.startswith("/monoceros ")


def test_environment_of_the_interpreter_that_is_called_comes_before_the_active_one(run, venv, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(venv, other, symlinks=True)
    ended = run("-c", PLACE, command=[venv / "bin" / "python"], env={"VIRTUAL_ENV": str(other)})
    assert ended.stdout == f"{venv} {venv}/bin/python\n"


def test_active_environment_of_another_interpreter_lends_its_packages(launch, target, venv, application):
    (venv / "bin" / "python").unlink()
    running = launch("-b", "127.0.0.1:0", "app:app", env={"VIRTUAL_ENV": str(venv)}).await_ready()
    assert running.get().text == f"{venv} /{target.command[0]} 42 {venv} 42"


@pytest.mark.parametrize("change", [
    lambda venv: packages(venv).parent.rename(venv / "lib" / "python3.11"), shutil.rmtree])
def test_active_environment_of_another_version_or_none_is_left_alone(run, target, venv, change):
    change(venv)
    ended = run("-c", PLACE, command=target.python, env={"VIRTUAL_ENV": str(venv)})
    assert ended.stdout == f"/monoceros /{target.command[0]}\n"


def test_pth_files_of_the_active_environment_count_once(run, target, venv):
    (packages(venv) / "note.pth").write_text("import os; os.write(1, b'noted ')\n")
    (venv / "bin" / "python").unlink()
    ended = run("-c", "", command=target.python, env={"VIRTUAL_ENV": str(venv)})
    assert ended.stdout == "noted "


def test_agent_that_comes_with_sitecustomize_finds_its_package(launch, venv, tmp_path):
    """As `opentelemetry-instrument` and `newrelic-admin` bring theirs."""
    (tmp_path / "agent").mkdir()
    (tmp_path / "agent" / "sitecustomize.py").write_text("import sys, tiny\nsys.instrumented = tiny.VALUE\n")
    (tmp_path / "app.py").write_text("import sys\ndef app(environ, start_response):\n"
                                     "    start_response('200 OK', [])\n    return [str(sys.instrumented).encode()]\n")
    env = {"VIRTUAL_ENV": str(venv), "PYTHONPATH": str(tmp_path / "agent")}
    assert launch("-b", "127.0.0.1:0", "app:app", env=env).await_ready().get().body == b"42"


def test_configuration_imports_packages_of_the_active_environment(launch, venv, application, tmp_path):
    (tmp_path / "gunicorn.conf.py").write_text("import tiny\nworkers = tiny.VALUE - 41\n")
    running = launch("-b", "127.0.0.1:0", "app:app", env={"VIRTUAL_ENV": str(venv)}).await_ready()
    assert " 42 " in running.get().text


def test_deployment_of_another_environment_takes_effect_with_a_reload(launch, venv, tmp_path):
    (tmp_path / "app.py").write_text("def app(environ, start_response):\n    from tiny import VALUE\n"
                                     "    start_response('200 OK', [])\n    return [str(VALUE).encode()]\n")
    other = tmp_path / "other"
    shutil.copytree(venv, other, symlinks=True)
    (packages(other) / "tiny.py").write_text("VALUE = 43\n")
    current = tmp_path / "current"
    current.symlink_to(venv)
    running = launch("-b", "127.0.0.1:0", "app:app", env={"VIRTUAL_ENV": str(current)}).await_ready()
    assert running.get().body == b"42"
    current.unlink()
    current.symlink_to(other)
    running.kill(signal.SIGHUP)
    eventually(lambda: running.get().body == b"43", what="the package of the other environment")
