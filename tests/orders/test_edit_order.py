"""Editing an order: only one's own fields, only what changed, and a clash is shown before anything is lost."""

from decimal import Decimal

import pytest

from accounts import actions as people
from ops.errors import Conflict, Refused
from ops.models import Event
from orders import editing
from orders.models import Order, OrderCosting
from tests import make


def as_it_is(order: Order) -> dict[str, object]:
    return Order.objects.values().get(pk=order.pk)


def edits_of(order: Order) -> list[str]:
    return list(Event.objects.filter(noun="order", subject_id=order.pk).order_by("pk").values_list("kind", flat=True))[
        1:
    ]


def test_each_role_has_its_fields(cast):
    assert editing.editable_by(cast.manager) == editing.editable_by(cast.agent) == editing.DETAILS
    assert editing.editable_by(cast.production) == {"production_note"}
    assert editing.editable_by(cast.accountant) == frozenset()


def test_the_floor_writes_its_note_and_nothing_else(cast, as_person):
    order = make.order_in("in_production", cast.agent, cast.production)

    with as_person(cast.production):
        edited = editing.edit_order(order, by=cast.production, values={"production_note": "two coats"}, was={})
        before = as_it_is(order)
        with pytest.raises(Refused, match="Your role may not change channel, promised for"):
            editing.edit_order(order, by=cast.production, values={"promise_on": None, "channel": "x"}, was={})

        assert edited.production_note == "two coats"
        assert as_it_is(order) == before


def test_saving_what_is_there_already_writes_nothing(cast, as_person):
    order = make.order(cast.agent)

    with as_person(cast.agent):
        before = as_it_is(order)
        editing.edit_order(order, by=cast.agent, values={"channel": "", "rush": False}, was={})

        assert as_it_is(order) == before
        assert edits_of(order) == []


def test_a_colleagues_order_is_not_edited(cast, as_person):
    order = make.order(cast.agent)

    with as_person(cast.other_agent), pytest.raises(Refused, match="is not yours to change any more"):
        editing.edit_order(order, by=cast.other_agent, values={"channel": "Shop"}, was={})
    with as_person(cast.agent):
        assert as_it_is(order)["channel"] == ""


def test_costs_are_money_and_not_below_zero(cast, as_person):
    order = make.order(cast.agent)

    with as_person(cast.finance):
        for values, sentence in (
            ({"production_cost": Decimal(-1)}, "Costs are zero or more."),
            ({"profit": Decimal(10)}, "profit is not a cost."),
        ):
            with pytest.raises(Refused) as caught:
                editing.set_costs(order, by=cast.finance, values=values, was={})
            assert caught.value.sentence == sentence
        assert OrderCosting.objects.get(pk=order.pk).profit == 2501

        editing.set_costs(order, by=cast.finance, values={"shipping_cost": Decimal("0.01")}, was={})
        editing.set_costs(order, by=cast.finance, values={"shipping_cost": Decimal("0.010")}, was={})

        assert OrderCosting.objects.get(pk=order.pk).profit == Decimal("2500.99")
        assert edits_of(order) == ["order.costed"]


def test_two_at_the_costs_clash_and_the_first_stays(cast, as_person):
    order = make.order(cast.agent)

    with as_person(cast.finance):
        editing.set_costs(
            order, by=cast.finance, values={"production_cost": Decimal(100)}, was={"production_cost": "0"}
        )
        with pytest.raises(Conflict) as caught:
            editing.set_costs(
                order, by=cast.finance, values={"production_cost": Decimal(90)}, was={"production_cost": "0"}
            )

        (clash,) = caught.value.fields
        assert (clash.label, clash.was, clash.theirs, clash.mine) == ("Production cost", "0", "100", "90")
        assert OrderCosting.objects.get(pk=order.pk).production_cost == 100


# --- on the page ------------------------------------------------------------------------------------------------


def test_a_field_that_cannot_be_read_is_said_in_place_and_stays_as_typed(cast, client_of, as_person):
    order = make.order(cast.agent)

    answer = client_of(cast.agent).post(f"/orders/{order.pk}/edit/", {"promise_on": "soon", "channel": "Phone"})

    assert answer.status_code == 422
    assert 'value="soon"' in answer.content.decode()
    with as_person(cast.agent):
        assert as_it_is(order)["channel"] == ""


def test_a_clash_about_a_person_shows_names_and_theirs_may_stay(cast, client_of, as_person):
    order = make.order_in("in_production", cast.agent, cast.production)
    client, url = client_of(cast.manager), f"/orders/{order.pk}/edit/"
    shown = {"assignee": "", "was_assignee": "", "channel": "Phone", "was_channel": ""}

    clash = client.post(url, {**shown, "assignee": "", "was_assignee": str(cast.admin.pk)})

    html = clash.content.decode()
    assert clash.status_code == 409
    assert "Bilal Shah" in html
    with as_person(cast.manager):
        assert as_it_is(order)["channel"] == ""

    theirs = {**shown, "was_assignee": str(cast.production.pk), "keep_assignee": "theirs"}
    assert client.post(url, theirs).status_code == 302
    with as_person(cast.manager):
        kept = as_it_is(order)
        assert (kept["assignee_id"], kept["channel"]) == (cast.production.pk, "Phone")


def test_a_verb_by_a_stale_page_says_so_and_changes_nothing(cast, client_of, as_person):
    order = make.order_in("in_production", cast.agent, cast.production)

    stale = client_of(cast.production).post(f"/orders/{order.pk}/ready/", {"version": order.version - 1})

    assert stale.status_code == 409
    assert "Somebody changed" in stale.content.decode()
    with as_person(cast.agent):
        assert as_it_is(order)["stage"] == "in_production"


@pytest.mark.parametrize(
    ("verb", "said", "stage", "done"),
    [
        ("deliver", {}, "shipped", {"stage": "delivered"}),
        ("undo", {}, "shipped", {"stage": "ready_to_ship"}),
        ("hold", {"reason": "fabric missing"}, "received", {"hold_reason": "fabric missing"}),
        ("cancel", {"reason": "customer left"}, "received", {"cancel_reason": "customer left"}),
    ],
)
def test_a_verb_is_done_and_the_order_shown_again(cast, client_of, as_person, verb, said, stage, done):
    order = make.order_in(stage, cast.agent, cast.production)

    answer = client_of(cast.agent).post(f"/orders/{order.pk}/{verb}/", {**said, "version": order.version})

    assert (answer.status_code, answer.url) == (302, f"/orders/{order.pk}/")
    with as_person(cast.agent):
        assert as_it_is(order) | done == as_it_is(order)


def test_a_held_order_is_released_and_handed_over(cast, client_of, as_person):
    order = make.order(cast.agent)
    manager = client_of(cast.manager)

    manager.post(f"/orders/{order.pk}/hold/", {"reason": "fabric missing"})
    assert manager.post(f"/orders/{order.pk}/release/").status_code == 302
    assert manager.post(f"/orders/{order.pk}/hand-over/", {"agent": cast.other_agent.pk}).status_code == 302

    with as_person(cast.other_agent):
        assert (as_it_is(order)["agent_id"], as_it_is(order)["held_at"]) == (cast.other_agent.pk, None)
    assert client_of(cast.agent).get(f"/orders/{order.pk}/").status_code == 404


def test_costs_that_are_no_amounts_are_said_in_place(cast, client_of, as_person):
    order = make.order(cast.agent)

    answer = client_of(cast.finance).post(f"/orders/{order.pk}/costs/", {"production_cost": "a lot"})

    assert answer.status_code == 422
    with as_person(cast.finance):
        assert OrderCosting.objects.get(pk=order.pk).production_cost == 0


def test_production_is_with_somebody_who_works_there(cast, as_person):
    order = make.order(cast.agent)

    with as_person(cast.admin):
        people.deactivate_person(cast.production, by=cast.admin)
        cast.production.refresh_from_db()
        for nobody in (cast.other_agent, cast.production):
            with pytest.raises(Refused, match="does not work in production; choose somebody who does") as caught:
                editing.edit_order(order, by=cast.admin, values={"assignee": nobody}, was={})
            assert caught.value.field == "assignee"

        assert as_it_is(order)["assignee_id"] is None
        assert edits_of(order) == []
