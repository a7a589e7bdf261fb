"""What a process writes, line by line as it comes. A line that a test waits for, or declares, is expected."""

import re
import threading
import time

from harness.patience import SOON

_RECORD = re.compile(r"\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4}\] \[\d+\] \[[A-Z]+\] |\{\"")
TROUBLE = re.compile(
    r"\[(WARNING|ERROR|CRITICAL)\]|\"level\":\"(warning|error|critical)\"|Traceback \(most recent call last\)|\w+Warning: "
    r"|runtime error:|Sanitizer|Fatal Python error|Assertion"
)


class Log:
    def __init__(self, stream):
        self._stream = stream
        self._lines, self._expected, self._news = [], [], threading.Condition()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self):
        for line in self._stream:
            with self._news:
                self._lines.append(line.decode(errors="replace").rstrip("\n"))
                self._news.notify_all()

    @property
    def lines(self):
        with self._news:
            return list(self._lines)

    @property
    def text(self):
        return "\n".join(self.lines)

    def finish(self, timeout=SOON):
        """Reads to the end, which comes when every process that holds the other end is gone."""
        self._thread.join(timeout)
        if not self._thread.is_alive():
            self._stream.close()

    def matches(self, pattern):
        return [match for line in self.lines if (match := re.search(pattern, line))]

    def expect(self, pattern):
        """Declares that lines like this may appear."""
        self._expected.append(re.compile(pattern))

    def wait_for(self, pattern, timeout=SOON, count=1):
        """Waits for the count-th line that matches, declares such lines, and returns that match."""
        self.expect(pattern)
        deadline = time.monotonic() + timeout
        with self._news:
            while True:
                found = [match for line in self._lines if (match := re.search(pattern, line))]
                if len(found) >= count:
                    return found[count - 1]
                if not self._news.wait(max(0, deadline - time.monotonic())) and time.monotonic() >= deadline:
                    raise AssertionError(f"no line like {pattern!r} (#{count}) within {timeout:.0f} s")

    def records(self):
        """Log lines with what follows them up to the next one (a traceback, for example)."""
        found = []
        for line in self.lines:
            if _RECORD.match(line) or not found:
                found.append(line)
            else:
                found[-1] += "\n" + line
        return found

    def unexpected(self):
        """Records that tell of trouble nobody declared."""
        return [
            record
            for record in self.records()
            if TROUBLE.search(record) and not any(pattern.search(record) for pattern in self._expected)
        ]
