from django.urls import path

from ops.standing import views

app_name = "standing"
urlpatterns = [
    path("menu/", views.view_menu, name="view_menu"),
    path("start/", views.set_start, name="set_start"),
    path("role-start/", views.set_role_start, name="set_role_start"),
    path("mail/", views.mail_filter, name="mail_filter"),
    path("<int:pk>/mail/", views.set_mailing, name="set_mailing"),
]
