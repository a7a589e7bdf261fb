from django.contrib import admin
from django.urls import path

from library import views

urlpatterns = [
    path("", views.shelf, name="shelf"),
    path("books/<int:pk>/", views.book, name="book"),
    path("admin/", admin.site.urls),
]
