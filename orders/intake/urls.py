from django.urls import path

from orders.intake import key_views, storefront, views

app_name = "intake"
urlpatterns = [
    path("intake/orders/", views.deliver_order, name="deliver_order"),
    path("storefronts/", key_views.key_list, name="key_list"),
    path("storefronts/<int:pk>/", key_views.key_detail, name="key_detail"),
    path("storefronts/<int:pk>/renew/", key_views.renew, name="renew"),
    path("storefronts/<int:pk>/retire/", key_views.retire, name="retire"),
    path("shop/", storefront.storefront, name="storefront"),
]
