# requires: fastapi a2wsgi orjson uvloop
# core
import json
import socket
import subprocess
import urllib.error
import urllib.request



def post(port, body):
    request = urllib.request.Request(f"http://127.0.0.1:{port}/items", body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


with socket.create_server(("127.0.0.1", 0)) as listener:
    port = listener.getsockname()[1]
server = subprocess.Popen(["/monoceros", "-b", f"127.0.0.1:{port}", "-w", "2", "--threads", "4", "sites.shop:app"],
                          env={"PYTHONDONTWRITEBYTECODE": "1"}, stderr=subprocess.PIPE, text=True, cwd="/app")
try:
    for line in server.stderr:
        if "Booting worker" in line:
            break
    assert post(port, b'{"name": "bolt", "price": 2.5}') == (200, {"name": "bolt", "with_tax": 3.0})
    status, refusal = post(port, b'{"name": "bolt"}')
    assert status == 422 and refusal["detail"][0]["loc"] == ["body", "price"]
finally:
    server.terminate()
    server.communicate(timeout=30)
assert server.returncode == 0
print("served by two workers through a2wsgi: a valid body answered, a bad one refused with 422")
