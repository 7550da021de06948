from django.urls import path

from customers import merge_views, views
from customers.boards import CUSTOMERS
from ops.boards.views import Pages

app_name = "customers"
urlpatterns = [
    *Pages(CUSTOMERS).addresses(list_at=""),
    path("new/", views.customer_new, name="customer_new"),
    path("known/", views.customer_known, name="customer_known"),
    path("duplicates/", merge_views.duplicates, name="duplicates"),
    path("<int:pk>/", views.customer_detail, name="customer_detail"),
    path("<int:pk>/story/", views.customer_story, name="customer_story"),
    path("<int:pk>/past/", views.customer_past, name="customer_past"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/contacts/", views.contacts, name="contacts"),
    path("<int:pk>/merge/", merge_views.merge, name="merge"),
    path("<int:pk>/unmerge/", merge_views.unmerge, name="unmerge"),
]
