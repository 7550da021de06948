"""The address in a mailed view; outside the app's namespace, short enough for a message."""

from django.urls import path

from ops.standing import views

urlpatterns = [path("<str:token>/", views.end_mailing, name="end_mailing")]
