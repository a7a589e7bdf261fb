"""Where this server is meant to be otherwise than Gunicorn: the reasons that the black-box tests give, by test file."""

import io
import sys
from contextlib import redirect_stdout
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "config" / "differences.md"
HEAD = """\
# Different from Gunicorn on purpose

Generated from the tests by `ci/differences write`; do not edit. Every black-box test runs against this server and, with
`--against=gunicorn`, against Gunicorn. Where Gunicorn is meant to fail a test, the test says why; where it has no such
thing at all, too. What is not listed is the same.
"""


class Collected:
    def __init__(self):
        self.files = {}

    def pytest_collection_modifyitems(self, items):
        for item in items:
            for kind in ("differs", "ours"):
                if mark := item.get_closest_marker(kind):
                    theme = (item.module.__doc__ or item.module.__name__).split("\n")[0]
                    tests = self.files.setdefault(theme, {}).setdefault((kind, mark.args[0]), [])
                    sentence = item.originalname.removeprefix("test_").replace("_", " ")
                    if sentence not in tests:
                        tests.append(sentence)


def page():
    collected = Collected()
    with redirect_stdout(io.StringIO()) as output:
        status = pytest.main(["--collect-only", "-q", "-p", "no:cacheprovider", str(ROOT / "tests" / "blackbox")],
                             plugins=[collected])
    if status != 0:
        sys.exit(output.getvalue())
    lines = [HEAD]
    for theme, reasons in sorted(collected.files.items()):
        lines.append(f"\n## {theme.rstrip('.')}\n\n")
        for (kind, reason), tests in reasons.items():
            lead = "Here: " if kind == "differs" else "Only here: "
            lines.append(f"- {lead}{'; '.join(tests)}.\n  {reason[0].upper() + reason[1:]}.\n")
    return "".join(lines)


def main():
    text = page()
    if "write" in sys.argv[1:]:
        PAGE.write_text(text)
    elif not PAGE.exists() or PAGE.read_text() != text:
        sys.exit("config/differences.md is stale: write it anew with ci/differences write")


main()
