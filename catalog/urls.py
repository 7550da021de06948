from django.urls import path

from catalog import views
from catalog.boards import PRODUCTS
from ops.boards.views import Pages

app_name = "catalog"
urlpatterns = [
    *Pages(PRODUCTS).addresses(list_at=""),
    path("new/", views.product_new, name="product_new"),
    path("known/", views.product_known, name="product_known"),
    path("<int:pk>/", views.product_detail, name="product_detail"),
    path("<int:pk>/past/", views.product_past, name="product_past"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/active/", views.active, name="active"),
]
