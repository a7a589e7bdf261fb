"""spew: every line of Python that is executed is printed."""

import pytest


@pytest.mark.parametrize("options", [(), pytest.param(("--threads", "2"), marks=pytest.mark.differs(
    "Gunicorn traces its main thread only, and prints nothing of the application"))])
def test_lines_of_the_application_are_printed(server, options):
    running = server("hello:app", "--spew", *options)
    running.get()
    running.out.wait_for(r'^hello:8: +start_response\("200 OK", ')
    running.out.wait_for(r'^hello:9: +return \[b"Hello, world!\\n"\]$')


def test_nothing_is_printed_without_spew(server):
    running = server("hello:app")
    running.get()
    running.stop()
    assert running.out.text == ""
