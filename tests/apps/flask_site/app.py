"""A board of notes with attachments: templates, JSON, uploads, streamed and sent files, SQLite.

Its data lies in the folder FLASK_SITE_DATA, which is made on first use.
"""

import csv
import io
import os
from pathlib import Path

from flask import Flask, abort, jsonify, redirect, render_template, request, send_file, url_for

import notes

DATA = Path(os.environ.get("FLASK_SITE_DATA", Path(__file__).parent / "data"))

app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = 64 << 20
app.teardown_appcontext(notes.close)


@app.before_request
def open_notes():
    notes.open_in(DATA)


@app.get("/")
def board():
    return render_template("board.html", notes=notes.all())


@app.post("/notes")
def add():
    text = request.form.get("text", "").strip()
    if not text:
        return render_template("board.html", notes=notes.all(), complaint="A note needs some text."), 422
    number = notes.add(text)
    if upload := request.files.get("attachment"):
        notes.attach(number, upload.filename, upload)
    return redirect(url_for("board"), 303)


@app.get("/api/notes")
def as_json():
    return jsonify([dict(note) for note in notes.all()])


@app.post("/api/notes")
def add_json():
    document = request.get_json()
    if not isinstance(document, dict) or not isinstance(document.get("text"), str):
        return jsonify(error="text: a string is needed"), 422
    number = notes.add(document["text"])
    return jsonify(dict(notes.one(number))), 201


@app.get("/notes/<int:number>/attachment")
def attachment(number):
    note = notes.one(number) or abort(404)
    path = notes.attachment_of(note) or abort(404)
    return send_file(path, as_attachment=True, download_name=note["attachment"])


@app.get("/export.csv")
def export():
    """Streamed: each line of the table is a piece of the response."""
    rows = [("number", "text", "attachment"), *map(tuple, notes.all())]

    def lines():
        for row in rows:
            line = io.StringIO()
            csv.writer(line).writerow(row)
            yield line.getvalue()

    return app.response_class(lines(), mimetype="text/csv")


@app.errorhandler(404)
def not_found(_):
    return render_template("not_found.html"), 404
