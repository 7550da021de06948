"""Every address of the product."""

from django.contrib import admin
from django.urls import include, path

from ops import views

admin.site.site_header = admin.site.site_title = "Opsdeck system admin"
admin.site.index_title = "People, roles, stages"
admin.site.enable_nav_sidebar = True

urlpatterns = [
    path("", views.home, name="home"),
    path("", include("ops.shell_urls")),
    path("orders/import/", include("orders.import_urls")),
    path("orders/", include("orders.urls")),
    path("o/", include("orders.public_urls")),
    path("people/", include("accounts.people_urls")),
    path("accounts/", include("accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]

handler403 = "ops.views.forbidden"
handler500 = "ops.views.server_error"
