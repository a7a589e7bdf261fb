"""Virtual environments: whoever is called in one, or while one is active, runs in it, and so does what it starts."""

import shutil
import signal
import textwrap

import pytest

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
    import subprocess

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
