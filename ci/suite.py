"""What ci/test runs, step by step. Every step runs even if one before it failed; each leaves its counts in a tally.

A check counts as one test. Output goes to build/results/<step>.log and is shown when the step fails.
"""

import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "build" / "results"
SANITIZER_OPTIONS = {"ASAN_OPTIONS": "detect_leaks=0", "UBSAN_OPTIONS": "print_stacktrace=1"}
# Where threads of ours meet; the arbiter forks, which ThreadSanitizer does not follow.
THREADED = ("log", "metrics", "net", "worker")


class Tally:
    def __init__(self):
        self.passed = self.failed = self._step = 0
        self._begin = time.monotonic()

    def add(self, name, passed, failed, began):
        self.passed, self.failed, self._step = self.passed + passed, self.failed + failed, self._step + 1
        now = time.monotonic()
        took, total = now - began, int(now - self._begin)
        print(f"[{self._step:2}] {name}: {passed} passed, {failed} failed"
              f" ({took:.0f} s, in all {total // 60}:{total % 60:02})", flush=True)


def run(name, command, environment=None, shown=False):
    """Runs a command with its output in a log file; returns whether it succeeded, and shows the log's end if not."""
    log = RESULTS / f"{name.replace(' ', '_')}.log"
    with open(log, "w") as output:
        ended = subprocess.run(
            [str(word) for word in command], cwd=ROOT, env={**os.environ, **(environment or {})},
            stdout=None if shown else output, stderr=None if shown else subprocess.STDOUT,
        )
    if ended.returncode != 0 and not shown:
        print(f"--- {log.relative_to(ROOT)}", *log.read_text(errors="replace").splitlines()[-60:], "---", sep="\n")
    return ended.returncode == 0


def counts(report):
    """Passed and failed of a JUnit file; skipped tests are neither."""
    cases = list(ElementTree.parse(report).iter("testcase"))
    bad = sum(1 for case in cases if case.find("failure") is not None or case.find("error") is not None)
    skipped = sum(1 for case in cases if case.find("skipped") is not None or case.get("status") == "notrun")
    return len(cases) - bad - skipped, bad


def check(tally, name, *command, shown=False):
    began = time.monotonic()
    good = run(name, command, shown=shown)
    tally.add(name, int(good), int(not good), began)
    return good


def reported(tally, name, command, report, environment=None):
    """A step that writes a JUnit report; without one it counts as one failure."""
    began = time.monotonic()
    report.unlink(missing_ok=True)
    good = run(name, command, environment)
    passed, failed = counts(report) if report.exists() else (0, 0)
    tally.add(name, passed, failed or int(not good), began)


def unit(tally, preset):
    """The unit tests of a preset, one executable per layer."""
    programs = sorted(path for path in (ROOT / "build" / preset / "tests" / "unit").glob("*_tests") if path.is_file())
    if not programs:
        check(tally, f"unit {preset}", "false")
    for program in programs:
        name = f"unit {preset} {program.name.removesuffix('_tests')}"
        report = RESULTS / f"{name.replace(' ', '_')}.xml"
        reported(tally, name, [program, "--gtest_brief=1", f"--gtest_output=xml:{report}"], report, SANITIZER_OPTIONS)


def blackbox(tally, preset, patience):
    venv = subprocess.run([ROOT / "ci" / "venv"], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    report = RESULTS / f"blackbox_{preset}.xml"
    command = [f"{venv}/bin/pytest", "tests/blackbox", "-q", "-n", "4", "--dist", "loadgroup", f"--junitxml={report}",
               "--binary", f"build/{preset}/monoceros"]
    reported(tally, f"blackbox {preset}", command, report, {"MONOCEROS_TEST_PATIENCE": str(patience)})


def wheels(tally, preset):
    """The few wheels that stand for the rest (ci/wheels tries them all)."""
    venv = subprocess.run([ROOT / "ci" / "venv"], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    report = RESULTS / f"wheels_{preset}.xml"
    command = [f"{venv}/bin/pytest", "tests/wheels", "-q", "-p", "no:cacheprovider", "-n", "2", f"--junitxml={report}",
               "--binary", f"build/{preset}/monoceros"]
    reported(tally, f"wheels {preset}", command, report)


def main():
    static = sys.argv[1] if len(sys.argv) > 1 else "release"
    RESULTS.mkdir(parents=True, exist_ok=True)
    tally = Tally()
    for check_name in ("layers", "format"):
        check(tally, f"check {check_name}", f"ci/check_{check_name}")
    check(tally, f"build {static}", "ci/build", static, shown=True)
    check(tally, "build asan", "ci/build", "asan", shown=True)
    check(tally, "build tsan", "ci/build", "tsan", *(f"{layer}_tests" for layer in THREADED), shown=True)
    for check_name in ("headers", "tidy"):
        check(tally, f"check {check_name}", f"ci/check_{check_name}")
    check(tally, "check differences", "ci/differences")
    unit(tally, static)
    unit(tally, "asan")
    unit(tally, "tsan")
    check(tally, "fuzz", "ci/fuzz", "--seconds", "60", shown=True)
    blackbox(tally, static, 1)
    blackbox(tally, "asan", 3)
    wheels(tally, static)
    if static == "release":
        check(tally, "check static", "ci/check_static", f"build/{static}/monoceros")
    check(tally, "bench startup_memory", "tests/bench/startup_memory", f"build/{static}/monoceros", shown=True)
    # A fifth of the clients, and room for a machine that is less quiet than the limits of the whole want.
    few = ("--scale", "0.2", "--ratio", "5")
    check(tally, "bench slow_and_many", "tests/bench/slow_and_many", f"build/{static}/monoceros", *few, shown=True)
    if static == "release":
        check(tally, "bench instructions", "tests/bench/instructions", f"build/{static}/monoceros", shown=True)
        check(tally, "bench function_order", "tests/bench/function_order", "--check", f"build/{static}/monoceros", shown=True)
    print(f"{tally.passed} passed, {tally.failed} failed")
    sys.exit(bool(tally.failed))


main()
