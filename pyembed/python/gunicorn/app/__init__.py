"""Applications: what knows a configuration and how to load a WSGI callable."""
