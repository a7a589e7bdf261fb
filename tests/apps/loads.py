"""What `module:expression` may name, and what it may not."""


def answer(text):
    def app(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(text)))])
        return [text.encode()]

    return app


def create_app(name="factory", *, times=1):
    return answer(name * times)


def returns_nothing():
    return None


application = answer("default")
none = None
number = 7
