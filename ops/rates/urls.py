from django.urls import path

from ops.rates import views

app_name = "rates"
urlpatterns = [
    path("", views.rate_list, name="rate_list"),
    path("<int:pk>/", views.rate_correct, name="rate_correct"),
    path("<int:pk>/remove/", views.rate_remove, name="rate_remove"),
]
