"""Fetches an sdist or a wheel from the machine's Python package index."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path


def fetch(requirement: str, file: str, into: Path) -> str | None:
    """None when `into` was written, otherwise why not."""
    form = "--only-binary=:all:" if file.endswith(".whl") else "--no-binary=:all:"
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", form, "-d", folder, requirement]
        result = subprocess.run(command, capture_output=True, text=True, env=dict(os.environ, PIP_NO_INPUT="1"))
        found = Path(folder, file)
        if result.returncode == 0 and found.exists():
            shutil.move(found, into)
            return None
        if "No module named pip" in result.stderr:
            return "pip is not installed (ci/setup installs it)"
    return f"pip could not download {requirement}"
