"""Uses what an application has beside its code: templates, static files, data of a package. For tests of bundles."""

import os
from importlib.resources import files

from flask import Flask, jsonify, render_template

app = Flask(__name__)


@app.get("/")
def page():
    return render_template("page.html", words=files("words").joinpath("words.txt").read_text().split())


@app.get("/later")
def later():
    """Reads and imports what nobody has needed before."""
    from words import late

    return jsonify(late=late.VALUE, source=open(late.__file__).read(), pid=os.getppid())
