from django.urls import path

from analytics import answer_views, home, target_views, views

app_name = "analytics"
urlpatterns = [
    path("home/", home.role_home, name="home"),
    path("report/", views.report, name="report"),
    path("report/export/", views.report_export, name="report_export"),
    path("answers/profit-by-category/", answer_views.profit_by_category, name="profit"),
    path("answers/repeat-customers/", answer_views.repeat_customers, name="repeat"),
    path("answers/owed/", answer_views.what_is_owed, name="owed"),
    path("targets/", target_views.targets, name="targets"),
    path("targets/copy/", target_views.copy, name="targets_copy"),
]
