"""Load: wrk, which keeps every connection busy, ab, which begins each from nothing, and the open loop of ours, which keeps
a rate."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

_SCRIPT = """
local file = io.open("{request}", "rb")
local text = file:read("*a"):rep({depth})
request = function() return text end
done = function(summary, latency)
  local errors = summary.errors
  io.write(string.format("RESULT %d %d %d %d %d\\n", summary.requests, summary.duration,
    errors.connect + errors.read + errors.write + errors.timeout + errors.status, latency:percentile(99), latency.mean))
end
"""


@dataclass
class Outcome:
    answers: int
    errors: int
    seconds: float
    p99: float  # microseconds, of wrk's busy connections
    at_once: float = 0  # how many connections were being served at a time (Little's law); 0: not known


class Failed(Exception):
    pass


def wrk(row, address, seconds, folder, prefix=()):
    request, script = Path(folder, "request"), Path(folder, "wrk.lua")
    request.write_bytes(row.request())
    script.write_text(_SCRIPT.format(request=request, depth=row.depth))
    words = [*prefix, "wrk", "-t", "1", "-c", str(row.connections), "-d", f"{seconds}s", "--timeout", "20s",
             "-s", str(script), address + row.target]
    ended = subprocess.run(words, capture_output=True, text=True, timeout=seconds + 60)
    found = re.search(r"RESULT (\d+) (\d+) (\d+) (-?\d+) (\d+)", ended.stdout)
    if not found:
        raise Failed(ended.stdout + ended.stderr)
    answers, microseconds, errors, p99, mean = map(int, found.groups())
    # wrk takes the time of requests that were sent together once.
    at_once = answers / row.depth * mean / microseconds
    return Outcome(answers, errors, microseconds / 1e6, p99, at_once)


def ab(row, address, seconds, folder, prefix=()):
    shares = Path(folder, "shares.csv")
    words = [*prefix, "ab", "-q", "-r", "-c", str(row.connections), "-t", str(seconds), "-n", "100000", "-e", str(shares),
             address + row.target]
    said = subprocess.run(words, capture_output=True, text=True, timeout=seconds + 60)
    found = [re.search(name + r":\s+([\d.]+)", said.stdout) for name in ("Complete requests", "Failed requests", "taken for tests")]
    if not all(found):
        raise Failed(said.stdout + said.stderr)
    answers, errors, taken = (float(match[1]) for match in found)
    p99 = float(re.search(r"^99,([\d.]+)$", shares.read_text(), re.MULTILINE)[1]) * 1000
    return Outcome(int(answers), int(errors), taken, p99)


@dataclass
class Latency:
    errors: int
    p50: float
    p99: float
    p999: float


def open_loop(program, row, place, seconds, folder, prefix=()):
    request = Path(folder, "request")
    request.write_bytes(row.request())
    use = "closed" if row.headers.get("Connection") == "close" else "kept"
    words = [*prefix, program, place, row.rate, seconds, row.connections, use, request]
    ended = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=seconds + 60)
    if ended.returncode != 0:
        raise Failed(ended.stderr)
    _, errors, p50, p99, p999 = map(float, ended.stdout.split())
    return Latency(int(errors), p50, p99, p999)
