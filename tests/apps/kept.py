"""Uses what it was given with the request before, after that is over: `/start`, `/write` or `/read`."""

_before = {}


def app(environ, start_response):
    use = {
        "/start": lambda: _before["start"]("200 OK", []),
        "/write": lambda: _before["write"](b"into the answer of another"),
        "/read": lambda: _before["input"].read().decode(),
    }.get(environ["PATH_INFO"], str)
    try:
        found = use()
    except RuntimeError as error:
        found = str(error)
    _before.update(start=start_response, input=environ["wsgi.input"])
    _before["write"] = start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{found};{environ['wsgi.input'].read().decode()}".encode()]
