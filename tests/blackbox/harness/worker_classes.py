"""The worker classes that serve WSGI, for tests that ask the same of each."""

import pytest

GTHREAD = ("-k", "gthread", "--threads", "4")
CLASSES = [pytest.param((), id="sync"), pytest.param(GTHREAD, id="gthread")]
each_class = pytest.mark.parametrize("options", CLASSES)
