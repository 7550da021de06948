from django.urls import path

from orders.letters import views

app_name = "letters"
urlpatterns = [
    path("<int:pk>/told/", views.told, name="told"),
    path("<int:pk>/mails/", views.mails, name="mails"),
    path("<int:pk>/again/", views.again, name="again"),
    path("<int:pk>/silence/", views.silence, name="silence"),
]
