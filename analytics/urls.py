from django.urls import path

from analytics import home, target_views, views

app_name = "analytics"
urlpatterns = [
    path("home/", home.role_home, name="home"),
    path("report/", views.report, name="report"),
    path("report/export/", views.report_export, name="report_export"),
    path("targets/", target_views.targets, name="targets"),
    path("targets/copy/", target_views.copy, name="targets_copy"),
]
