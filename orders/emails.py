"""Mails about orders. Rendered when queued, from what the reader may know."""

from datetime import timedelta
from hashlib import sha256

from django.conf import settings
from django.urls import reverse

from ops import outbox
from ops.lifecycle import life
from ops.links import issue
from ops.shop import setting, shown
from orders.letters.queries import WENT, WITHDRAWN, corrections, goes, told_shipped, withdraw
from orders.models import Order, Shipment
from orders.stages import SHIPPED

_LEFT = frozenset({"moving", "done"})


def tell_shipped(order: Order, parcel: Shipment | None = None, *, part: bool = False) -> bool:
    """Once per tracking number and what is in the parcel, to a customer who is to be written to, with links that show
    where it is; once more when they were told meanwhile that it had not left. It waits as long as the move may be taken
    back unheard. True when this is what tells them.
    """
    customer = order.customer
    if not goes(order, f"stage:{SHIPPED}"):
        return False
    withdraw(order, "order.not_shipped")  # it leaves again before they heard that it had not
    tracking = parcel.tracking_number if parcel else order.tracking_number
    others = Shipment.objects.filter(order=order, taken_back_at=None)
    split = part or (parcel is not None and others.exclude(pk=parcel.pk).exists())
    link = status_page(order)
    return outbox.queue(
        key=_part_key(parcel) if part and parcel else f"order.shipped:{order.pk}:{tracking}{_round(order)}",
        kind="order.part_shipped" if part else "order.shipped",
        to=customer.email or "",
        subject=f"{shown("shop.name")}: {'a part of ' if part else ''}order {order.number} is on its way",
        template="emails/order_shipped",
        context={
            "order": order, "customer": customer, "link": link, "shop": shown("shop.name"), "tracking": tracking,
            "carrier": parcel.carrier_name if parcel else order.carrier, "part": part,
            "follow": parcel.carrier.link(tracking) if parcel and parcel.carrier else "",
            "contents": parcel.lines.select_related("line").order_by("line__position") if parcel and split else (),
        },
        wait=setting("orders.letter_seconds"),
    )  # fmt: skip


def _round(order: Order) -> str:
    """What is said before a correction went and what is said after it are two things, whatever the number."""
    count = corrections(order)
    return f":{count}" if count else ""


def _part_key(parcel: Shipment) -> str:
    """The same pieces under the same number are the same word to the customer, however often they are packed."""
    pieces = parcel.lines.order_by("line_id").values_list("line_id", "quantity")
    packed = ",".join(f"{line}x{quantity.normalize():f}" for line, quantity in pieces)
    return f"order.part_shipped:{parcel.order_id}:{parcel.tracking_number}:{sha256(packed.encode()).hexdigest()[:16]}"


def unsay_move(order: Order, left: str) -> str:
    """It came back from the stage `left`: what waits to say that it got there does not go; that it is on its way is
    corrected when it was said. Returns the event that tells of it, or nothing.
    """
    here = life("order")
    category = here.stage(left).category
    if category == "done":
        return "order.withdrawn" if withdraw(order, "order.delivered") == WITHDRAWN else ""
    if category != "moving":
        key = f"order.news:{order.pk}:stage:{left}"
        return "order.withdrawn" if withdraw(order, "order.news", key) == WITHDRAWN else ""
    if here.stage(order.stage).category in _LEFT:
        return ""
    if withdraw(order, "order.shipped") == WITHDRAWN:
        return "order.withdrawn"
    told = told_shipped(order)
    return "order.corrected" if told and tell_not_shipped(order, told) else ""


def unsay_order(order: Order) -> None:
    """It is cancelled: that it was received, or how it stands, is no news any more."""
    for kind in ("order.received", "order.news"):
        withdraw(order, kind)


def unsay_part(order: Order, parcel: Shipment) -> str:
    """The same for one parcel that did not leave after all."""
    said = withdraw(order, "order.part_shipped", _part_key(parcel))
    if said == WENT:
        return "order.corrected" if tell_not_shipped(order, parcel.tracking_number) else ""
    return "order.withdrawn" if said == WITHDRAWN else ""


def tell_not_shipped(order: Order, tracking: str) -> bool:
    """The correction after `tell_shipped` with this number, once a round: the order has not left yet. True when new."""
    customer = order.customer
    if not goes(order, f"stage:{SHIPPED}"):
        return False
    return outbox.queue(
        key=f"order.not_shipped:{order.pk}:{tracking}{_round(order)}",
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
        wait=setting("orders.letter_seconds"),
    )


def follow_number(order: Order, parcel: Shipment | None) -> None:
    """Its number was mended: a mail that waits to name the old one names the new one instead."""
    if order.stage == SHIPPED and withdraw(order, "order.shipped") == WITHDRAWN:
        tell_shipped(order, parcel)


def status_page(order: Order) -> str:
    """The address behind a new link, for a mail; empty while the shop has no address of its own."""
    return f"{settings.ORIGIN}{reverse('order_status', args=[status_link(order)])}" if settings.ORIGIN else ""


def status_link(order: Order) -> str:
    """A random token that shows this one order to whoever holds it."""
    return issue("order_status", order.pk, valid_for=timedelta(days=setting("orders.link_days")))
