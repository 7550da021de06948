"""Signed links: the token is kept nowhere, opens its one order for its time, acts as often as it may, can be ended."""

import os
from datetime import timedelta
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from ops import links
from ops.db.actor import acting_as, for_link
from ops.errors import Refused
from orders.models import Order
from tests import make
from tests.races.together import in_step

DAY = timedelta(days=1)
KIND = "order_status"


def seen_with(token: str) -> list[int]:
    with acting_as(for_link(token)):
        return list(Order.objects.values_list("pk", flat=True))


def use(token: str) -> int:
    with acting_as(for_link(token)), transaction.atomic():
        return links.use_link(KIND)


def state_of(token: str) -> str:
    with acting_as(for_link(token)):
        return links.state(KIND)


def past_every_rule(sql: str) -> None:
    address = urlsplit(os.environ["OPS_SUPER_DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    with psycopg.connect(urlunsplit(address), autocommit=True) as superuser:
        superuser.execute(sql)


def test_a_token_opens_its_order_and_no_other(cast, as_person):
    order, _other = make.order(cast.agent), make.order(cast.agent)
    with as_person(cast.agent):
        first, second = (links.issue(KIND, order.pk, valid_for=DAY) for _ in range(2))

    assert first != second
    assert seen_with(first) == seen_with(second) == [order.pk]
    assert seen_with(first + "x") == seen_with("") == []


def test_a_token_of_another_kind_opens_nothing(cast, as_person):
    order = make.order(cast.agent)
    with as_person(cast.agent), pytest.raises(DatabaseError), transaction.atomic():
        links.issue("something_else", order.pk, valid_for=DAY)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("over", "state", "sentence"),
    [
        ("created_at = now() - interval '3 days', expires_at = now() - interval '1 second'", "ended", "has ended"),
        ("revoked_at = now()", "ended", "has ended"),
        ("uses_left = 0", "used", "was already used"),
    ],
)
def test_a_link_that_is_over_opens_nothing_and_says_why(cast, as_person, over, state, sentence):
    with as_person(cast.agent), transaction.atomic():
        order = make.order(cast.agent)
        token = links.issue(KIND, order.pk, valid_for=2 * DAY)
    assert (seen_with(token), state_of(token)) == ([order.pk], "open")

    past_every_rule(f"update ops_signedlink set {over}")

    assert (seen_with(token), state_of(token)) == ([], state)
    with pytest.raises(Refused, match=f"^This link {sentence}.$"):
        use(token)


def test_nobody_makes_a_link_to_what_is_not_theirs_or_reads_the_tokens(cast, as_person):
    order = make.order(cast.agent)

    for person in (cast.other_agent, cast.production, cast.accountant):
        with as_person(person), pytest.raises(DatabaseError), transaction.atomic():
            links.issue(KIND, order.pk, valid_for=DAY)
    with as_person(cast.admin), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select token_sha256 from ops_signedlink")


def test_a_link_acts_as_often_as_it_may(cast, as_person):
    order = make.order(cast.agent)
    with as_person(cast.agent):
        once, twice, always = (links.issue(KIND, order.pk, valid_for=DAY, uses=uses) for uses in (1, 2, None))

    assert [use(once), use(twice), use(twice), *(use(always) for _ in range(3))] == [order.pk] * 6
    for token in (once, twice):
        with pytest.raises(Refused, match=r"^This link was already used\.$"):
            use(token)
    assert [state_of(token) for token in (once, twice, always)] == ["used", "used", "open"]


@pytest.mark.django_db(transaction=True)
def test_a_used_link_opens_its_row_for_the_rest_of_the_transaction_and_then_no_more(cast, as_person):
    with as_person(cast.agent), transaction.atomic():
        order = make.order(cast.agent)
        token = links.issue(KIND, order.pk, valid_for=DAY, uses=1)

    with acting_as(for_link(token)), transaction.atomic():
        with transaction.atomic():
            assert links.use_link(KIND) == order.pk
        assert Order.objects.get().pk == order.pk

    assert seen_with(token) == []


@pytest.mark.django_db(transaction=True)
def test_a_link_whose_verb_was_refused_is_unused_again(cast, as_person):
    with as_person(cast.agent), transaction.atomic():
        order = make.order(cast.agent)
        token = links.issue(KIND, order.pk, valid_for=DAY, uses=1)

    with pytest.raises(Refused, match="out of stock"), acting_as(for_link(token)), transaction.atomic():
        links.use_link(KIND)
        raise Refused("The walnut is out of stock.")

    assert (state_of(token), use(token)) == ("open", order.pk)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_use_a_link_at_once_exactly_one_wins(cast, as_person):
    with as_person(cast.agent), transaction.atomic():
        order = make.order(cast.agent)
        tokens = [links.issue(KIND, order.pk, valid_for=DAY, uses=1) for _ in range(20)]

    for pair in zip(*in_step(tokens, use, use), strict=True):
        assert {str(result) for result in pair} == {str(order.pk), "This link was already used."}


def test_a_token_that_nobody_made_is_not_valid(db):
    assert state_of("made-up") == state_of("") == "unknown"
    with pytest.raises(Refused, match=r"^This link is not valid\.$"):
        use("made-up")


def test_a_person_cannot_use_a_link_even_with_its_token(cast, as_person):
    order = make.order(cast.agent)
    with as_person(cast.agent) as actor:
        token = links.issue(KIND, order.pk, valid_for=DAY, uses=1)
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select set_config('ops.link', %s, true), ops.use_link(%s)", [token, KIND])
        assert actor.link == ""

    assert use(token) == order.pk


def test_revoking_ends_every_link_to_the_row_and_no_other_and_later_ones_work(cast, as_person):
    order, other = make.order(cast.agent), make.order(cast.agent)
    with as_person(cast.agent):
        first, second = (links.issue(KIND, order.pk, valid_for=DAY, uses=uses) for uses in (None, 1))
        elsewhere = links.issue(KIND, other.pk, valid_for=DAY)

        links.revoke(KIND, order.pk)
        later = links.issue(KIND, order.pk, valid_for=DAY)

    assert [state_of(token) for token in (first, second, elsewhere, later)] == ["ended", "ended", "open", "open"]
    assert (seen_with(first), seen_with(elsewhere), seen_with(later)) == ([], [other.pk], [order.pk])


def test_nobody_revokes_links_to_what_is_not_theirs(cast, as_person):
    order = make.order(cast.agent)
    with as_person(cast.agent):
        token = links.issue(KIND, order.pk, valid_for=DAY)

    for person in (cast.other_agent, cast.production, cast.accountant):
        with as_person(person), pytest.raises(DatabaseError), transaction.atomic():
            links.revoke(KIND, order.pk)
    with acting_as(for_link(token)), pytest.raises(DatabaseError), transaction.atomic():
        links.revoke(KIND, order.pk)

    assert seen_with(token) == [order.pk]
