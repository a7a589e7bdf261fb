"""What `ps` shows."""

import signal

import pytest

from harness import procfs

pytestmark = pytest.mark.ours("Gunicorn needs a package of its own for that")


def title(pid):
    return " ".join(procfs.command_line(pid)).rstrip("\0 ")


def test_title_tells_role_and_application(server):
    running = server("pid:app")
    assert title(running.arbiter) == "monoceros: master [pid:app]"
    assert title(running.worker()) == "monoceros: worker [pid:app]"


def test_title_follows_the_name_the_program_is_called_by(server, target, tmp_path):
    link = tmp_path / "gunicorn"
    link.symlink_to(target.command[0])
    running = server("pid:app", "-n", "shop", program=link)
    assert title(running.arbiter) == "gunicorn: master [shop]"
    assert title(running.worker()) == "gunicorn: worker [shop]"


def test_link_is_followed_anew_by_an_upgrade(server, target, tmp_path):
    """A deployment that switches a link over, and leaves the old program where it was."""
    link = tmp_path / "monoceros"
    link.symlink_to(target.command[0])
    running = server("pid:app", program=link)
    link.unlink()
    link.symlink_to("/bin/false")
    running.expect_line(r"The successor \(pid:\d+\) exited with code 1: this process goes on alone")
    running.kill(signal.SIGUSR2)
    running.wait_for_line(r"The successor \(pid:\d+\) exited with code 1")
    assert running.get().status == 200
