"""What applications note while they run: a line each, in a file that the test names."""


def lines(record):
    return record.read_text().splitlines() if record.exists() else []
