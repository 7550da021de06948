"""Customers to look up on the system admin pages; they are edited where orders are."""

from django.contrib import admin

from customers.models import Customer
from ops.access.adminpages import LookUpAdmin


@admin.register(Customer)
class CustomerAdmin(LookUpAdmin):
    list_display = ("name", "phone", "email", "city", "keeper", "created_at")
    list_select_related = ("keeper",)
    search_fields = ("phone__startswith", "email__istartswith", "name__icontains")
