"""The factories of tests.make, committed: the served shop sees what they made."""

from typing import Any

from django.db import transaction

from accounts.models import User
from orders.models import Order
from tests import make


def order(by: User, **options: Any) -> Order:
    with transaction.atomic():
        return make.order(by, **options)


def order_in(stage: str, by: User, floor: User, **options: Any) -> Order:
    with transaction.atomic():
        return make.order_in(stage, by, floor, **options)
