"""Mails about orders. Rendered when queued, from what the reader may know."""

from django.conf import settings
from django.urls import reverse

from ops import outbox
from ops.links import make_link
from orders.models import Order

_LINK_DAYS = 90


def tell_shipped(order: Order) -> None:
    """Once per order, to a customer whose e-mail is known: what was sent, and a link that shows where it is."""
    customer = order.customer
    if not customer.email:
        return
    link = f"{settings.ORIGIN}{reverse('order_status', args=[status_link(order)])}" if settings.ORIGIN else ""
    outbox.queue(
        key=f"order.shipped:{order.pk}:{order.tracking_number}",
        kind="order.shipped",
        to=customer.email,
        subject=f"{settings.SHOP_NAME}: order {order.number} is on its way",
        template="emails/order_shipped",
        context={"order": order, "customer": customer, "link": link, "shop": settings.SHOP_NAME},
    )


def status_link(order: Order) -> str:
    """A random token that shows this one order to whoever holds it."""
    return make_link("order_status", order.pk, days=_LINK_DAYS)
