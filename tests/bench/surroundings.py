"""What a server that is measured finds around it: a free port, a certificate, the machine."""

import os
import platform
import socket
import subprocess
from pathlib import Path


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


P256 = ("ec", "-pkeyopt", "ec_paramgen_curve:P-256")
RSA = ("rsa:2048",)


def certificate(folder, algorithm=P256):
    """Paths of a certificate of its own issue and of its key, made in `folder` when it has none yet."""
    names = (Path(folder, "server.pem"), Path(folder, "server.key"))
    if not names[0].exists():
        subprocess.run(["openssl", "req", "-x509", "-newkey", *algorithm, "-nodes", "-subj", "/CN=localhost", "-days", "2",
                        "-out", names[0], "-keyout", names[1]], check=True, capture_output=True)
    return names


def machine():
    """In words."""
    model = next((line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), "unknown")
    return f"{os.cpu_count()} processors, {model}, Linux {platform.release().partition('-')[0]}"
