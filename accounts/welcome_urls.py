"""The one address that an invitation leads to."""

from django.urls import path

from accounts import door_views

urlpatterns = [path("<str:token>/", door_views.invitation, name="invitation")]
