"""An order as of any moment: what was there, who may look, what differs between two moments."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ops import asof, clock
from ops.access.scopes import scopes_of
from ops.db.actor import acting_as, for_user
from orders import actions, editing
from orders.models import Order, OrderCosting, OrderLine, OrderLinePrice, OrderSale
from tests import make

_MODELS = {"order": Order, "lines": OrderLine, "prices": OrderLinePrice, "sale": OrderSale, "costing": OrderCosting}
_WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\x00", exclude_categories=["Cs"]), max_size=30)
_DAYS = st.one_of(st.none(), st.dates(make.day("2025-01-01"), make.day("2027-12-31")))
_EDITS = st.lists(
    st.one_of(
        st.tuples(st.just("channel"), _WORDS),
        st.tuples(st.just("production_note"), _WORDS),
        st.tuples(st.just("rush"), st.booleans()),
        st.tuples(
            st.just("promise_on"), st.one_of(st.none(), st.dates(make.day("2025-01-01"), make.day("2027-12-31")))
        ),
        st.tuples(st.just("production_cost"), st.decimals(0, 99999, places=4, allow_nan=False, allow_infinity=False)),
        st.tuples(st.just("quantity"), st.decimals("0.001", 999, places=3, allow_nan=False, allow_infinity=False)),
        st.tuples(st.just("line"), st.sampled_from(["Stool", "Bench", "Lamp"])),
        st.tuples(st.just("no line"), st.just(None)),
        st.tuples(st.just("hold"), st.booleans()),
    ),
    max_size=8,
)


def _values(row) -> dict:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def _stored(order) -> dict:
    """Everything of the order as its tables hold it."""
    lines = OrderLine.objects.filter(order=order)
    found = {
        "order": Order.objects.filter(pk=order.pk), "lines": lines, "sale": OrderSale.objects.filter(pk=order.pk),
        "prices": OrderLinePrice.objects.filter(line__in=lines), "costing": OrderCosting.objects.filter(pk=order.pk),
    }  # fmt: skip
    return {key: [_values(row) for row in rows.order_by("pk")] for key, rows in found.items()}


def _rebuilt(order, at, user) -> dict:
    snapshot = asof.as_of("order", order.pk, at, scopes_of(user))
    return {key: [_values(row) for row in sorted(snapshot.all(key), key=lambda r: r.pk)] for key in _MODELS}


def _apply(order, user, what, value) -> None:
    if what == "production_cost":
        editing.set_costs(order, by=user, values={what: value}, was={})
    elif what == "quantity":
        OrderLine.objects.filter(order=order, position=1).update(quantity=value)
    elif what == "line":
        top = OrderLine.objects.filter(order=order).order_by("-position").values_list("position", flat=True).first()
        OrderLine.objects.create(order=order, position=(top or 0) + 1, description=value, quantity=1)
    elif what == "no line":
        OrderLine.objects.filter(order=order, position__gt=1).delete()
    elif what == "hold":
        order.refresh_from_db()
        actions.hold_order(order, by=user, reason="waits") if value else actions.release_order(order, by=user)
    else:
        editing.edit_order(order, by=user, values={what: value}, was={})


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(edits=_EDITS)
def test_as_of_a_moment_is_the_snapshot_that_was_taken_then(cast, edits):
    order = make.order(cast.agent)
    taken = []
    for number, (what, value) in enumerate([("rush", False), *edits]):
        with acting_as(for_user(cast.manager, request=f"edit-{order.pk}-{number}")):
            _apply(order, cast.manager, what, value)
            with connection.cursor() as cursor:
                cursor.execute("select clock_timestamp()")
                (at,) = cursor.fetchone()
            taken.append((at, _stored(order)))

    with acting_as(for_user(cast.manager, request="look")):
        for at, snapshot in taken:
            assert _rebuilt(order, at, cast.manager) == snapshot


def test_before_it_was_received_there_was_nothing(cast, as_person):
    order = make.order(cast.agent)

    with as_person(cast.manager):
        snapshot = asof.as_of("order", order.pk, clock.now() - timedelta(days=1), scopes_of(cast.manager))

    assert (snapshot.one("order"), list(snapshot.all("lines"))) == (None, [])


def edited(cast, as_person):
    """An order whose channel was Phone, then Shop, and whose costs were set in between."""
    order = make.order(cast.agent)
    for user, verb, values in (
        (cast.agent, editing.edit_order, {"channel": "Phone"}),
        (cast.finance, editing.set_costs, {"production_cost": Decimal(1000)}),
        (cast.agent, editing.edit_order, {"channel": "Shop", "rush": True}),
    ):
        with acting_as(for_user(user, request=f"{verb.__name__} {values}")):
            verb(order, by=user, values=values, was={})
    return order


def test_each_transaction_is_a_moment_with_who_and_what(cast, as_person):
    order = edited(cast, as_person)

    with as_person(cast.manager):
        told = asof.moments("order", order.pk, scopes_of(cast.manager))

    assert [entry.text for entry in told] == [
        "received the order", "changed channel", "set its costs", "changed channel, rush",
    ]  # fmt: skip


def test_the_page_shows_the_order_as_it_was_and_what_the_moment_changed(cast, as_person, client_of):
    order = edited(cast, as_person)
    client = client_of(cast.manager)

    second = client.get(f"/orders/{order.pk}/past/?tick=1").content.decode()
    last = client.get(f"/orders/{order.pk}/past/").content.decode()

    assert "2 of 4" in second
    assert "<del>—</del> → <ins>Phone</ins>" in second
    assert "no costs yet" in second
    assert "4 of 4" in last
    assert "<del>Phone</del> → <ins>Shop</ins>" in last
    assert "Rs\N{NO-BREAK SPACE}1,501.00" in last


def test_two_moments_are_compared_field_by_field_whichever_comes_first(cast, as_person, client_of):
    order = edited(cast, as_person)
    with as_person(cast.manager):
        first, *_, last = asof.moments("order", order.pk, scopes_of(cast.manager))
    a, b = (entry.at.isoformat().replace("+", "%2B") for entry in (first, last))

    there = client_of(cast.manager).get(f"/orders/{order.pk}/past/?at={a}&and={b}").content.decode()
    back = client_of(cast.manager).get(f"/orders/{order.pk}/past/?at={b}&and={a}").content.decode()

    for html in (there, back):
        assert "What is different" in html
        assert "<del>—</del> → <ins>Shop</ins>" in html
        assert "<del>Rs\N{NO-BREAK SPACE}0.00</del> → <ins>Rs\N{NO-BREAK SPACE}1,000.00</ins>" in html


@pytest.mark.parametrize(
    "asked", ["at=yesterday", "at=9999-99-99T99:99", "tick=999999", "tick=-1", "and=x", "at=1999-01-01T00:00"]
)
def test_any_moment_that_is_asked_for_gets_a_page(cast, client_of, asked):
    order = make.order(cast.agent)

    assert client_of(cast.agent).get(f"/orders/{order.pk}/past/?{asked}").status_code == 200


def test_production_sees_no_money_and_no_customer_in_the_past_either(cast, client_of):
    order = make.order_in("in_production", cast.agent, cast.production)

    html = client_of(cast.production).get(f"/orders/{order.pk}/past/?tick=0").content.decode()

    assert "Walnut chair" in html
    for secret in ("Ayesha Siddiqui", "2,501", "1,250", "Profit", "Amount", "Price"):
        assert secret not in html


def test_an_agent_sees_amounts_and_no_costs_in_the_past(cast, as_person, client_of):
    order = edited(cast, as_person)

    pages = [client_of(cast.agent).get(f"/orders/{order.pk}/past/?tick={tick}").content.decode() for tick in range(4)]

    for html in pages:
        assert "2,501.00" in html
        assert "1,000" not in html and "Profit" not in html and "profit" not in html


def test_a_colleagues_past_is_not_there_and_a_former_owners_is_gone_after_the_handover(cast, as_person, client_of):
    order = make.order(cast.agent)
    assert client_of(cast.other_agent).get(f"/orders/{order.pk}/past/").status_code == 404

    with as_person(cast.manager):
        actions.assign_agent(order, by=cast.manager, agent=cast.other_agent)

    assert client_of(cast.agent).get(f"/orders/{order.pk}/past/").status_code == 404
    assert client_of(cast.other_agent).get(f"/orders/{order.pk}/past/?tick=0").status_code == 200


def test_the_rebuilding_itself_yields_nothing_to_a_stranger(cast, as_person):
    order = edited(cast, as_person)

    with as_person(cast.other_agent):
        held = scopes_of(cast.other_agent)
        assert asof.moments("order", order.pk, held) == []
        assert not any(asof.as_of("order", order.pk, clock.now(), held).rows.values())


def test_a_line_that_was_taken_away_is_still_seen_where_it_was(cast, as_person):
    order = make.order(cast.agent, lines=[make.CHAIR, make.TABLE])
    with as_person(cast.agent), connection.cursor() as cursor:
        cursor.execute("delete from orders_orderlineprice p using orders_orderline l where l.id = p.line_id"
                       " and l.order_id = %s and l.position = 2", [order.pk])  # fmt: skip
        cursor.execute("delete from orders_orderline where order_id = %s and position = 2", [order.pk])

        held = scopes_of(cast.agent)
        first, last = asof.moments("order", order.pk, held)
        then, now = (asof.as_of("order", order.pk, entry.at, held) for entry in (first, last))

    assert [len(then.all("lines")), len(then.all("prices"))] == [2, 2]
    assert [len(now.all("lines")), len(now.all("prices"))] == [1, 1]
    gone = asof.difference("order", then, now, {})
    assert [(one.part, one.kind) for one in gone] == [("Line", "gone"), ("Price", "gone")]


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00%2B14:00"])
@pytest.mark.django_db
def test_a_moment_at_the_edge_of_time_is_no_moment(cast, client_of, at):
    order = make.order(cast.agent)

    assert client_of(cast.agent).get(f"/orders/{order.pk}/past/?at={at}&and={at}").status_code == 200
