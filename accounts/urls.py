"""Own pages before django-allauth's, so that addresses of things that do not exist here lead somewhere sensible."""

from django.urls import path

from accounts import sso, views

app_name = "accounts"
urlpatterns = [
    path("", views.me),
    path("oidc/sso/login/", sso.begin, name="sso_begin"),
    path("oidc/sso/login/callback/", sso.callback, name="sso_callback"),
    path("me/", views.me, name="me"),
    path("me/sign-out-everywhere/", views.my_sign_out_everywhere, name="my_sign_out_everywhere"),
    path("me/sessions/<int:pk>/end/", views.session_end, name="session_end"),
    path("email/", views.to_me, name="email"),
]
