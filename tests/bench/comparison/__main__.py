"""Runs the rows: every peer in turn, and that several times over, so that what else the machine does hits all alike."""

import argparse
import datetime
import signal
import statistics
import subprocess
import sys
from pathlib import Path

from comparison import accounting, generators, measuring, report
from comparison.peers import everybody
from comparison.rows import ROWS
from surroundings import machine


def chosen(names, wanted):
    return not wanted or any(names.lower().startswith(word.lower()) for word in wanted)


def check(parser, option, words, names):
    for word in words:
        if not any(chosen(name, [word]) for name in names):
            parser.error(f"{option}: nothing begins with {word!r}: choose from {', '.join(names)}")


def competes(peer, row):
    if peer.only and row.name not in peer.only:
        return False
    if row.depth > 1 and not peer.persists:
        return False
    return chosen(peer.name, row.peers)


def median_of(rounds):
    return {name: statistics.median(figures[name] for figures in rounds) for name in rounds[0]}


def run(row, peers, arguments):
    results, gone = {}, set()
    for _ in range(arguments.rounds):
        for peer in peers:
            if peer.name in gone or not competes(peer, row):
                continue
            try:
                figures = measuring.measure(peer, row, arguments.seconds, arguments.programs)
            except (generators.Failed, subprocess.TimeoutExpired, OSError) as error:
                measuring.complain(peer, row, error)
                figures = None
            if figures is None:
                gone.add(peer.name)
            else:
                results.setdefault(peer.name, []).append(figures.as_dict())
    servers = {name: median_of(rounds) for name, rounds in results.items()}
    return {"servers": servers, "remark": row.yardstick(row, results) if row.yardstick else "",
            "day": datetime.date.today().isoformat(), "machine": machine()}


def main():
    parser = argparse.ArgumentParser(prog="ci/bench", description=__doc__)
    parser.add_argument("--binary", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--programs", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--site", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--rows", nargs="*", default=[], metavar="ROW", help="their names' beginnings; all if left out")
    parser.add_argument("--peers", nargs="*", default=[], metavar="PEER", help="likewise")
    parser.add_argument("--report", type=Path,
                        help="write the report, its charts and its figures into this folder; rows left out keep those they"
                             " have there")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # not without the servers
    everyone = everybody(arguments.binary, arguments.site, arguments.programs)
    check(parser, "--rows", arguments.rows, [row.name for row in ROWS])
    check(parser, "--peers", arguments.peers, [peer.name for peer in everyone])
    peers = [peer for peer in everyone if chosen(peer.name, arguments.peers)]
    measuring.allow_descriptors()
    accounting.forget(arguments.binary)
    tables = report.figures(arguments.report) if arguments.report else {}
    for row in ROWS:
        if not chosen(row.name, arguments.rows):
            continue
        tables[row.name] = run(row, peers, arguments)
        print(report.as_text(row, tables[row.name]), flush=True)
        if arguments.report:
            report.write(arguments.report, tables, peers, arguments)


if __name__ == "__main__":
    sys.exit(main())
