"""Run by the embedded interpreter in a writable folder: who wins on the search path, and what is said about compiled
extensions. Started by tests/run."""

import importlib.util
import os
import sys
import tempfile


def write(folder, files):
    os.makedirs(folder, exist_ok=True)
    for name, text in files.items():
        with open(os.path.join(folder, name), "w") as file:
            file.write(text)


def failure(name):
    try:
        __import__(name)
    except ImportError as error:
        return error
    raise AssertionError(f"{name} was imported")


with tempfile.TemporaryDirectory() as folder:
    write(folder, {"calendar.py": "OURS = True", "only.abi3.so": ""})
    write(f"{folder}/package", {"__init__.py": "", "_fast.py": "PURE = True", "_fast.cpython-313-x86_64-linux-gnu.so": "",
                                "_slow.cpython-313-x86_64-linux-musl.so": ""})
    sys.path.insert(0, folder)

    import calendar
    assert calendar.OURS, "a module of the application wins over the library's"
    from package import _fast
    assert _fast.PURE, "an extension does not hide the pure module beside it"

    error = failure("only")
    assert f"{folder}/only.abi3.so is a compiled extension, which this build cannot load" in str(error), error
    assert error.name == "only" and error.path == f"{folder}/only.abi3.so"
    assert "package/_slow.cpython-313-x86_64-linux-musl.so" in str(failure("package._slow"))
    assert str(failure("package._none")) == "No module named 'package._none'"
    assert importlib.util.find_spec("only") is None and importlib.util.find_spec("package._slow") is None
print("ok imports")
