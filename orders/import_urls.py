"""Addresses of loading files, under orders/import/."""

from django.urls import path

from orders import import_views

app_name = "imports"
urlpatterns = [
    path("", import_views.load_new, name="load_new"),
    path("<int:pk>/", import_views.load_detail, name="load_detail"),
    path("<int:pk>/apply/", import_views.load_apply, name="load_apply"),
]
