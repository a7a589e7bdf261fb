"""Applications and settings from a Paste INI file."""

import signal

import pytest

REQUIREMENTS = "tests/apps/configurations/requirements.txt"

INI = """
[app:main]
paste.app_factory = paste_site:make_app
greeting = hello

[app:other]
paste.app_factory = paste_site:make_app
greeting = other

[server:main]
use = egg:gunicorn#main
host = 127.0.0.1
port = 0
workers = 2
proc_name = brim
"""


@pytest.fixture
def paste(server, packages, tmp_path):
    def start(uri, *options, text=INI, bind=None, **how):
        (tmp_path / "site.ini").write_text(text)
        env = {"PYTHONPATH": f"{packages(REQUIREMENTS)}:{server.apps}"}
        return server("ignored", "--paste", uri, *options, env=env, bind=bind, **how)

    return start


SECTION = "Gunicorn reads only the application from the file; its settings count for pserve"


@pytest.mark.differs(SECTION)
def test_application_and_settings_come_from_the_file(paste):
    running = paste("site.ini", workers=2)
    assert running.get().body == b"hello"
    assert len(running.workers()) == 2


def test_another_application_is_chosen_by_name(paste):
    assert paste("site.ini#other", bind="127.0.0.1:0").get().body == b"other"


def test_command_line_counts_more_than_the_file(paste):
    assert len(paste("site.ini", "-w", "1", bind="127.0.0.1:0").workers()) == 1


def test_global_values_reach_the_factory(paste):
    running = paste("site.ini", "--paste-global", "tail=!", bind="127.0.0.1:0")
    assert running.get().body == b"hello!"


def test_setting_that_lacks_a_variable_of_pserve_is_left_alone(paste):
    text = INI.replace("port = 0", "port = %(http_port)s")
    assert paste("site.ini", "-w", "1", text=text, bind="127.0.0.1:0").get().body == b"hello"


def test_missing_file_is_named(paste):
    running = paste("other.ini", ready=False)
    assert running.wait() != 0
    assert "other.ini" in running.err.text
    running.expect_line(".*")


PSERVE = """
import sys
from paste.deploy import loadapp
from gunicorn.app.pasterapp import serve

serve(loadapp("config:" + sys.argv[1]), {"__file__": sys.argv[1]}, control_socket_disable="true", host="127.0.0.1", port="0")
"""


@pytest.fixture
def pserve(launch, packages, server, target, tmp_path):
    """Serves as pserve does, with this gunicorn.conf.py in the directory of the start."""

    def start(text, **how):
        (tmp_path / "site.ini").write_text(INI)
        (tmp_path / "pserve.py").write_text(PSERVE)
        (tmp_path / "gunicorn.conf.py").write_text(text)
        env = {"PYTHONPATH": f"{packages(REQUIREMENTS)}:{server.apps}"}
        command = [*target.python[1:], tmp_path / "pserve.py", tmp_path / "site.ini"]
        return launch(*command, program=target.python[0], bare=True, env=env, **how).await_ready()

    return start


def test_file_of_pserve_counts_more_than_the_one_of_gunicorn(pserve):
    running = pserve("workers = 2\nbind = '127.0.0.1:1'\n", workers=2)
    assert running.get().body == b"hello"
    assert len(running.workers()) == 2


def test_pserve_is_reloaded_where_it_is(pserve):
    running = pserve("")
    before = running.workers()
    running.kill(signal.SIGHUP)
    running.await_workers(1, other_than=before)
    assert running.get().body == b"hello"


def test_section_for_another_server_is_left_alone(paste):
    text = INI.replace("egg:gunicorn#main", "egg:waitress#main")
    assert len(paste("site.ini", text=text, bind="127.0.0.1:0").workers()) == 1
