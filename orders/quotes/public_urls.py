"""Addresses that customers follow; outside the app's namespace, short enough for a message."""

from django.urls import path

from orders.quotes import public_views

urlpatterns = [
    path("<str:token>/", public_views.quote_offer, name="quote_offer"),
    path("<str:token>/seen/", public_views.quote_seen, name="quote_seen"),
    path("<str:token>/accept/", public_views.quote_accept, name="quote_accept"),
    path("<str:token>/decline/", public_views.quote_decline, name="quote_decline"),
    path("<str:token>/order/", public_views.quote_order, name="quote_order"),
    path("<str:token>/pdf/", public_views.quote_paper, name="quote_paper"),
]
