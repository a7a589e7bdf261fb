"""A Django site in one file: settings, model, view."""

import os
from urllib.parse import urlsplit

_url = urlsplit(os.environ["DATABASE_URL"])
SECRET_KEY = "only for tests"
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "sites.notes_urls"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "sites"]
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "HOST": _url.hostname, "PORT": _url.port,
                         "USER": _url.username, "NAME": _url.path.lstrip("/")}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


def __getattr__(name):
    if name != "application":
        raise AttributeError(name)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sites.notes")
    from django.core.wsgi import get_wsgi_application

    return get_wsgi_application()
