"""Every address of the product."""

from django.contrib import admin
from django.urls import include, path

from ops import views

admin.site.site_header = admin.site.site_title = "Opsdeck system admin"
admin.site.index_title = "People, roles, stages"
admin.site.enable_nav_sidebar = True

# What signing in keeps is the door's, and groups are nobody's: here they would only fail (ruling 5).
_NOT_HERE = {
    "auth.Group", "account.EmailAddress", "account.EmailConfirmation", "mfa.Authenticator", "usersessions.UserSession",
    "socialaccount.SocialAccount", "socialaccount.SocialApp", "socialaccount.SocialToken",
}  # fmt: skip
for model in [model for model in admin.site._registry if model._meta.label in _NOT_HERE]:
    admin.site.unregister(model)

urlpatterns = [
    path("", views.home, name="home"),
    path("", include("ops.shell_urls")),
    path("audit/", include("ops.audit.urls")),
    path("work/", include("ops.progress.urls")),
    path("rules/", include("ops.shop.urls")),
    path("rates/", include("ops.rates.urls")),
    path("lists/", include("ops.digests.urls")),
    path("m/", include("ops.digests.public_urls")),
    path("views/", include("ops.standing.urls")),
    path("exports/", include("ops.exports.urls")),
    path("v/", include("ops.standing.public_urls")),
    path("", include("orders.intake.urls")),
    path("notices/", include("ops.notices.urls")),
    path("notices/rules/", include("ops.notices.rule_urls")),
    path("letters/", include("orders.letters.urls")),
    path("", include("analytics.urls")),
    path("report/products/", include("analytics.selling_urls")),
    path("import/", include("ops.imports.urls")),
    path("orders/import/", views.moved_loads),
    path("orders/import/<path:address>", views.moved_loads),
    path("orders/", include("orders.urls")),
    path("quotes/", include("orders.quotes.urls")),
    path("q/", include("orders.quotes.public_urls")),
    path("customers/", include("customers.urls")),
    path("products/", include("catalog.urls")),
    path("stock/", include("inventory.urls")),
    path("o/", include("orders.public_urls")),
    path("roles/", include("accounts.roles_urls")),
    path("files/", include("ops.files.urls")),
    path("threads/", include("ops.threads.urls")),
    path("welcome/", include("accounts.welcome_urls")),
    path("people/", include("accounts.people_urls")),
    path("accounts/", include("accounts.urls")),
    # Connecting accounts by hand, and signing up: single sign-on has its two pages above, and no others.
    path("accounts/3rdparty/", views.nothing_here, {"address": ""}),
    path("accounts/3rdparty/<path:address>", views.nothing_here),
    path("accounts/social/<path:address>", views.nothing_here),
    path("accounts/", include("allauth.urls")),
    path("admin/r/<path:address>", views.nothing_here),  # Django's shortcut asks for rows that the reader may not have
    path("admin/", admin.site.urls),
]

handler403 = "ops.views.forbidden"
handler500 = "ops.views.server_error"
