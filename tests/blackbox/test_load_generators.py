"""The programs people point at a server to see what it can take: no request fails, and each is in the access log."""

import re
import subprocess
import time

import pytest

from harness import programs
from harness.patience import SOON, eventually
from harness.worker_classes import each_class

pytestmark = [pytest.mark.xdist_group("generators"), each_class]


@pytest.fixture
def served(server, tmp_path, options):
    running = server("hello:app", "-w", "2", *options, "--access-logfile", tmp_path / "access")
    running.url = "http://{}:{}/".format(*running.address)
    return running


@pytest.fixture
def logged(tmp_path):
    """Waits until the access log has as many good lines as said, and no other."""

    def count():
        lines = (tmp_path / "access").read_text().splitlines()
        assert all('HTTP/1' in line and '" 200 14 ' in line for line in lines)
        return len(lines)

    def await_lines(least, most=None):
        eventually(lambda: count() >= least, SOON, f"{least} lines in the access log")
        assert count() <= (most or least)

    return await_lines


def figure(pattern, output):
    found = re.search(pattern, output)
    assert found, output
    return int(found[1])


@pytest.mark.parametrize("keep_alive", [("-k",), ()], ids=["kept", "fresh"])
def test_ab(served, logged, keep_alive):
    output = programs.client("ab", "-q", "-n", 1000, "-c", 10, *keep_alive, served.url)
    assert figure(r"Complete requests:\s+(\d+)", output) == 1000
    assert figure(r"Failed requests:\s+(\d+)", output) == 0
    assert "Non-2xx" not in output
    logged(1000)


def test_siege(served, logged, tmp_path):
    output = programs.client("siege", "-b", "-c", 8, "-r", 50, "--log=/dev/null", served.url, HOME=str(tmp_path))
    assert figure(r'[Tt]ransactions"?:\s+(\d+)', output) == 400
    assert figure(r'[Ff]ailed[_ ]transactions"?:\s+(\d+)', output) == 0
    logged(400)


def test_wrk(served, logged):
    output = programs.client("wrk", "-t", 2, "-c", 16, "-d", "1s", served.url)
    assert "Socket errors" not in output and "Non-2xx" not in output
    answered = figure(r"(\d+) requests in", output)
    logged(answered, answered + 16)  # each connection may have had a request on its way when the time was over


def test_h2load(served, logged):
    output = programs.client("h2load", "--h1", "-n", 2000, "-c", 10, served.url)
    assert "2000 succeeded, 0 failed, 0 errored, 0 timeout" in output, output
    logged(2000)


def test_curl_in_parallel(served, logged):
    output = programs.client("curl", "-sS", "-Z", "--parallel-max", 10, "-o", "/dev/null", "-w", "status=%{http_code}\n",
                             f"{served.url}?[1-200]")
    assert re.findall(r"^status=(\d+)$", output, re.MULTILINE) == ["200"] * 200
    logged(200)


ATTACKS = {
    "slow heads": ("-H", "-i", 1),
    "slow bodies": ("-B", "-i", 1, "-s", 8192),
    "slow readers": ("-X", "-w", 10, "-y", 20, "-z", 5, "-k", 3, "-n", 1),
}


@pytest.mark.differs("slow clients hold Gunicorn's workers", hangs=True)
@pytest.mark.parametrize("attack", ATTACKS)
def test_slowhttptest_holds_nobody(served, attack):
    served.expect_line("Invalid request")
    command = [programs.installed("slowhttptest"), "-c", "300", "-r", "300", "-l", "3", "-p", "2",
               *map(str, ATTACKS[attack]), "-u", served.url]
    attacker = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    answered, slowest = 0, 0.0
    while attacker.poll() is None:
        begun = time.monotonic()
        assert served.get().status == 200
        slowest = max(slowest, time.monotonic() - begun)
        answered += 1
        time.sleep(0.02)
    output = attacker.stdout.read().decode(errors="replace")
    attacker.stdout.close()
    assert "YES" in output, output  # the service was available when it ended
    assert answered > 20 and slowest < 1, (answered, slowest)
