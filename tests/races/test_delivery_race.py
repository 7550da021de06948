"""The same order sent twice at the same moment, on two real connections, becomes one order."""

import time

import pytest
from django.db import transaction

from ops.db.actor import acting_as, for_user
from orders.intake import deliveries, keys, signature
from orders.intake.models import Delivery
from orders.models import Order
from tests.races.together import in_step

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 20


def test_each_delivery_that_comes_twice_at_once_is_taken_once(cast):
    with acting_as(for_user(cast.admin)), transaction.atomic():
        key, secret = keys.make_key(by=cast.admin, name="Web shop")

    def sends(same_message: bool):
        def send(number: int) -> deliveries.Answer:
            message = f"msg_{number}" if same_message else f"other_{number}"
            body = (
                f'{{"id":"W-{number}","customer":{{"name":"Sadia","phone":"0300{number:07}"}},'
                f'"lines":[{{"description":"Chair","quantity":1,"unit_price":10}}]}}'
            ).encode()
            at = int(time.time())
            signed = signature.sign(secret, message, at, body)
            return deliveries.take(deliveries.Envelope(key.public, message, str(at), signed), body)

        return send

    first, second, third = in_step(range(TIMES), sends(True), sends(True), sends(False))

    for answers in zip(first, second, third, strict=True):
        assert sorted(answer.status for answer in answers) == [200, 200, 201]
        assert len({answer.body["order"] for answer in answers}) == 1
    with acting_as(for_user(cast.admin)):
        assert Order.objects.count() == TIMES
        assert Delivery.objects.filter(outcome="taken").count() == TIMES
