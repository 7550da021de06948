"""Mails about orders. Rendered when queued, from what the reader may know."""

from datetime import timedelta

from django.conf import settings
from django.urls import reverse

from ops import outbox
from ops.links import issue
from ops.shop import setting, shown
from orders.letters.queries import goes
from orders.models import Order, Shipment
from orders.stages import SHIPPED


def tell_shipped(order: Order, parcel: Shipment | None = None, *, part: bool = False) -> bool:
    """Once per parcel and tracking number, to a customer who is to be written to, with links that show where it is.

    True when this is what tells them.
    """
    customer = order.customer
    if not goes(order, f"stage:{SHIPPED}"):
        return False
    tracking = parcel.tracking_number if parcel else order.tracking_number
    others = Shipment.objects.filter(order=order, taken_back_at=None)
    split = part or (parcel is not None and others.exclude(pk=parcel.pk).exists())
    link = f"{settings.ORIGIN}{reverse('order_status', args=[status_link(order)])}" if settings.ORIGIN else ""
    return outbox.queue(
        key=f"order.shipped:{order.pk}:{tracking}" + (f":{parcel.position}" if parcel and split else ""),
        kind="order.shipped",
        to=customer.email or "",
        subject=f"{shown("shop.name")}: {'a part of ' if part else ''}order {order.number} is on its way",
        template="emails/order_shipped",
        context={
            "order": order, "customer": customer, "link": link, "shop": shown("shop.name"), "tracking": tracking,
            "carrier": parcel.carrier_name if parcel else order.carrier, "part": part,
            "follow": parcel.carrier.link(tracking) if parcel and parcel.carrier else "",
            "contents": parcel.lines.select_related("line").order_by("line__position") if parcel and split else (),
        },
    )  # fmt: skip


def tell_not_shipped(order: Order, tracking: str) -> bool:
    """The correction after `tell_shipped` with this number, once: the order has not left yet. True when it is new."""
    customer = order.customer
    if not goes(order, f"stage:{SHIPPED}"):
        return False
    return outbox.queue(
        key=f"order.not_shipped:{order.pk}:{tracking}",
        kind="order.not_shipped",
        to=customer.email or "",
        subject=f"{shown('shop.name')}: order {order.number} is not on its way yet",
        template="emails/order_not_shipped",
        context={
            "order": order,
            "customer": customer,
            "tracking": tracking,
            "linked": settings.ORIGIN,
            "shop": shown("shop.name"),
        },
    )


def status_link(order: Order) -> str:
    """A random token that shows this one order to whoever holds it."""
    return issue("order_status", order.pk, valid_for=timedelta(days=setting("orders.link_days")))
