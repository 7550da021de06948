from django.urls import path

from inventory import views
from inventory.boards import STOCK
from ops.boards.views import Pages

app_name = "inventory"
urlpatterns = [
    *Pages(STOCK).addresses(list_at=""),
    path("new/", views.opening_new, name="opening_new"),
    path("items/", views.items_found, name="items_found"),
    path("locations/", views.location_list, name="location_list"),
    path("<int:pk>/", views.level_detail, name="level_detail"),
    path("<int:pk>/moves/", views.level_moves, name="level_moves"),
    path("<int:pk>/<slug:do>/", views.move, name="move"),
]
