"""The catalogue to look up on the system admin pages."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest

from catalog.models import Category, Product, SkuAlias
from ops.access.adminpages import LookUpAdmin


@admin.register(Product)
class ProductAdmin(LookUpAdmin):
    list_display = ("name", "sku", "category", "price", "is_active")
    list_filter = ("category", "is_active")
    list_select_related = ("category",)
    search_fields = ("sku__istartswith", "name__icontains")


@admin.register(SkuAlias)
class SkuAliasAdmin(LookUpAdmin):
    list_display = ("alias", "product", "by", "at")
    list_select_related = ("product", "by")
    search_fields = ("alias__istartswith", "product__sku__istartswith")


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin):
    list_display = ("name", "parent")
    list_select_related = ("parent",)
    has_add_permission = LookUpAdmin.has_add_permission
    has_change_permission = LookUpAdmin.has_change_permission
    has_delete_permission = LookUpAdmin.has_delete_permission

    def get_queryset(self, request: HttpRequest) -> QuerySet[Category]:
        """Asked before any row: Django looks for the object first, and who may not read it would get an error page."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        return super().get_queryset(request)
