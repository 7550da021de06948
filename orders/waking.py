"""Held orders whose day to look again has come go on that morning, and their agent is told (A65)."""

from datetime import date

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.models import User
from ops import events, outbox
from ops.db.actor import acting_as, current_actor, for_user
from ops.shop import shown
from orders.models import Order


def wake_held(day: date) -> int:
    """Release what waited until `day` or a day before, each once. Returns how many."""
    due = Order.objects.filter(held_at__isnull=False, hold_until__lte=day, cancelled_at=None)
    return sum(_wake(pk, day) for pk in list(due.order_by("pk").values_list("pk", flat=True)))


@transaction.atomic
def _wake(pk: int, day: date) -> bool:
    """The release, its event and the mail together. Read under the lock: somebody may just have moved the day on."""
    order = Order.objects.locked(pk)
    if order.held_at is None or order.hold_until is None or order.hold_until > day:
        return False
    if not outbox.run_once("orders.woken", order.hold_until, str(pk)):
        return False
    reason = order.hold_reason

    order.held_at, order.hold_reason, order.hold_until = None, "", None
    order.save(update_fields=["held_at", "hold_reason", "hold_until"])

    events.record("order.woken", order, reason=reason)
    _tell(order, reason, day)
    return True


def _tell(order: Order, reason: str, day: date) -> None:
    agent = User.objects.active().filter(pk=order.agent_id).first()
    if agent is None:
        return
    actor = current_actor.get()
    with acting_as(for_user(agent, request=actor.request if actor else "", source="cron")):
        path = reverse("orders:order_detail", args=[order.pk])
        outbox.queue(
            key=f"order.woken:{order.pk}:{day}",
            kind="order.woken",
            to=agent.email,
            subject=f"{order.number} goes on: look at it today",
            template="emails/order_woken",
            context={
                "person": agent, "order": order, "reason": reason, "shop": shown("shop.name"),
                "link": f"{settings.ORIGIN}{path}" if settings.ORIGIN else "",
            },
        )  # fmt: skip
