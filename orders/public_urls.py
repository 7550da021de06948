"""Addresses that customers follow; outside the app's namespace, short enough for a message."""

from django.urls import path

from orders import note_files, views
from orders.letters.views import silence_by_link

urlpatterns = [
    path("<str:token>/", views.order_status, name="order_status"),
    path("<str:token>/files/<int:pk>/", note_files.show, name="order_note_file"),
    path("<str:token>/mails/", silence_by_link, name="order_mails"),
]
