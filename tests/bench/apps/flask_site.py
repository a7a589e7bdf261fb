"""Flask: a view that says hello, and one with a template over twenty rows of SQLite."""

import os
import sqlite3
import tempfile
import threading

from flask import Flask, render_template_string

app = Flask(__name__)
_database = os.path.join(tempfile.gettempdir(), f"monoceros-bench-{os.getuid()}.sqlite3")
_own = threading.local()

PAGE = """<!doctype html><title>Notes</title><table>
{% for note in notes %}<tr class="{{ loop.cycle('odd', 'even') }}"><td>{{ note['id'] }}</td><td>{{ note['title'] }}</td>
<td>{{ note['text']|truncate(40) }}</td></tr>
{% endfor %}</table>"""


def connect():
    connection = sqlite3.connect(_database)
    connection.row_factory = sqlite3.Row
    return connection


def fill():
    with connect() as connection:
        connection.execute("create table if not exists notes (id integer primary key, title text, text text)")
        if not connection.execute("select count(*) from notes").fetchone()[0]:
            rows = [(f"Note <{i}>", "all work and no play & so on " * 4) for i in range(20)]
            connection.executemany("insert into notes (title, text) values (?, ?)", rows)


fill()


@app.route("/")
def hello():
    return "Hello, World!\n"


@app.route("/notes")
def notes():
    if not hasattr(_own, "connection"):
        _own.connection = connect()
    return render_template_string(PAGE, notes=_own.connection.execute("select * from notes order by id").fetchall())
