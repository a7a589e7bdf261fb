"""Notes in SQLite, their attachments as files beside it. One connection per request."""

import shutil
import sqlite3

from flask import g

SCHEMA = "create table if not exists note (number integer primary key, text text not null, attachment text)"


def open_in(folder):
    (folder / "attachments").mkdir(parents=True, exist_ok=True)
    g.folder = folder
    g.database = sqlite3.connect(folder / "notes.sqlite", timeout=30)
    g.database.row_factory = sqlite3.Row
    g.database.execute(SCHEMA)


def close(_=None):
    if database := g.pop("database", None):
        database.close()


def all():
    return g.database.execute("select number, text, attachment from note order by number").fetchall()


def one(number):
    return g.database.execute("select number, text, attachment from note where number = ?", [number]).fetchone()


def add(text):
    with g.database as transaction:
        return transaction.execute("insert into note (text) values (?)", [text]).lastrowid


def attach(number, name, stream):
    with open(_place(number), "wb") as file:
        shutil.copyfileobj(stream, file)
    with g.database as transaction:
        transaction.execute("update note set attachment = ? where number = ?", [name, number])


def attachment_of(note):
    return _place(note["number"]) if note["attachment"] else None


def _place(number):
    """Files are named by number: nothing a client says becomes part of a path."""
    return g.folder / "attachments" / str(number)
