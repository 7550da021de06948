"""Signed links: the token is kept nowhere, opens its one order for its time, and is made by who works on the order."""

import os
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from ops.db.actor import acting_as, for_link
from ops.links import make_link
from orders.models import Order
from tests import make


def seen_with(token: str) -> list[int]:
    with acting_as(for_link(token)):
        return list(Order.objects.values_list("pk", flat=True))


def test_a_token_opens_its_order_and_no_other(cast, as_person):
    order, _other = make.order(cast.agent), make.order(cast.agent)
    with as_person(cast.agent):
        first, second = (make_link("order_status", order.pk, days=1) for _ in range(2))

    assert first != second
    assert seen_with(first) == seen_with(second) == [order.pk]
    assert seen_with(first + "x") == seen_with("") == []


def test_a_token_of_another_kind_opens_nothing(cast, as_person):
    order = make.order(cast.agent)
    with as_person(cast.agent), pytest.raises(DatabaseError), transaction.atomic():
        make_link("something_else", order.pk, days=1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "over",
    [
        "created_at = now() - interval '3 days', expires_at = now() - interval '1 second'",
        "revoked_at = now()",
        "uses_left = 0",
    ],
)
def test_a_link_that_is_over_opens_nothing(cast, as_person, over):
    with as_person(cast.agent), transaction.atomic():
        order = make.order(cast.agent)
        token = make_link("order_status", order.pk, days=2)
    assert seen_with(token) == [order.pk]

    address = urlsplit(os.environ["OPS_SUPER_DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    with psycopg.connect(urlunsplit(address), autocommit=True) as past_every_rule:
        past_every_rule.execute(f"update ops_signedlink set {over}")

    assert seen_with(token) == []


def test_nobody_makes_a_link_to_what_is_not_theirs_or_reads_the_tokens(cast, as_person):
    order = make.order(cast.agent)

    for person in (cast.other_agent, cast.production, cast.accountant):
        with as_person(person), pytest.raises(DatabaseError), transaction.atomic():
            make_link("order_status", order.pk, days=1)
    with as_person(cast.admin), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select token_sha256 from ops_signedlink")
