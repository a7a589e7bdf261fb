"""Django: a view through the ORM and a template, in one module."""

import os
import tempfile

import django
from django.conf import settings

settings.configure(
    SECRET_KEY="of a benchmark",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "CONN_MAX_AGE": None,
                           "NAME": os.path.join(tempfile.gettempdir(), f"monoceros-bench-django-{os.getuid()}.sqlite3")}},
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates",
                "OPTIONS": {"loaders": [("django.template.loaders.locmem.Loader", {"notes.html":
                    "<!doctype html><table>{% for note in notes %}<tr><td>{{ note.id }}</td><td>{{ note.title }}</td></tr>"
                    "{% endfor %}</table>"})]}}],
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
)
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.shortcuts import render  # noqa: E402
from django.urls import path  # noqa: E402


class Note(models.Model):
    title = models.CharField(max_length=80)

    class Meta:
        app_label = "bench"


if Note._meta.db_table not in connection.introspection.table_names():
    with connection.schema_editor() as editor:
        editor.create_model(Note)
    Note.objects.bulk_create(Note(title=f"Note <{i}>") for i in range(20))
connection.close()


def notes(request):
    return render(request, "notes.html", {"notes": Note.objects.order_by("id")})


urlpatterns = [path("", notes)]
app = get_wsgi_application()
