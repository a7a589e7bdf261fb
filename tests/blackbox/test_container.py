"""The Dockerfile's image: built around the tested binary, run read-only as anybody, stopped, and played as a pod."""

import http.client
import os
import shutil
import signal
import socket

import pytest

from harness import empty_root, procfs
from harness.containers import Podman
from harness.log import TROUBLE
from harness.patience import LATER, eventually
from harness.target import APPS, ROOT

pytestmark = [pytest.mark.ours("Gunicorn has no image"), pytest.mark.xdist_group("container")]

ANYBODY = "1234567:0"  # as OpenShift has it: an arbitrary user of group 0


@pytest.fixture(scope="module")
def podman(target, packages, tmp_path_factory):
    if not empty_root.is_static(target.command[0]):
        pytest.skip("this build is not static")
    folder = tmp_path_factory.mktemp("containers")
    application = folder / "application" / "app"
    shutil.copytree(packages(APPS / "flask_site" / "requirements.txt"), application)
    shutil.copytree(APPS / "flask_site", application, dirs_exist_ok=True)
    binary = folder / "binary"
    binary.mkdir()
    shutil.copy(target.command[0], binary / "monoceros")
    engine = Podman(folder)
    engine.build("notes", ROOT / "Dockerfile", binary=binary, application=application.parent)
    yield engine
    engine.clean_up()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def ask(address, method="GET", path="/", body=None):
    connection = http.client.HTTPConnection(*address, timeout=10)
    headers = {"Connection": "close", "Content-Type": "application/json"}
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def answers(address):
    try:
        return ask(address)[0] == 200
    except (OSError, http.client.HTTPException):
        return False


class Container:
    """One that runs. It is asked at its own address: a port of the host's is a rule that outlives a run that was killed."""

    def __init__(self, podman, name, port):
        self.podman, self.name = podman, name
        (network,) = podman.inspect(name)["NetworkSettings"]["Networks"].values()
        self.address = (network["IPAddress"], port)
        eventually(lambda: answers(self.address), LATER, f"an answer from {name}")

    @property
    def arbiter(self):
        return self.podman.inspect(self.name)["State"]["Pid"]

    def check_health(self):
        return self.podman.run("exec", self.name, "/monoceros", "healthcheck", check=False).returncode

    def end(self, signal_name=None):
        """Stops it as an orchestrator does; everything must be clean."""
        assert not procfs.zombies(self.arbiter)
        self.podman.run("stop", "--time", "20", self.name)
        state = self.podman.inspect(self.name)["State"]
        assert (state["ExitCode"], state["OOMKilled"]) == (0, False)
        out, err = self.podman.logs(self.name)
        assert "Shutting down: Master" in err
        assert not TROUBLE.search(out + err), out + err
        return out, err


@pytest.fixture
def container(podman):
    started = []

    def start(*options, user=ANYBODY):
        name = f"notes-{len(started)}"
        podman.run("run", "-d", "--name", name, "--read-only", "--user", user, "-e", "PORT=9000", "notes", *options)
        started.append(name)
        return Container(podman, name, 9000)

    yield start
    for name in started:
        print(*podman.logs(name), sep="\n")
        podman.run("rm", "--force", "--time", "1", name)


def test_image_holds_the_binary_and_one_folder(podman):
    container = podman.run("from", "notes", program="buildah").stdout.strip()
    mount = podman.run("mount", container, program="buildah").stdout.strip()
    try:
        assert sorted(os.listdir(mount)) == ["app", "monoceros"]
    finally:
        podman.run("rm", container, program="buildah")


def test_image_says_how_it_is_run(podman):
    config = podman.inspect("notes")
    assert config["User"] == "65532"
    assert config["Config"]["Entrypoint"] == ["/monoceros"]
    assert config["Config"]["StopSignal"] == "SIGTERM"
    assert config["Healthcheck"]["Test"] == ["CMD", "/monoceros", "healthcheck"]


@pytest.mark.parametrize("user", [ANYBODY, "65532"])
def test_container_serves_read_only_as_anybody(container, user):
    running = container(user=user)
    assert ask(running.address, "POST", "/api/notes", '{"text": "from outside"}')[0] == 201
    assert "from outside" in ask(running.address)[1]
    assert procfs.inner_pid(running.arbiter) == 1
    assert procfs.owner(running.arbiter) == int(user.split(":")[0])
    out, _ = running.end()
    assert '"POST /api/notes HTTP/1.1" 201' in out


def test_container_tells_its_health(container):
    running = container("-w", "2", "app:app")
    assert running.check_health() == 0
    assert running.podman.run("healthcheck", "run", running.name, check=False).returncode == 0
    for worker in procfs.children(running.arbiter):
        os.kill(worker, signal.SIGSTOP)
    assert running.check_health() != 0
    for worker in procfs.children(running.arbiter):
        os.kill(worker, signal.SIGCONT)
    eventually(lambda: running.check_health() == 0, LATER, "health")
    running.end()


def test_container_is_a_python_too(podman):
    code = "import os, ssl; print(os.getpid(), len(ssl.create_default_context().get_ca_certs()) > 100)"
    ended = podman.run("run", "--rm", "--no-healthcheck", "--read-only", "--user", ANYBODY, "notes", "python", "-c", code)
    assert (ended.stdout, ended.stderr) == ("1 True\n", "")


def test_manifest_is_played(podman):
    manifest = ROOT / "config" / "kubernetes.yaml"
    podman.run("kube", "play", manifest)
    try:
        running = Container(podman, "notes-pod-0-notes", 8000)
        assert ask(running.address, "POST", "/api/notes", '{"text": "in a pod"}')[0] == 201
        assert running.check_health() == 0
        running.end()
    finally:
        print(*podman.logs("notes-pod-0-notes"), sep="\n")
        podman.run("kube", "down", manifest)


def test_health_of_no_server_is_bad(run):
    port = free_port()
    ended = run("healthcheck", env={"PORT": str(port)})
    assert (ended.returncode, ended.stderr) == (1, f"healthcheck: 127.0.0.1:{port}/: connect: Connection refused\n")


def test_health_that_is_asked_at_a_guess_says_so(run, target):
    ended = run("healthcheck", command=["unshare", "--net", *target.command])
    assert ended.returncode == 1
    assert ended.stderr.startswith("healthcheck: 127.0.0.1:8000/: connect: ")
    assert ended.stderr.endswith("; nothing here names the address: --bind takes the one of the server's command line or Python"
                                 " config\n")
