"""Every program runs to its end in an empty root and says what it did."""

import contextlib
import os
import shutil
import signal
import stat
import subprocess

from harness import empty_root


def _link(source, target):
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)


def finish(command, environment, folder):
    """To its end, with all that it started: what is left of a program that hangs must not hold the test."""
    with open(folder / "stdout", "w+") as output, open(folder / "stderr", "w+") as errors:
        process = subprocess.Popen([str(word) for word in command], env=environment, stdin=subprocess.DEVNULL, stdout=output,
                                   stderr=errors, start_new_session=True)
        try:
            status = process.wait(90)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        output.seek(0)
        errors.seek(0)
        return subprocess.CompletedProcess(command, status, output.read(), errors.read())


def test_wheel(program, binary, outcome, tmp_path, request):
    packages = program.packages(binary)
    outcome["versions"], outcome["said"] = program.versions(packages), program.notes
    root = empty_root.build(tmp_path / "root", binary, [], [])
    shutil.copy(program.path, root / "app" / "main.py")  # programs have the names of packages
    shutil.copytree(program.path.parent / "sites", root / "app" / "sites")
    shutil.copytree(packages, root / "app" / "site-packages", copy_function=_link)
    if program.needs_devices:
        (root / "dev").mkdir()
        os.mknod(root / "dev" / "urandom", 0o666 | stat.S_IFCHR, os.makedev(1, 9))
        (root / "dev" / "urandom").chmod(0o666)
    environment = {"PYTHONDONTWRITEBYTECODE": "1"}
    if program.needs_database:
        environment["DATABASE_URL"] = request.getfixturevalue("postgresql").url
    command = [*empty_root.entering(root), "/monoceros", "python", "/app/main.py"]
    ended = finish(command, {**environment, "PATH": os.environ["PATH"]}, tmp_path)
    said = (ended.stdout.strip() or ended.stderr.strip()).splitlines()
    outcome["said"] = "; ".join(filter(None, [said[-1] if said else "", program.notes]))
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.count("\n") == 1, ended.stdout
