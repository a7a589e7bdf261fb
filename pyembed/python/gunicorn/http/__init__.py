"""Names of Gunicorn's HTTP layer that other code imports. Requests are parsed by the server's own core."""
