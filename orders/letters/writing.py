"""Mails to the customer of an order: rendered by the job of letters, from what the order is by then (A11, A49)."""

from ops import events, outbox
from ops.lifecycle import life
from ops.shop import setting, shown
from orders import emails
from orders.letters import queries
from orders.models import Order
from orders.stages import RECEIVED


def write(order_id: int, kind: str) -> bool:
    """Queue the mail that is owed for `kind`, and record it. False when it is no longer true, or has been said."""
    order = Order.objects.select_related("customer").filter(pk=order_id).first()
    if order is None or order.cancelled_at is not None or not queries.goes(order, kind.replace("back:", "stage:")):
        return False
    on, _, key = kind.partition(":")
    if on == "back":
        return _correct(order, key)
    if on == "stage" and not _still(order, key):
        return False
    if on == "stage" and life("order").stage(key).category == "moving":
        told = emails.tell_shipped(order)
    elif on == "stage" and key == RECEIVED:
        told = _queue(order, "order.received", f"we have your order {order.number}", "emails/order_received")
    elif on == "stage" and life("order").stage(key).category == "done":
        told = _queue(order, "order.delivered", f"order {order.number} was delivered", "emails/order_delivered")
    else:
        told = _queue(order, "order.news", f"news of order {order.number}", "emails/order_news", once=kind)
    if told:
        events.record("order.written", order, what=_said(key))
    return told


def _correct(order: Order, stage: str) -> bool:
    """It came back from a stage of which the customer was told, by whatever way: once, that it has not left yet."""
    if _still(order, stage):
        return False
    if said := emails.unsay_move(order, stage):
        events.record(said, order)
    return said == "order.corrected"


def _still(order: Order, key: str) -> bool:
    """It stands there or further on: nobody is told that something left which has come back."""
    stages = {stage.key: stage for stage in life("order").stages}
    return key in stages and stages[order.stage].position >= stages[key].position


def _said(key: str) -> str:
    return next((stage.label.lower() for stage in life("order").stages if stage.key == key), key)


def _queue(order: Order, kind: str, subject: str, template: str, *, once: str = "") -> bool:
    context = {
        "order": order, "customer": order.customer, "link": emails.status_page(order), "shop": shown("shop.name"),
        "stage": life("order").stage(order.stage),
    }  # fmt: skip
    return outbox.queue(
        key=f"{kind}:{order.pk}" + (f":{once}" if once else ""), kind=kind, to=order.customer.email or "",
        subject=f"{shown("shop.name")}: {subject}", template=template, context=context,
        wait=setting("orders.letter_seconds"),
    )  # fmt: skip
