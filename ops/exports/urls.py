from django.urls import path

from ops.exports import views

app_name = "exports"
urlpatterns = [
    path("", views.template_list, name="template_list"),
    path("menu/", views.export_menu, name="export_menu"),
    path("new/", views.template_new, name="template_new"),
    path("<int:pk>/", views.template_change, name="template_change"),
    path("<int:pk>/drop/", views.template_drop, name="template_drop"),
]
