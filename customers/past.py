"""A customer's past: what the audit calls them, and their row as of any moment."""

from customers.models import Customer
from ops.asof import Part, Past

CUSTOMER = Past(
    noun="customer",
    parts=(Part("customer", Customer, "Customer", of="id"),),
    labels={"keeper_id": "kept by"},
    page="customers:customer_detail",
    numbers=lambda ids: dict(Customer.objects.filter(pk__in=ids).values_list("pk", "name")),
    find=lambda name: Customer.objects.filter(name__iexact=name).values_list("pk", flat=True).first(),
)
