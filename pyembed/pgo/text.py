"""Strings and bytes: regular expressions, formatting, encodings, headers, hashing, compression, logging."""

import base64
import email
import hashlib
import html.parser
import io
import logging
import re
import string
import textwrap
import xml.etree.ElementTree
import zlib

LINES = "foo bar 2024-01-02 baz@example.com lorem ipsum 192.168.1.1 Straße naïve 日本語\n" * 100
PATTERNS = [re.compile(pattern) for pattern in (
    r"(\d{4})-(\d\d)-(\d\d)|[\w.]+@[\w.]+|\d+\.\d+\.\d+\.\d+", r"\b[a-z]+\b", r"(?i)LOREM\s+(\w+)", r"[^\x00-\x7f]+",
    r"^(?P<first>\S+)\s+(?P<second>\S+).*$")]
MAIL = ("From: a@example.org\r\nTo: B <b@example.org>\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/form-data; boundary=xx\r\n\r\n--xx\r\nContent-Disposition: form-data; name=\"f\"; "
        "filename=\"a.txt\"\r\n\r\n" + "data " * 200 + "\r\n--xx--\r\n")


def search():
    for pattern in PATTERNS:
        pattern.findall(LINES)
    for line in LINES.splitlines():
        PATTERNS[4].match(line).groupdict()
    PATTERNS[1].sub(lambda match: match.group().title(), LINES)
    re.split(r"[,;\s]+", LINES)


def compile_patterns():
    re.purge()
    for i in range(10):
        re.compile(rf"/shop{i}/(?P<id>[0-9]+)/(?:edit|view)/?$")
        re.compile(r"(?:[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9]+)*)@(?:[a-z0-9]+\.)+[a-z]{2,}", re.I)


def format_numbers():
    for i in range(2000):
        f"{i:08d}-{i * 1.1:.3f}-{'abc'!r:>10}", "%s/%d %5.2f" % ("x", i, i), "{} {name}".format(i, name="y")
        str(i * 0.1), int(str(i)), float(f"{i}.5"), repr((i, "a", 1.5))


def handle_strings():
    for line in LINES.splitlines():
        words = line.split()
        "-".join(words).replace("a", "ä").casefold().title().encode("utf-8").decode("utf-8")
        [word.strip(".,").lower() for word in words if word.isalpha() or word.startswith("1")]
        line.partition(" ")[2].find("lorem"), line.rjust(100)[3:-3], line.translate({97: "b", 98: None})
        line.encode("ascii", "xmlcharrefreplace").decode("ascii"), line.encode("utf-8").decode("latin-1")
    textwrap.fill(LINES[:2000], 60), string.Template("$a and ${b}").substitute(a=1, b=2)


def handle_bytes():
    buffer = bytearray()
    for i in range(500):
        buffer += b"%x\r\n" % i + b"x" * (i % 80) + b"\r\n"
    view = memoryview(buffer)
    bytes(view[10:2000]).split(b"\r\n"), buffer.find(b"ff\r\n"), b"".join([b"y" * 1000] * 50)
    base64.b64decode(base64.b64encode(buffer)), hashlib.sha256(buffer).hexdigest(), zlib.crc32(buffer)
    zlib.decompress(zlib.compress(bytes(buffer))), int.from_bytes(buffer[:8], "big").to_bytes(8, "little")


def read_mail_and_markup():
    message = email.message_from_string(MAIL)
    [(part.get_content_type(), part.get_payload(decode=True)) for part in message.walk() if not part.is_multipart()]
    parser = html.parser.HTMLParser()
    parser.feed("<ul>" + "<li class='x'>a &amp; b</li>" * 50 + "</ul>")
    root = xml.etree.ElementTree.fromstring("<a>" + "<b c='d'>e</b>" * 100 + "</a>")
    xml.etree.ElementTree.tostring(root), [element.get("c") for element in root.iter("b")]


def write_log():
    logger, stream = logging.getLogger("workload"), io.StringIO()
    logger.handlers, logger.propagate = [logging.StreamHandler(stream)], False
    logger.handlers[0].setFormatter(logging.Formatter("%(asctime)s [%(process)d] %(levelname)s %(message)s"))
    logger.setLevel(logging.INFO)
    for i in range(200):
        logger.info("request %s took %.3f s", i, i / 7)
        logger.debug("never %s", i)


JOBS = [search, compile_patterns, format_numbers, handle_strings, handle_bytes, read_mail_and_markup, write_log]
