"""Whom the processes, files and sockets of a server belong to."""

import os
import re
import signal
import stat
from pathlib import Path

import pytest

from harness import procfs
from harness.patience import eventually

pytestmark = [pytest.mark.skipif(os.geteuid() != 0, reason="takes root"), pytest.mark.usefixtures("reachable")]
NOBODY = 65534


@pytest.fixture(autouse=True)
def interpreter_for_all(target):
    folders = [*Path(target.python[0]).resolve().parents] if target.is_gunicorn else []
    if not all(folder.stat().st_mode & stat.S_IXOTH for folder in folders):
        pytest.skip("other users cannot execute this Gunicorn's interpreter")


def status(pid, key):
    text = open(f"/proc/{pid}/status").read()
    return re.search(rf"^{key}:\s*(.*)$", text, re.M)[1].split()


def test_workers_drop_what_the_arbiter_keeps(server):
    running = server("pid:app", "-u", "65534", "-g", "12345", "-w", "2")
    assert status(running.arbiter, "Uid") == ["0"] * 4
    for worker in running.workers():
        assert status(worker, "Uid") == [str(NOBODY)] * 4
        assert status(worker, "Gid") == ["12345"] * 4
        assert set(status(worker, "CapEff")) == {"0" * 16}
    assert running.get().status == 200


@pytest.mark.ours("Gunicorn's workers keep the groups of root")
def test_workers_keep_no_group_of_whoever_started_the_server(server):
    running = server("pid:app", "-u", "nobody", "-g", "12345", preexec_fn=lambda: os.setgroups([0, 4, 27]))
    assert status(running.worker(), "Groups") == ["12345"]


def test_groups_of_the_user_come_with_initgroups(server):
    running = server("pid:app", "-u", "nobody", "-g", "12345", "--initgroups", preexec_fn=lambda: os.setgroups([4]))
    assert sorted(status(running.worker(), "Groups")) == sorted(map(str, os.getgrouplist("nobody", 12345)))


def test_group_alone_may_change(server):
    running = server("pid:app", "-g", "nogroup")
    assert status(running.worker(), "Uid") == ["0"] * 4
    assert status(running.worker(), "Gid") == [str(NOBODY)] * 4


def test_workers_of_another_user_reload_respawn_and_die_with_the_arbiter(server):
    running = server("pid:app", "-u", "nobody")
    before = running.workers()
    running.kill(signal.SIGHUP)
    (worker,) = running.await_workers(1, other_than=before)
    running.kill(signal.SIGKILL)
    running.expect_line(r"Parent changed")
    eventually(lambda: not procfs.is_running(worker), what="the worker gone")
    assert running.wait() == -signal.SIGKILL


def test_log_files_belong_to_the_workers_and_are_reopened_by_them(server, reachable):
    running = server("hello:app", "-u", "nobody", "-g", "nogroup", "--access-logfile", "access.log")
    log = reachable / "access.log"
    assert (log.stat().st_uid, log.stat().st_gid) == (NOBODY, NOBODY)
    log.rename(reachable / "access.log.1")
    running.kill(signal.SIGUSR1)
    eventually(lambda: log.exists() and log.stat().st_uid == NOBODY, what="a new log of the same owner")
    eventually(lambda: running.get("/after").status == 200 and "/after" in log.read_text(), what="a line in it")


def test_link_in_place_of_a_log_file_gives_nothing_away(server, reachable):
    """Who may write to the folder of the log could otherwise have any file of root's."""
    target = reachable / "secret"
    target.write_text("")
    target.chmod(0o600)
    (reachable / "access.log").symlink_to(target)
    running = server("hello:app", "-u", "nobody", "--access-logfile", "access.log")
    assert target.stat().st_uid == 0
    assert running.get().status == 200


def test_user_cannot_be_changed_without_rights(server, reachable):
    running = server("hello:app", "-u", "65534", ready=False, preexec_fn=lambda: os.setuid(12345))
    running.wait_for_line(r"\[ERROR\] user: cannot run as user 65534 .*Operation not permitted \(start the server as root")
    running.expect_line(r"\[ERROR\]")
    assert running.wait() == 3


@pytest.mark.parametrize("option, text", [("-u", "No such user: 'nosuch'"), ("-g", "No such group: 'nosuch'")])
def test_unknown_names_are_refused(run, option, text):
    ended = run(option, "nosuch", "hello:app")
    assert ended.returncode == 1
    assert f"Error: {text}" in ended.stderr


def owner_and_mode(path):
    found = path.stat()
    assert stat.S_ISSOCK(found.st_mode)
    return found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)


@pytest.mark.parametrize(
    "options, expected",
    [
        ((), (0, 0, 0o777)),
        (("-m", "0007"), (0, 0, 0o770)),
        (("-u", "nobody", "-g", "12345"), (NOBODY, 12345, 0o777)),
    ],
)
def test_socket_belongs_to_user_and_group_and_heeds_umask(server, tmp_path, options, expected):
    server("hello:app", *options, bind="unix:s.sock")
    assert owner_and_mode(tmp_path / "s.sock") == expected


@pytest.mark.ours("Gunicorn has no settings for that")
@pytest.mark.parametrize(
    "options, expected",
    [
        (("--unix-socket-mode", "0660"), (0, 0, 0o660)),
        (("--unix-socket-mode", "0660", "-m", "0777"), (0, 0, 0o660)),
        (("--unix-socket-owner", "nobody:12345"), (NOBODY, 12345, 0o777)),
        (("--unix-socket-owner", ":nogroup", "-u", "nobody"), (0, NOBODY, 0o777)),
        (("--unix-socket-owner", "7"), (7, 0, 0o777)),
    ],
)
def test_mode_and_owner_of_sockets_may_be_said(server, tmp_path, options, expected):
    server("hello:app", *options, bind="unix:s.sock")
    assert owner_and_mode(tmp_path / "s.sock") == expected


@pytest.mark.ours("Gunicorn has no settings for that")
def test_owner_who_does_not_exist_is_refused(run):
    ended = run("--unix-socket-owner", "nobody:nosuch", "hello:app")
    assert ended.returncode == 1
    assert "Error: No such group: 'nosuch'" in ended.stderr


def test_port_below_1024_is_served_by_unprivileged_workers(server):
    running = server("pid:app", "-u", "nobody", bind="127.0.0.1:81")
    assert running.get().status == 200


def test_port_of_their_own_is_bound_before_workers_drop_their_rights(server):
    running = server("pid:app", "-u", "nobody", "--reuse-port", bind="127.0.0.1:82")
    assert running.get().status == 200
