from django.urls import path

from ops.boards.views import Pages
from orders.quotes import past_views, views
from orders.quotes.boards import QUOTES

app_name = "quotes"
urlpatterns = [
    *Pages(QUOTES).addresses(list_at="list/"),
    path("new/", views.quote_new, name="quote_new"),
    path("<int:pk>/", views.quote_detail, name="quote_detail"),
    path("<int:pk>/past/", past_views.quote_past, name="quote_past"),
    path("<int:pk>/edit/", views.quote_edit, name="quote_edit"),
    path("<int:pk>/pdf/", views.quote_pdf, name="quote_pdf"),
    path("<int:pk>/send/", views.send, name="send"),
    path("<int:pk>/link/", views.link, name="link"),
    path("<int:pk>/revise/", views.revise, name="revise"),
    path("<int:pk>/accept/", views.accept, name="accept"),
    path("<int:pk>/lost/", views.lost, name="lost"),
    path("<int:pk>/reopen/", views.reopen, name="reopen"),
    path("<int:pk>/convert/", views.convert, name="convert"),
]
