# requires: Django psycopg[binary]
# core
# needs: postgresql
import http.client
import os
import socket
import subprocess
import sys

environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "DJANGO_SETTINGS_MODULE": "sites.notes"}
subprocess.run([sys.executable, "-m", "django", "migrate", "--run-syncdb", "--verbosity", "0"], env=environment, check=True,
               cwd="/app")
with socket.create_server(("127.0.0.1", 0)) as listener:
    port = listener.getsockname()[1]
command = ["/monoceros", "-b", f"127.0.0.1:{port}", "-w", "2", "--threads", "4", "sites.notes:application"]
server = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True, cwd="/app")
try:
    for line in server.stderr:
        if "Booting worker" in line:
            break
    for n in range(10):
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        client.request("POST", f"/add?text=n{n}")
        assert client.getresponse().read() == str(n + 1).encode()
finally:
    server.terminate()
    server.communicate(timeout=30)
assert server.returncode == 0
print("migrated, then ten rows added through the ORM by requests to two workers")
