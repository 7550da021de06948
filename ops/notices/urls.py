from django.urls import path

from ops.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.notice_list, name="notice_list"),
    path("bell/", views.bell, name="bell"),
    path("read/", views.read_all, name="read_all"),
    path("choices/", views.choices, name="choices"),
    path("mute/", views.mute, name="mute"),
    path("watch/<slug:noun>/<int:pk>/", views.watch, name="watch"),
    path("<int:pk>/read/", views.read_one, name="read_one"),
    path("<int:pk>/open/", views.open_one, name="open_one"),
]
