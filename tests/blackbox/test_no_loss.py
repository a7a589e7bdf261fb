"""Not one request is lost while a server under load reloads, is upgraded, or exchanges its workers.

Short by default; `--rounds=full`, or MONOCEROS_TEST_ROUNDS=full for ci/test, asks for 200 reloads and 50 upgrades.
"""

import signal
import time
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import ExitStack

import pytest

from harness import procfs
from harness.load import Load
from harness.patience import LATER, eventually
from harness.programs import free_port
from harness.wire import Connection
from harness.worker_classes import CLASSES, each_class

pytestmark = [pytest.mark.xdist_group("load"), pytest.mark.timeout(900)]


@pytest.fixture
def rounds(request):
    full = request.config.getoption("--rounds") == "full"
    return lambda short, long: long if full else short


def account(load, at_least):
    print(f"answered {load.answered}, ended while idle {load.ended_while_idle}, lost {len(load.losses)}")
    assert load.losses == []
    assert set(load.answers) == {200}
    assert load.answered >= at_least


@pytest.mark.differs("Gunicorn retires the old workers before the new ones serve", hangs=True)
@each_class
def test_reloads_lose_nothing(server, rounds, options):
    running = server("hello:app", "-w", "2", *options)
    count = rounds(20, 200)
    with Load(running.address, fresh=2, kept=4) as load:
        for done in range(1, count + 1):
            running.kill(signal.SIGHUP)
            running.wait_for_line(r"Reload complete: 2 new workers serve", LATER, count=done)
    account(load, at_least=count * 10)
    running.await_workers(2)


@pytest.mark.ours("Gunicorn's successor serves before its workers do")
@each_class
def test_upgrades_lose_nothing(server, rounds, options):
    running = server("hello:app", "-w", "2", *options)
    count = rounds(5, 50)
    with Load(running.address, fresh=2, kept=4) as load:
        for _ in range(count):
            running.start_successor()
            running.adopt_successor()
    account(load, at_least=count * 10)


@pytest.mark.parametrize(
    "options",
    [
        CLASSES[0],
        pytest.param(
            *CLASSES[1].values, id="gthread", marks=pytest.mark.differs("Gunicorn loses requests", sometimes=True)
        ),
    ],
)
def test_recycling_loses_nothing(server, rounds, options):
    running = server("pid:app", "-w", "3", "--max-requests", "50", *options)
    first = running.workers()
    with Load(running.address, fresh=2, kept=4) as load:
        wanted = rounds(20, 200)
        eventually(
            lambda: len(running.err.matches("Autorestarting worker")) >= wanted, LATER * 10, f"{wanted} workers retired"
        )
    account(load, at_least=50)
    assert not set(first) & set(running.await_workers(3))


@pytest.mark.differs("Gunicorn retires the old workers before the new ones serve")
def test_requests_that_wait_are_for_the_new_workers_too(server):
    """More than the old ones could answer before graceful_timeout."""
    running = server("sleeps:app", "-w", "2", "--graceful-timeout", "3")

    def ask(_):
        with Connection(running.address, 60) as connection:
            return connection.get("/?seconds=0.1", headers=[("Connection", "close")]).status

    with ThreadPoolExecutor(120) as pool:
        asked = [pool.submit(ask, number) for number in range(120)]
        wait(asked, return_when=FIRST_COMPLETED)
        running.kill(signal.SIGHUP)
        assert [answer.result() for answer in asked] == [200] * 120
    running.wait_for_line("Reload complete")


@pytest.mark.differs("Gunicorn leaves them")
@pytest.mark.parametrize(
    "count, options",
    [
        pytest.param(12, ("-w", "1", "--worker-connections", "2"), id="more than there is room for"),
        pytest.param(80, ("-w", "4", "--graceful-timeout", "3"), id="more than one has time for"),
    ],
)
@pytest.mark.parametrize("is_unix", [False, True], ids=["tcp", "unix"])
def test_requests_that_wait_at_the_end_are_answered(server, tmp_path, count, options, is_unix):
    bind = {"bind": f"unix:{tmp_path}/s"} if is_unix else {}
    running = server("sleeps:app", *options, **bind)
    running.await_workers(int(options[1]))
    with ExitStack() as stack:
        clients = []
        for _ in range(count):
            clients.append(stack.enter_context(Connection(running.address, 30)))
            clients[-1].send(b"GET /?seconds=0.1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        running.kill(signal.SIGTERM)
        assert [client.read_response().status for client in clients] == [200] * count
    assert running.wait() == 0


@pytest.mark.differs("Gunicorn ends", hangs=True)
def test_broken_deployments_lose_nothing(server, rounds, tmp_path):
    application = tmp_path / "changing.py"
    good = (server.apps / "hello.py").read_text()
    application.write_text(good)
    running = server("changing:app", "-w", "2", "--pythonpath", tmp_path)
    running.expect_line(r"\[(ERROR|WARNING|CRITICAL)\]|Traceback")
    before = running.workers()
    with Load(running.address, fresh=2, kept=4) as load:
        for done in range(1, rounds(5, 50) + 1):
            application.write_text("import nowhere_to_be_found\n")
            running.kill(signal.SIGHUP)
            running.wait_for_line(r"Reload failed: a new worker .* serve on", LATER, count=done)
            assert set(before) <= set(procfs.children(running.arbiter))
        application.write_text(good)
        running.kill(signal.SIGHUP)
        running.wait_for_line(r"Reload complete", LATER)
        running.await_workers(2, other_than=before)
    account(load, at_least=50)


@pytest.mark.differs("Gunicorn ends", hangs=True)
def test_worker_that_never_served_has_taken_nothing(server, tmp_path):
    """Where workers have sockets of their own the kernel gives connections to all that listen."""
    application = tmp_path / "changing.py"
    application.write_text((server.apps / "hello.py").read_text())
    options = ("--reuse-port", "--pythonpath", tmp_path)
    running = server("changing:app", "-w", "2", *options, bind=f"127.0.0.1:{free_port()}")
    running.expect_line(r"\[(ERROR|WARNING|CRITICAL)\]|Traceback")
    application.write_text("import time\ntime.sleep(1)\nraise RuntimeError('broken by an edit')\n")
    with Load(running.address, fresh=2, kept=2) as load:
        for done in (1, 2):
            running.kill(signal.SIGHUP)
            running.wait_for_line(r"Reload failed: a new worker .* serve on", LATER, count=done)
    account(load, at_least=50)


@pytest.mark.differs("Gunicorn retires the old workers before the new ones serve")
def test_idle_connection_of_a_replaced_worker_gets_its_next_answer(server):
    running = server("hello:app", "-w", "1", "--keep-alive", "20", "-k", "gthread")
    before = running.workers()
    with running.connect() as connection:
        connection.get()
        running.kill(signal.SIGHUP)
        running.wait_for_line(r"Reload complete")
        time.sleep(1)  # a client that thinks
        answer = connection.get()
        assert answer.header("Connection") == "close"
        assert connection.is_closed()
    running.await_workers(1, other_than=before)
