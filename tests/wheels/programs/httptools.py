# requires: httptools
import httptools


class Seen:
    def __init__(self):
        self.headers, self.body, self.complete = {}, b"", False

    def on_header(self, name, value):
        self.headers[name] = value

    def on_body(self, body):
        self.body += body

    def on_message_complete(self):
        self.complete = True


seen = Seen()
parser = httptools.HttpRequestParser(seen)
for byte in b"POST /a?b=c HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody":
    parser.feed_data(bytes([byte]))
assert seen.complete and seen.body == b"body" and parser.get_method() == b"POST"
assert httptools.parse_url(b"http://h:80/p?q").path == b"/p"
print("a request parsed byte by byte (its llhttp beside ours)")
