"""Two people on one order at the same moment (ruling 39: two hundred times, on distinct rows)."""

import psycopg
import pytest
from django.db import connections, transaction

from customers import actions as customers
from customers.models import Customer
from ops.db.actor import acting_as, for_user, mailer
from ops.errors import Conflict, Refused
from ops.models import Event, OutboxMail, Transition
from orders import actions, editing
from orders.models import Order, OrderCosting
from tests import database, make
from tests.races.together import in_step, together

pytestmark = pytest.mark.django_db(transaction=True)

COPY = """
insert into orders_order (customer_id, agent_id, assignee_id, stage, summary, pieces, origin, channel, rush,
       production_note, carrier, tracking_number, hold_reason, cancel_reason, source, external_id, row_sha256, version,
       placed_at, placed_on)
select customer_id, agent_id, assignee_id, 'ready_to_ship', summary, pieces, origin, channel, rush,
       '', '', '', '', '', '', '', '', 1, now(), current_date
  from orders_order, generate_series(1, %s) where id = %s returning id
"""


def ready_orders(cast, most: int) -> list[Order]:
    """So many orders that are ready to ship, copied by the owner in one statement."""
    with transaction.atomic():
        first = make.order_in("ready_to_ship", cast.agent, cast.production, email="a@c.example")
    with psycopg.connect(database.owner_url(connections["default"].settings_dict["NAME"])) as owner:
        owner.execute("select set_config('ops.told', '60', true)")
        ids = [pk for (pk,) in owner.execute(COPY, [most, first.pk]).fetchall()]
    with acting_as(for_user(cast.manager)):
        return list(Order.objects.filter(pk__in=ids).order_by("pk"))


def shipped_by(user, tracking):
    def ship(order):
        with acting_as(for_user(user)), transaction.atomic():
            return actions.ship_order(order, by=user, tracking=tracking)

    return ship


def moved_back_by(user):
    def back(order):
        with acting_as(for_user(user)), transaction.atomic():
            return actions.undo_move(order, by=user, version=order.version)

    return back


def test_an_order_shipped_by_two_is_shipped_once_with_one_event_and_one_mail(cast):
    orders = ready_orders(cast, 100)

    in_step(orders, shipped_by(cast.agent, "TCS-A"), shipped_by(cast.manager, "TCS-B"))

    pks = [order.pk for order in orders]
    with acting_as(for_user(cast.manager)):
        assert Transition.objects.filter(subject_id__in=pks, to_stage="shipped").count() == 100
        assert Event.objects.filter(subject_id__in=pks, kind="order.shipped").count() == 100
        assert set(Order.objects.filter(pk__in=pks).values_list("stage", "tracking_number")) <= {
            ("shipped", "TCS-A"),
            ("shipped", "TCS-B"),
        }
    with acting_as(mailer()):
        assert OutboxMail.objects.filter(kind="order.shipped").count() == 100


def test_an_order_pulled_two_ways_goes_one_way_and_the_other_is_told(cast):
    orders = ready_orders(cast, 100)

    def ship(order):
        with acting_as(for_user(cast.agent)), transaction.atomic():
            return actions.ship_order(order, by=cast.agent, tracking="TCS-A", version=order.version)

    forward, back = in_step(orders, ship, moved_back_by(cast.manager))

    for order, went, came in zip(orders, forward, back, strict=True):
        assert isinstance(went, Refused) != isinstance(came, Refused), (went, came)
        refusal = went if isinstance(went, Refused) else came
        assert isinstance(refusal, Conflict)
        assert refusal.sentence.startswith(f"Somebody changed {order.number} just now; it is ")
    with acting_as(for_user(cast.manager)):
        moves = Transition.objects.filter(subject_id__in=[order.pk for order in orders], from_stage="ready_to_ship")
        assert moves.count() == 100


def edits(user, order, values, was):
    def edit():
        with acting_as(for_user(user)), transaction.atomic():
            return editing.edit_order(order, by=user, values=values, was=was)

    return edit


def test_edits_of_different_fields_both_stay(cast):
    order = make.order(cast.agent)

    together(
        edits(cast.agent, order, {"channel": "phone"}, {"channel": ""}),
        edits(cast.manager, order, {"production_note": "Oiled, not lacquered"}, {"production_note": ""}),
    )

    with acting_as(for_user(cast.manager)):
        order = Order.objects.get(pk=order.pk)
    assert (order.channel, order.production_note) == ("phone", "Oiled, not lacquered")


def test_edits_of_the_same_field_clash_and_both_values_are_shown(cast):
    order = make.order(cast.agent)

    results = together(
        edits(cast.agent, order, {"channel": "phone"}, {"channel": ""}),
        edits(cast.manager, order, {"channel": "shop"}, {"channel": ""}),
    )

    [conflict] = [one for one in results if isinstance(one, Conflict)]
    [clash] = conflict.fields
    assert (clash.label, clash.was, {clash.theirs, clash.mine}) == ("Channel", "", {"phone", "shop"})
    with acting_as(for_user(cast.manager)):
        assert Order.objects.get(pk=order.pk).channel == clash.theirs


def test_costs_set_by_two_clash_too(cast):
    order = make.order(cast.agent)

    def cost(user, value):
        def set_it():
            with acting_as(for_user(user)), transaction.atomic():
                return editing.set_costs(
                    order, by=user, values={"production_cost": value}, was={"production_cost": "0"}
                )

        return set_it

    results = together(cost(cast.finance, make.Decimal(100)), cost(cast.manager, make.Decimal(200)))

    assert len([one for one in results if isinstance(one, Conflict)]) == 1
    with acting_as(for_user(cast.manager)):
        costing = OrderCosting.objects.get(pk=order.pk)
    assert costing.profit == costing.order_amount - costing.production_cost


def test_a_customer_named_by_two_is_one_customer(cast):
    def find(user, phone):
        with acting_as(for_user(user)), transaction.atomic():
            return customers.find_or_create(by=user, name="Ayesha", phone=phone)

    phones = [f"+92300555{number:04}" for number in range(30)]
    agents, managers = in_step(phones, lambda p: find(cast.agent, p), lambda p: find(cast.other_agent, p))

    assert agents == managers
    with acting_as(for_user(cast.manager)):
        assert Customer.objects.filter(phone__in=phones).count() == 30
