from django.urls import path

from ops.digests import views

app_name = "digests"
urlpatterns = [
    path("", views.rate_list, name="rate_list"),
    path("rows/", views.listed_list, name="listed_list"),
]
