"""People: who works here, and the pages where people admins look after them."""

from django.urls import path

from accounts import views
from accounts.boards import PEOPLE
from ops.boards.views import Pages

app_name = "people"
urlpatterns = [
    *Pages(PEOPLE).addresses(list_at=""),
    path("add/", views.person_add, name="person_add"),
    path("<int:pk>/", views.person_detail, name="person_detail"),
    path("<int:pk>/name/", views.person_rename, name="person_rename"),
    path("<int:pk>/role/", views.person_role, name="person_role"),
    path("<int:pk>/rights/", views.person_rights, name="person_rights"),
    path("<int:pk>/deactivate/", views.person_deactivate, name="person_deactivate"),
    path("<int:pk>/reactivate/", views.person_reactivate, name="person_reactivate"),
    path("<int:pk>/sign-out/", views.person_sign_out, name="person_sign_out"),
    path("<int:pk>/uninvite/", views.person_uninvite, name="person_uninvite"),
    path("<int:pk>/welcome/", views.person_welcome, name="person_welcome"),
]
