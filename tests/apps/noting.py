"""Leaves something in the environ, as middleware does."""


def app(environ, start_response):
    environ["shop.user"] = "alice"
    environ["NUMBER"] = 7
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"noted"]
