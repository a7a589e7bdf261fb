"""What a Paste file builds."""


def make_app(global_conf, greeting):
    content = (greeting + global_conf.get("tail", "")).encode()

    def app(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [content]

    return app
