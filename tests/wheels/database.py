"""A PostgreSQL server of the machine's package, with a folder of its own, on loopback."""

import os
import shutil
import socket
import subprocess
from pathlib import Path

OWNER = "postgres"


class Database:
    def __init__(self, folder):
        self._folder = folder / "data"
        self._programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self._port = listener.getsockname()[1]

    @property
    def url(self):
        return f"postgresql://{OWNER}@127.0.0.1:{self._port}/postgres"

    def __enter__(self):
        self._folder.mkdir()
        shutil.chown(self._folder, OWNER, OWNER)
        for parent in self._folder.parents:  # pytest's folders are closed to others
            if parent.stat().st_mode & 0o001 == 0 and parent.owner() == "root":
                os.chmod(parent, 0o711)
        self._run("initdb", "--auth=trust", "--no-sync", "-D", self._folder)
        options = f"-h 127.0.0.1 -p {self._port} -k {self._folder} -c fsync=off"
        self._run("pg_ctl", "start", "-w", "-D", self._folder, "-l", self._folder / "log", "-o", options)
        return self

    def __exit__(self, *_):
        self._run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", self._folder)

    def _run(self, program, *arguments):
        command = ["setpriv", f"--reuid={OWNER}", f"--regid={OWNER}", "--init-groups", self._programs / program, *arguments]
        subprocess.run([str(word) for word in command], check=True, timeout=60, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")
