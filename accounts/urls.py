"""Own pages before django-allauth's, so that addresses of things that do not exist here lead somewhere sensible."""

from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("", views.me),
    path("me/", views.me, name="me"),
    path("me/sign-out-everywhere/", views.my_sign_out_everywhere, name="my_sign_out_everywhere"),
    path("me/sessions/<int:pk>/end/", views.session_end, name="session_end"),
    path("email/", views.to_me, name="email"),
    path("people/add/", views.person_add, name="person_add"),
    path("people/<int:pk>/", views.person_detail, name="person_detail"),
    path("people/<int:pk>/name/", views.person_rename, name="person_rename"),
    path("people/<int:pk>/role/", views.person_role, name="person_role"),
    path("people/<int:pk>/rights/", views.person_rights, name="person_rights"),
    path("people/<int:pk>/deactivate/", views.person_deactivate, name="person_deactivate"),
    path("people/<int:pk>/reactivate/", views.person_reactivate, name="person_reactivate"),
    path("people/<int:pk>/sign-out/", views.person_sign_out, name="person_sign_out"),
    path("people/<int:pk>/welcome/", views.person_welcome, name="person_welcome"),
]
