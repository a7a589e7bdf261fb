"""Podman with settings and storage of its own, so that nothing of the machine's is used or changed."""

import json
import os
import subprocess

# runc: crun refuses hybrid cgroups. The limits are set because an unlimited kernel's are refused too.
_CONTAINERS = """
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1000:1000"]
log_driver = "k8s-file"
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "none"
"""

_STORAGE = """
[storage]
driver = "overlay"
graphroot = "{folder}/storage"
runroot = "{folder}/run"
"""


class Podman:
    def __init__(self, folder):
        (folder / "containers.conf").write_text(_CONTAINERS)
        (folder / "storage.conf").write_text(_STORAGE.format(folder=folder))
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "CONTAINERS_CONF": str(folder / "containers.conf"),
            "CONTAINERS_STORAGE_CONF": str(folder / "storage.conf"),
        }

    def run(self, *words, program="podman", check=True):
        ended = subprocess.run(
            [program, *map(str, words)], env=self._environment, capture_output=True, text=True, timeout=120
        )
        assert not check or ended.returncode == 0, f"{program} {words}: {ended.stderr}"
        return ended

    def build(self, tag, dockerfile, **contexts):
        named = [f"--build-context={name}={folder}" for name, folder in contexts.items()]
        self.run("build", "--format", "docker", "-t", tag, "-f", dockerfile, *named, dockerfile.parent, program="buildah")

    def inspect(self, name):
        return json.loads(self.run("inspect", name).stdout)[0]

    def logs(self, name):
        ended = self.run("logs", name)
        return ended.stdout, ended.stderr

    def clean_up(self):
        self.run("pod", "rm", "--all", "--force", check=False)
        self.run("rm", "--all", "--force", "--time", "1", check=False)
        self.run("rmi", "--all", "--force", check=False)
