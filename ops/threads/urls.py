"""One message by its number; and for every noun that declared threads, its thread, who may be named, and writing."""

from django.urls import path

from ops.threads import views
from ops.threads.nouns import NOUNS

app_name = "threads"
urlpatterns = [
    path("<int:pk>/", views.show, name="show"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/remove/", views.remove, name="remove"),
    *(path(f"{noun}/<int:pk>/", views.reading(noun), name=noun) for noun in NOUNS),
    *(path(f"{noun}/<int:pk>/people/", views.naming(noun), name=f"{noun}_people") for noun in NOUNS),
    *(path(f"{noun}/<int:pk>/write/", views.writing(noun), name=f"{noun}_write") for noun in NOUNS),
]
