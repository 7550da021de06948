from django.urls import path

from ops.shop import views

app_name = "shop"
urlpatterns = [
    path("", views.setting_list, name="setting_list"),
    path("set/", views.setting_change, name="setting_change"),
    path("set-back/", views.setting_back, name="setting_back"),
    path("withdraw/<int:pk>/", views.setting_withdraw, name="setting_withdraw"),
    path("holidays/", views.holiday_list, name="holiday_list"),
    path("holidays/<int:pk>/remove/", views.holiday_remove, name="holiday_remove"),
]
