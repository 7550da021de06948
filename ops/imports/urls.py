"""Addresses of loading files, under import/."""

from django.urls import path

from ops.imports import check_views, column_views, views

app_name = "imports"
urlpatterns = [
    path("", views.load_new, name="load_new"),
    path("<int:pk>/", views.load_detail, name="load_detail"),
    path("<int:pk>/again/", views.load_again, name="load_again"),
    path("<int:pk>/stop/", views.load_stop, name="load_stop"),
    path("<int:pk>/aside/", views.load_aside, name="load_aside"),
    path("<int:pk>/apply/", views.load_apply, name="load_apply"),
    path("<int:pk>/undo/", views.load_undo, name="load_undo"),
    path("<int:pk>/columns/", column_views.load_columns, name="load_columns"),
    path("<int:pk>/columns/samples/", column_views.load_samples, name="load_samples"),
    path("<int:pk>/read-as/", column_views.load_read_as, name="load_read_as"),
    path("<int:pk>/answers/", column_views.load_answers, name="load_answers"),
    path("<int:pk>/rates/", column_views.load_rates, name="load_rates"),
    path("<int:pk>/check/", check_views.load_check, name="load_check"),
    path("<int:pk>/mend/", check_views.load_mend, name="load_mend"),
    path("<int:pk>/ask-again/", check_views.load_ask_again, name="load_ask_again"),
    path("<int:pk>/items/", check_views.load_items, name="load_items"),
    path("<int:pk>/rows/", check_views.load_rows, name="load_rows"),
    path("<int:pk>/matches/", check_views.load_matches, name="load_matches"),
    path("<int:pk>/problems/<slug:form>/", check_views.load_problems, name="load_problems"),
]
