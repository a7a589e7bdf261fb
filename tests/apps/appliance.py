"""What an application on an empty, read-only root relies on; every answer is JSON."""

import json
import os
from wsgiref.validate import validator


def certificates():
    import ssl

    return ssl.create_default_context().cert_store_stats()["x509_ca"]


def zone():
    import datetime
    import zoneinfo

    moment = datetime.datetime(2024, 7, 1, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin"))
    return [moment.utcoffset().total_seconds(), len(zoneinfo.available_timezones()) > 400]


def home():
    return os.path.expanduser("~")


def user():
    import getpass

    return getpass.getuser()


def temporary():
    import tempfile

    with tempfile.TemporaryFile() as file:
        file.write(b"kept")
        file.seek(0)
        return file.read().decode()


def spooled():
    import tempfile

    with tempfile.SpooledTemporaryFile(max_size=1) as file:
        file.write(b"spooled")
        file.seek(0)
        return file.read().decode()


def requests_bundle():
    import ssl

    import requests.certs

    context = ssl.create_default_context(cafile=requests.certs.where())
    return context.cert_store_stats()["x509_ca"]


def encoding():
    import sys

    return [sys.getfilesystemencoding(), sys.stdout.encoding.lower(), sys.flags.utf8_mode]


def database():
    import sqlite3

    connection = sqlite3.connect(":memory:")
    return connection.execute("select 6 * 7").fetchone()[0]


def digest():
    import hashlib

    return hashlib.sha256(b"").hexdigest()[:8]


def identity():
    return [os.getuid(), os.getgid(), os.getpid()]


QUESTIONS = {
    function.__name__: function
    for function in (
        certificates, zone, home, user, temporary, spooled, requests_bundle, encoding, database, digest, identity,
    )
}


@validator
def app(environ, start_response):
    body = json.dumps(QUESTIONS[environ["PATH_INFO"].strip("/")]()).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
