"""Handlers of signals that the application, or a hook, sets for itself in a worker."""

import os
import signal
import textwrap
import time

import pytest

from harness import procfs
from harness.patience import LATER, SOON, eventually, never
from harness.worker_classes import GTHREAD, each_class

ENDING = [signal.SIGTERM, signal.SIGINT, signal.SIGQUIT]
each_ending = pytest.mark.parametrize("number", ENDING, ids=lambda number: number.name)

PREAMBLE = """
import os, signal, sys, time

def say(text):
    os.write(2, f"{text}\\n".encode())
"""
# Answers by what `answer` returns; with ?started=, only once ?file= is there.
APPLICATION = """
from gate import closed

def app(environ, start_response):
    if "answer" not in globals() or environ["QUERY_STRING"]:
        return closed(environ, start_response)
    body = str(answer()).encode()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]
"""
CHAINING = """
for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
    def heed(number, frame, before=signal.getsignal(number)):
        say(f"heeded {signal.Signals(number).name}")
        before(number, frame)
    signal.signal(number, heed)
"""
DEAF = """
signal.signal(signal.SIGTERM, lambda number, frame: say("deaf to SIGTERM"))
"""
ALL_ALIKE = """
for number in (signal.SIGALRM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2, signal.SIGRTMAX):
    signal.signal(number, lambda number, frame: say(f"heard {number}"))
"""


@pytest.fixture
def serving(server, tmp_path):
    """Starts a server of an application that begins with the code given."""

    def start(code, *options, **how):
        (tmp_path / "handling.py").write_text(PREAMBLE + textwrap.dedent(code) + APPLICATION)
        return server("handling:app", *options, **how)

    return start


@pytest.fixture
def in_flight(tmp_path):
    """A request inside the application of `running`; open() lets it finish."""

    class InFlight:
        gate, started = tmp_path / "gate", tmp_path / "started"

        def __init__(self, running):
            self.connection = running.connect()
            target = f"/?started={self.started}&file={self.gate}"
            self.connection.send(f"GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            eventually(self.started.exists, what="the request inside the application")

        def open(self):
            self.gate.touch()
            return self.connection.read_response()

    return InFlight


# What is shown


@each_class
def test_worker_shows_its_handlers_to_python(serving, options):
    running = serving("""
        names = [signal.getsignal(number).__name__
                 for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGUSR1, signal.SIGABRT)]
        names += [signal.getsignal(number) is signal.SIG_DFL for number in (signal.SIGHUP, signal.SIGUSR2)]
        answer = lambda: names
    """, *options)
    shown = "['handle_exit', 'handle_quit', 'handle_quit', 'handle_usr1', 'handle_abort', True, True]"
    assert running.get().text == shown


def test_worker_of_a_preloaded_application_shows_them_too(serving):
    running = serving("answer = lambda: signal.getsignal(signal.SIGTERM).__name__\n" + DEAF, "--preload")
    assert running.get().text == "handle_exit"


@each_class
def test_hook_finds_the_handlers_at_the_worker(serving, options, tmp_path):
    (tmp_path / "conf.py").write_text("""
import signal

def post_worker_init(worker):
    def heed(number, frame):
        worker.log.info("heeded by the hook")
        worker.handle_exit(number, frame)
    assert signal.getsignal(signal.SIGTERM) == worker.handle_exit
    signal.signal(signal.SIGTERM, heed)
""")
    running = serving("", "-c", "conf.py", *options)
    assert running.stop() == 0
    running.wait_for_line("heeded by the hook")
    running.wait_for_line("Worker exiting")


# What is restored


RESTORING = """
def answer():
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
        before = signal.signal(number, lambda number, frame: say("never called"))
        assert callable(before), before
        signal.signal(number, before)
    return "restored"
"""


def test_term_is_graceful_after_a_handler_has_come_and_gone(serving, in_flight):
    running = serving(RESTORING)
    assert running.get().text == "restored"
    request = in_flight(running)
    os.kill(running.worker(), signal.SIGTERM)
    never(lambda: not running.workers(), 0.5, "the worker died")
    assert request.open().status == 200
    assert running.stop() == 0
    assert not running.err.matches("was sent|never called")


@each_ending
@each_class
def test_server_ends_after_handlers_have_come_and_gone(serving, options, number):
    running = serving(RESTORING + "\nanswer()\n", *options)
    begun = time.monotonic()
    assert running.stop(number) == 0
    assert time.monotonic() - begun < SOON
    assert not running.err.matches("never called")


def test_loop_of_the_application_leaves_the_handlers_alone(serving):
    running = serving("""
        import asyncio

        def answer():
            asyncio.run(asyncio.sleep(0))
            return os.getpid()
    """)
    worker = int(running.get().text)
    os.kill(worker, signal.SIGINT)
    running.wait_for_line(rf"Worker exiting \(pid: {worker}\)")
    running.await_workers(1, other_than=[worker])
    assert not running.err.matches("was sent|exited with code|KeyboardInterrupt")


@pytest.mark.differs("Gunicorn's handlers need the interpreter, and leave the rest to the arbiter's KILL")
def test_restored_handler_needs_no_interpreter(serving):
    running = serving(RESTORING + """
from paces import keep_the_lock

def answer(restore=answer):
    restore()
    say("busy")
    keep_the_lock()
""", "--graceful-timeout", "1")
    running.expect_line("graceful timeout|not finished in time|SIGKILL")
    with running.connect() as connection:
        connection.send(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        running.wait_for_line("busy")
        running.kill(signal.SIGTERM)
        running.wait_for_line("Worker graceful timeout")
        assert running.wait() == 0


def test_default_is_the_default_where_it_is_asked_for(serving):
    running = serving("""
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
    """)
    worker = running.worker()
    os.kill(worker, signal.SIGTERM)
    running.wait_for_line(rf"Worker \(pid:{worker}\) was sent SIGTERM!")
    running.await_workers(1, other_than=[worker])


@pytest.mark.differs("Gunicorn's worker dies")
def test_signals_of_the_arbiter_are_ignored_again_by_default(serving):
    running = serving("""
        for number in (signal.SIGHUP, signal.SIGUSR2, signal.SIGWINCH):
            before = signal.signal(number, lambda number, frame: None)
            signal.signal(number, before)
        answer = os.getpid
    """)
    for number in (signal.SIGHUP, signal.SIGUSR2, signal.SIGWINCH):
        os.kill(running.worker(), number)
    worker = running.worker()
    never(lambda: running.workers() != [worker], 0.5, "the worker died")


@pytest.mark.differs("Gunicorn's worker and its children share what they heed", hangs=True)
def test_child_of_the_application_dies_of_what_its_worker_heeds(serving):
    running = serving("""
        import multiprocessing

        def answer():
            child = multiprocessing.get_context("fork").Process(target=time.sleep, args=(600,))
            child.start()
            child.terminate()
            child.join()
            return child.exitcode
    """)
    assert running.get().text == str(-signal.SIGTERM)


# What is called


@each_ending
@each_class
def test_handler_that_chains_is_called_and_the_worker_ends(serving, options, number):
    running = serving(CHAINING, *options)
    begun = time.monotonic()
    assert running.stop(number) == 0
    assert time.monotonic() - begun < SOON
    heeded = signal.SIGTERM if number == signal.SIGTERM else signal.SIGQUIT
    running.wait_for_line(f"heeded {heeded.name}$")
    assert not running.err.matches("SIGKILL")


@each_class
def test_handler_that_chains_lets_the_request_in_the_application_finish(serving, in_flight, options):
    running = serving(CHAINING, *options)
    request = in_flight(running)
    running.kill(signal.SIGTERM)
    running.wait_for_line("heeded SIGTERM$")
    assert request.open().status == 200
    assert running.wait() == 0


@each_class
def test_worker_that_is_deaf_is_killed_when_its_time_is_over(serving, options):
    running = serving(DEAF, "--graceful-timeout", "1", *options)
    running.expect_line("SIGKILL|not finished in time")
    begun = time.monotonic()
    assert running.stop() == 0
    assert 1 <= time.monotonic() - begun < SOON
    running.wait_for_line("deaf to SIGTERM")


def test_worker_that_is_deaf_serves_on(serving):
    running = serving(DEAF, "--graceful-timeout", "1")
    worker = running.worker()
    os.kill(worker, signal.SIGTERM)
    running.wait_for_line("deaf to SIGTERM")
    assert running.get().text == str(worker)
    running.expect_line("SIGKILL|not finished in time")


@pytest.mark.differs("Gunicorn's worker notices only when it looks, some of the time of `timeout` later", sometimes=True)
def test_worker_that_is_deaf_does_not_outlive_its_arbiter(serving):
    running = serving(DEAF)
    worker = running.worker()
    os.kill(running.arbiter, signal.SIGKILL)
    eventually(lambda: not procfs.is_running(worker), what="the worker gone")
    running.wait()


def test_hook_before_the_worker_has_its_handlers_sets_none(serving, tmp_path):
    (tmp_path / "conf.py").write_text("""
import os, signal

def post_fork(server, worker):
    signal.signal(signal.SIGTERM, lambda number, frame: os.write(2, b"never called\\n"))
    signal.signal(signal.SIGALRM, lambda number, frame: os.write(2, b"heard the alarm\\n"))
""")
    running = serving("", "-c", "conf.py")
    os.kill(running.worker(), signal.SIGALRM)
    running.wait_for_line("heard the alarm")
    assert running.stop() == 0
    assert not running.err.matches("never called")


@each_class
def test_handler_is_called_soon_in_a_worker_that_waits(serving, options):
    running = serving(ALL_ALIKE, *options)
    worker = running.worker()
    for number in (signal.SIGALRM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2, signal.SIGRTMAX):
        os.kill(worker, number)
        running.wait_for_line(f"heard {number:d}$")
    assert running.get().text == str(worker)


def test_handler_is_called_soon_whoever_waits_for_connections(serving):
    running = serving(ALL_ALIKE, *GTHREAD)
    worker = running.worker()
    for count in range(1, 101):
        assert running.get().status == 200
        os.kill(worker, signal.SIGUSR2)
        running.wait_for_line(f"heard {signal.SIGUSR2:d}$", count=count)


def test_handler_that_was_set_before_the_fork_is_called_soon(serving):
    running = serving(ALL_ALIKE, "--preload")
    os.kill(running.worker(), signal.SIGALRM)
    running.wait_for_line(f"heard {signal.SIGALRM:d}$")


def test_alarm_interrupts_the_application(serving):
    running = serving("""
        class Late(Exception):
            pass

        def ring(number, frame):
            raise Late()

        def answer():
            signal.signal(signal.SIGALRM, ring)
            signal.setitimer(signal.ITIMER_REAL, 0.1)
            try:
                time.sleep(600)
            except Late:
                return "interrupted"
    """)
    assert running.get().text == "interrupted"


# What is raised


@pytest.mark.differs("Gunicorn's worker ends")
@each_class
def test_exception_of_a_handler_is_logged_and_the_worker_lives(serving, options):
    running = serving("""
        def fail(number, frame):
            raise ValueError("no good")
        signal.signal(signal.SIGUSR2, fail)
    """, *options)
    worker = running.worker()
    for count in (1, 2):
        os.kill(worker, signal.SIGUSR2)
        running.wait_for_line("ValueError: no good", count=count)
    running.expect_line(r"\[ERROR\] Exception in a signal handler|Traceback")
    assert running.get().text == str(worker)


@each_class
def test_handler_that_exits_ends_the_server(serving, options):
    running = serving("""
        def leave(number, frame):
            say("leaving")
            sys.exit(0)
        signal.signal(signal.SIGTERM, leave)
    """, *options)
    begun = time.monotonic()
    assert running.stop() == 0
    assert time.monotonic() - begun < SOON
    running.wait_for_line("leaving")
    assert not running.err.matches("SIGKILL")


def test_handler_that_exits_while_a_request_is_in_the_application_fails_it(serving, in_flight):
    running = serving("""
        def leave(number, frame):
            say("leaving")
            sys.exit(0)
        signal.signal(signal.SIGUSR2, leave)
    """)
    worker = running.worker()
    request = in_flight(running)
    os.kill(worker, signal.SIGUSR2)
    running.wait_for_line("leaving")
    assert request.connection.read_response().status == 500
    running.expect_line("Error handling request|Traceback")
    running.wait_for_line("SystemExit: 0")
    assert running.get().text == str(worker)


@each_class
def test_worker_that_exits_in_a_handler_is_replaced(serving, options):
    running = serving("signal.signal(signal.SIGUSR2, lambda number, frame: sys.exit(0))", *options)
    worker = running.worker()
    os.kill(worker, signal.SIGUSR2)
    running.await_workers(1, other_than=[worker])
    running.wait_for_line(rf"Worker exiting \(pid: {worker}\)", LATER)


# While it starts


@pytest.mark.differs("Gunicorn's worker loads to the end")
def test_term_ends_a_worker_that_is_still_loading(server, tmp_path):
    (tmp_path / "slow.py").write_text("import time\ntime.sleep(600)\n")
    running = server("slow:app", ready=False)
    running.wait_for_line("Booting worker with pid")
    begun = time.monotonic()
    assert running.stop() == 0
    assert time.monotonic() - begun < SOON
