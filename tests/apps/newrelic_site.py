"""An application that New Relic's agent watches."""

import newrelic.agent


@newrelic.agent.wsgi_application()
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"watched"]
