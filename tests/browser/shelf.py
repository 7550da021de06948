"""The factories of tests.make, committed: the served shop sees what they made."""

from datetime import date
from typing import Any

from django.db import transaction

from accounts.models import User
from ops.db.actor import acting_as, for_user
from orders import actions
from orders.models import Order
from tests import make


def order(by: User, **options: Any) -> Order:
    with transaction.atomic():
        return make.order(by, **options)


def order_in(stage: str, by: User, floor: User, **options: Any) -> Order:
    with transaction.atomic():
        return make.order_in(stage, by, floor, **options)


def held(order: Order, by: User, reason: str) -> Order:
    with transaction.atomic(), acting_as(for_user(by)):
        return actions.hold_order(order, by=by, reason=reason)


def day(text: str) -> date:
    return date.fromisoformat(text)
