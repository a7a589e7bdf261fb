"""On an empty, read-only root, as a user nobody knows: no /tmp, /etc/passwd, CA files or tzdata."""

import json
import select

import pytest

from harness import empty_root, procfs
from harness.name_server import ADDRESS, NameServer
from harness.target import ROOT
from harness.wire import request_bytes

pytestmark = pytest.mark.ours("Gunicorn needs a machine around it")

APPS = ROOT / "tests" / "apps"


@pytest.fixture(scope="module")
def root(target, packages, tmp_path_factory):
    if not empty_root.is_static(target.command[0]):
        pytest.skip("this build is not static")
    folder = tmp_path_factory.mktemp("scratch")
    applications = [APPS / "hello.py", APPS / "appliance.py", APPS / "stream.py"]
    return empty_root.build(folder / "root", target.command[0], applications, [packages(APPS / "requirements.txt")])


@pytest.fixture
def appliance(root, launch):
    """Starts the binary inside; the environment is what a container has: PORT and little else."""

    def start(app, *options, proc=True, env=None, **how):
        prefix = empty_root.entering(root, proc)
        return launch("-b", "127.0.0.1:0", "--chdir", "/app", *options, app, prefix=prefix, program="/monoceros",
                      env={"HOME": None, "LANG": None, "PYTHONDONTWRITEBYTECODE": None, **(env or {})},
                      **how).await_ready()

    return start


@pytest.mark.parametrize("proc", [True, False], ids=["proc", "no-proc"])
def test_hello_is_served(appliance, proc):
    running = appliance("hello:app", "-w", "2", proc=proc, workers=2)
    assert running.get().body == b"Hello, world!\n"
    assert procfs.owner(running.arbiter) == empty_root.UID
    assert running.stop() == 0


@pytest.mark.parametrize("question, is_good", [
    ("certificates", lambda answer: answer > 100),
    ("requests_bundle", lambda answer: answer > 100),
    ("zone", lambda answer: answer == [7200.0, True]),
    ("home", lambda answer: answer == "/"),
    ("user", lambda answer: isinstance(answer, str) and answer),
    ("temporary", lambda answer: answer == "kept"),
    ("spooled", lambda answer: answer == "spooled"),
    ("encoding", lambda answer: answer == ["utf-8", "utf-8", 1]),
    ("database", lambda answer: answer == 42),
    ("digest", lambda answer: answer == "e3b0c442"),
    ("identity", lambda answer: answer[:2] == [empty_root.UID, empty_root.UID]),
])
def test_application_finds_what_it_needs(appliance, question, is_good):
    running = appliance("appliance:app")
    answer = json.loads(running.get(f"/{question}").body)
    assert is_good(answer), answer


def test_big_bodies_need_no_disk(appliance):
    running = appliance("stream:app")
    assert running.request("POST", "/?n=2&size=3", body=b"x" * (8 << 20)).body == b"aaabbb"
    assert len(running.get("/?n=100&size=65536").body) == 100 * 65536


def test_body_too_big_for_memory_is_refused_with_the_way_out(appliance):
    running = appliance("stream:app")
    with running.connect() as connection:
        connection.send(request_bytes("POST", headers=[("Content-Length", str(512 << 20))]))
        for _ in range(512):
            connection.send(b"x" * (1 << 20))
            if select.select([connection.socket], [], [], 0)[0]:
                break
        assert connection.read_response().status == 507
    running.wait_for_line(r"\[ERROR\] The content of the request cannot be stored: .*64 MiB of memory: .*/tmp.*; set tmp_upload_dir")
    assert running.request("POST", "/?n=1&size=3", body=b"x" * (60 << 20)).body == b"aaa"


def test_python_runs(root, run):
    ended = run(command=(*empty_root.entering(root), "/monoceros", "python", "-c", "import ssl; print(6 * 7)"))
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "42\n", "")


def test_python_starts_itself(root, run):
    code = "import subprocess, sys; print(subprocess.check_output([sys.executable, '-c', 'print(42)'], text=True))"
    ended = run(command=(*empty_root.entering(root), "/monoceros", "python", "-c", code))
    assert (ended.returncode, ended.stdout.strip(), ended.stderr) == (0, "42", "")


def test_names_are_resolved_where_resolv_conf_exists(root, run):
    (root / "etc").mkdir(exist_ok=True)
    (root / "etc" / "resolv.conf").write_text(f"nameserver {ADDRESS}\n")
    code = "import socket; print(socket.getaddrinfo('some.example', 80, type=socket.SOCK_STREAM)[0][4])"
    try:
        with NameServer():
            ended = run(command=(*empty_root.entering(root), "/monoceros", "python", "-c", code))
        assert (ended.stdout, ended.stderr) == ("('192.0.2.7', 80)\n", "")
    finally:
        (root / "etc" / "resolv.conf").unlink()


def test_time_zone_of_the_process_is_honoured(root, run):
    code = "import time; time.tzset(); print(time.strftime('%H %Z', time.localtime(0)))"
    ended = run(command=(*empty_root.entering(root), "/monoceros", "python", "-c", code), env={"TZ": "Asia/Tokyo"})
    assert ended.stdout == "09 JST\n"


@pytest.mark.parametrize("proc", [True, False], ids=["proc", "no-proc"])
def test_upgrade_finds_the_program_again(appliance, proc):
    running = appliance("hello:app", proc=proc)
    running.start_successor()
    running.adopt_successor()
    assert running.get().body == b"Hello, world!\n"


@pytest.mark.parametrize("option, word", [("-u", "user"), ("-g", "group")])
def test_names_are_unknown_without_a_user_database(root, run, option, word):
    ended = run(option, "nobody", "hello:app", command=(*empty_root.entering(root), "/monoceros"))
    assert ended.returncode == 1
    assert f"Error: No such {word}: 'nobody'" in ended.stderr
    assert f"a {word}'s number, or a name that the system knows" in ended.stderr
