"""What the interpreter is trained on for the release profile: the work of web applications, run by the instrumented
build (recipes/python.sh). Only the standard library is there. Jobs are repeated until each had its share of time, so
that none dominates the profile; `workload.py SECONDS` sets the share."""

import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import classes
import data
import language
import text
import web


def run(job, share):
    rounds, end = 0, time.perf_counter() + share
    while time.perf_counter() < end:
        job()
        rounds += 1
    return rounds


def main():
    share = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    for module in web, data, text, classes, language:
        for job in module.JOBS:
            print(f"{module.__name__}.{job.__name__}: {run(job, share)} rounds", flush=True)


if __name__ == "__main__":
    main()
