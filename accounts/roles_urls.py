"""Roles and rights: what the database lets whom do, roles of the shop's own, looking as somebody else."""

from django.urls import path

from accounts import role_views, view_as

app_name = "roles"
urlpatterns = [
    path("", role_views.role_list, name="role_list"),
    path("new/", role_views.role_new, name="role_new"),
    path("view/stop/", view_as.view_stop, name="view_stop"),
    path("view/<int:pk>/", view_as.view_start, name="view_start"),
    path("why/<int:pk>/", view_as.why_person, name="why_person"),
    path("why/<str:noun>/<int:pk>/", view_as.who_sees, name="who_sees"),
    path("why/<str:noun>/<int:pk>/<int:person>/", view_as.why, name="why"),
    path("<str:key>/", role_views.role_detail, name="role_detail"),
    path("<str:key>/copy/", role_views.role_copy, name="role_copy"),
    path("<str:key>/change/", role_views.role_change, name="role_change"),
    path("<str:key>/delete/", role_views.role_delete, name="role_delete"),
]
