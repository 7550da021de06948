"""Orders to look up on the system admin pages, with every row of their history; they are worked on by their verbs."""

from django.contrib import admin

from ops.access.adminpages import LookUpAdmin
from orders.models import Order, OrderCosting, OrderSale


@admin.register(Order)
class OrderAdmin(LookUpAdmin):
    list_display = ("number", "stage", "summary", "agent", "promise_on", "placed_at")
    list_filter = ("stage", "origin", "rush")
    list_select_related = ("agent",)
    ordering = ("-pk",)
    search_fields = ("number__startswith", "external_id__startswith")


@admin.register(OrderSale)
class OrderSaleAdmin(LookUpAdmin):
    list_display = ("order", "amount", "currency", "rate", "order_amount")
    list_select_related = ("order",)
    ordering = ("-pk",)
    search_fields = ("order__number__startswith",)


@admin.register(OrderCosting)
class OrderCostingAdmin(LookUpAdmin):
    list_display = ("order", "order_amount", "production_cost", "shipping_cost", "marketing_cost", "profit")
    list_select_related = ("order",)
    ordering = ("-pk",)
    search_fields = ("order__number__startswith",)
