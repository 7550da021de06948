"""Addresses of what else SKUs go by."""

from django.urls import path

from catalog import alias_views

app_name = "aliases"
urlpatterns = [
    path("", alias_views.alias_list, name="alias_list"),
    path("<int:pk>/remove/", alias_views.alias_remove, name="alias_remove"),
]
