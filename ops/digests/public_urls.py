"""Addresses in the morning's mails; outside the app's namespace, short enough for a message."""

from django.urls import path

from ops.digests import views

urlpatterns = [path("<str:token>/", views.digest_row, name="digest_row")]
