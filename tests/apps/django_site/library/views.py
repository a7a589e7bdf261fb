"""The shelf, and a book; the session remembers which books a visitor has opened."""

from django.shortcuts import get_object_or_404, render

from library.models import Book


def shelf(request):
    opened = request.session.get("opened", [])
    return render(request, "library/shelf.html", {"books": Book.objects.all(), "opened": opened})


def book(request, pk):
    found = get_object_or_404(Book, pk=pk)
    opened = request.session.setdefault("opened", [])
    if pk not in opened:
        request.session["opened"] = [*opened, pk]
    return render(request, "library/book.html", {"book": found})
