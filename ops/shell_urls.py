"""Addresses of the shell: health, the palette, the component page, the live ticket, reports from browsers."""

from django.urls import path

from ops import trust_views, ui, views
from ops.live.views import ticket

app_name = "ops"
urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("csp-report/", views.csp_report, name="csp_report"),
    path("palette/", views.palette, name="palette"),
    path("health/", views.health, name="health"),
    path("trust/", trust_views.trust_page, name="trust"),
    path("trust/prove/", trust_views.prove, name="trust_prove"),
    path("health/job/", views.job_again, name="job_again"),
    path("health/mail/<int:pk>/", views.mail_again, name="mail_again"),
    path("mail/", views.mail_log, name="mail_log"),
    path("ui/", ui.kitchen, name="ui"),
    path("live/ticket/", ticket, name="live_ticket"),
]
