from django.http import HttpResponse
from django.urls import path


def add(request):
    from sites.models import Note

    Note.objects.create(text=request.GET["text"])
    return HttpResponse(str(Note.objects.count()))


urlpatterns = [path("add", add)]
