"""Addresses that customers follow; outside the app's namespace, short enough for a message."""

from django.urls import path

from orders import views

urlpatterns = [path("<str:token>/", views.order_status, name="order_status")]
