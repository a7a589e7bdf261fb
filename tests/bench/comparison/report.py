"""The tables as text for a terminal, and as REPORT.md with a chart for each."""

import importlib.metadata
import json
import platform
import subprocess
from pathlib import Path
from xml.sax.saxutils import escape

from comparison.rows import ROWS

_METHOD = """# How Monoceros compares

Made by `ci/bench --report tests/bench`. A number that this command does not give again is not claimed anywhere.

**The currency is processor time an answer**: user and system time of all processes of a server, from /proc, over the
same load; the generator's own limits hide less of it than of throughput. Beside it: answers a second with every
connection busy (wrk, one thread; ab for whole TLS handshakes, since wrk resumes sessions), and the latency at a fixed
rate that all can serve, counted from when a request was due (bench_open_loop; no coordinated omission; a unix socket is
asked without nginx in between). Memory is PSS after the load. The first answer is counted from the start of the
program; with TLS, until it listens.

"At once" is how many of the busy connections were being served at a time (Little's law: answers a second times their
mean time; –: not known). A server that goes on with one connection as long as it sends leaves the others waiting: it
looks cheap and quick, because those who are never answered count for nothing.

Servers and generator are pinned to a processor each, but for rows with two workers, where they share both. Every figure
is the median of {rounds} rounds of {seconds} s after one of 1 s to warm up; in a round every server has its turn. Output of
a server goes to a pipe. "Monoceros, access log" is Monoceros with `--access-logfile -`; the others write none. Servers that
the first rows have shown to be far behind are left out of others. Errors are connections that ended or answers that were
none: a server that refuses a request early looks cheap. To ab, a TLS connection that ends without a close_notify is one.
Rows are measured again when something changes that bears on them, each on one machine; figures of one row and another
compare only where it is the same.

{versions}

"""

_FIGURES = "figures.json"


def _order(table):
    return sorted(table["servers"].items(), key=lambda item: item[1]["microseconds"])


def as_text(row, table):
    lines = [f"{row.title} ({row.name})"]
    for name, figures in _order(table):
        lines.append(
            f"  {name:24} {figures['microseconds']:9.2f} us/answer {figures['per_second']:9.0f}/s  p99 {figures['p99']:7.0f} us"
            f"  at once {figures['at_once']:3.0f}"
            f"  at rate: {figures['open_p50']:6.0f} {figures['open_p99']:7.0f} {figures['open_p999']:7.0f} us"
            f"  {figures['megabytes']:6.1f} MB  first {figures['first']:5.0f} ms  errors {figures['errors']:.0f}")
    return "\n".join(lines)


def chart(table, title):
    """Bars of processor time an answer: shorter is better."""
    items = _order(table)
    most, height = max(figures["microseconds"] for _, figures in items), 24
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="760" height="{(len(items) + 1) * height + 12}"'
             ' font-family="sans-serif" font-size="13">',
             f'<text x="8" y="18" font-weight="bold">{escape(title)}: microseconds of processor time an answer</text>']
    for i, (name, figures) in enumerate(items):
        y, width = (i + 1) * height + 6, max(1, 440 * figures["microseconds"] / most)
        colour = "#7a3fb5" if name.startswith("Monoceros") else "#9aa5b1"
        parts.append(f'<text x="196" y="{y + 14}" text-anchor="end">{escape(name)}</text>'
                     f'<rect x="204" y="{y}" width="{width:.1f}" height="{height - 6}" fill="{colour}"/>'
                     f'<text x="{210 + width:.1f}" y="{y + 14}">{figures["microseconds"]:.2f}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _versions(peers):
    versions = {peer.package: importlib.metadata.version(peer.package) for peer in peers if peer.package}
    wrk = subprocess.run(["wrk", "-v"], capture_output=True, text=True).stdout.split(" [")[0]
    listed = ", ".join(f"{package} {version}" for package, version in sorted(versions.items()))
    return f"Peers on CPython {platform.python_version()}: {listed}. Load: {wrk}."


def _markdown(row, table):
    head = ["server", "µs of processor an answer", "answers/s", f"at once, of {row.connections}", "p99 busy, µs"]
    if row.rate:
        head += [f"p50 at {row.rate}/s, µs", "p99", "p99.9"]
    head += ["MB", "first answer, ms", "errors"]
    lines = [f"## {row.title}", "", f"![{row.title}](charts/{row.name}.svg)", "",
             "| " + " | ".join(head) + " |", "|---|" + "--:|" * (len(head) - 1)]
    for name, figures in _order(table):
        at_once = f"{figures['at_once']:.0f}" if figures.get("at_once") else "–"
        cells = [name, f"{figures['microseconds']:.2f}", f"{figures['per_second']:,.0f}", at_once, f"{figures['p99']:,.0f}"]
        if row.rate:
            cells += [f"{figures[key]:,.0f}" if figures[key] else "–" for key in ("open_p50", "open_p99", "open_p999")]
        lines.append("| " + " | ".join([*cells, f"{figures['megabytes']:.1f}", f"{figures['first']:.0f}", f"{figures['errors']:.0f}"]) + " |")
    lines += ["", *filter(None, [table["remark"]]), f"Measured on {table['day']}: {table['machine']}."]
    return "\n".join(lines)


def figures(folder):
    """Those of the last report, by the name of the row."""
    kept = folder / _FIGURES
    return json.loads(kept.read_text()) if kept.exists() else {}


def write(folder, tables, peers, arguments):
    charts = folder / "charts"
    charts.mkdir(parents=True, exist_ok=True)
    (folder / _FIGURES).write_text(json.dumps(tables, indent=1, sort_keys=True) + "\n")
    parts = [_METHOD.format(rounds=arguments.rounds, seconds=arguments.seconds, versions=_versions(peers)).strip()]
    for row in ROWS:
        if table := tables.get(row.name):
            (charts / f"{row.name}.svg").write_text(chart(table, row.title))
            parts.append(_markdown(row, table))
    tried = folder / "TRIED.md"
    if tried.exists():
        parts.append(tried.read_text().strip())
    (folder / "REPORT.md").write_text("\n\n".join(parts) + "\n")
