"""One file by its number; and for every noun that declared files, where they are added and taken away together."""

from django.urls import path

from ops.files import views
from ops.files.nouns import NOUNS

app_name = "files"
urlpatterns = [
    path("<int:pk>/", views.show, name="show"),
    path("<int:pk>/thumb/", views.thumb, name="thumb"),
    path("<int:pk>/remove/", views.remove, name="remove"),
    path("<int:pk>/visibility/", views.visibility, name="visibility"),
    path("<int:pk>/restore/", views.restore, name="restore"),
    *(path(f"{noun}/<int:pk>/add/", views.adding(noun), name=f"{noun}_add") for noun in NOUNS),
    *(path(f"{noun}/<int:pk>/all.zip", views.packing(noun), name=f"{noun}_zip") for noun in NOUNS),
]
