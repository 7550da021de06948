"""History is written beneath every way of writing: verb, bulk, raw SQL; with who, why, where from (A14, D16, D18)."""

from dataclasses import replace

import pytest
from django.db import connection

from ops.db.actor import Actor, acting_as, because, for_user
from orders.models import Order, OrderCosting, OrderLine
from tests import make


def changes(table: str, subject: int) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"select field, old, new from {table}_changes where subject_id = %s order by history_id, field", [subject]
        )
        return cursor.fetchall()


def test_a_bulk_update_is_kept_row_by_row(cast, as_person):
    orders = [make.order(cast.agent) for _ in range(3)]

    with as_person(cast.manager), because("stock count"):
        Order.objects.filter(pk__in=[order.pk for order in orders]).update(rush=True)
        kept = Order.history.filter(history_type="~").order_by("id")

        assert [
            (row.id, row.rush, row.history_user_id, row.history_change_reason, row.history_request) for row in kept
        ] == [(order.pk, True, cast.manager.pk, "stock count", "test") for order in orders]
        assert len({row.history_txid for row in kept}) == 1


def test_a_write_that_changes_nothing_leaves_nothing(cast, as_person):
    order = make.order(cast.agent)

    with as_person(cast.manager):
        Order.objects.filter(pk=order.pk).update(rush=False)

        assert Order.history.filter(id=order.pk).count() == 1
        assert Order.objects.get(pk=order.pk).version == 1


def test_a_change_is_shown_as_old_and_new_and_housekeeping_is_not(cast, as_person):
    order = make.order(cast.agent)

    with as_person(cast.finance):
        OrderCosting.objects.filter(pk=order.pk).update(production_cost=100)

        assert changes("orders_ordercosting", order.pk) == [
            ("production_cost", "0.0000", "100.0000"), ("profit", "2501.0000", "2401.0000"),
        ]  # fmt: skip


def test_a_deleted_row_stays_in_history(cast, as_person):
    order = make.order(cast.manager, lines=[make.CHAIR, make.TABLE])

    with as_person(cast.manager), connection.cursor() as cursor:
        line = OrderLine.objects.filter(order=order).last()
        cursor.execute("delete from orders_orderlineprice where line_id = %s", [line.pk])
        cursor.execute("delete from orders_orderline where id = %s", [line.pk])

        assert list(
            OrderLine.history.filter(id=line.pk).order_by("history_id").values_list("history_type", flat=True)
        ) == ["+", "-"]


def test_the_person_behind_a_view_as_is_kept(cast):
    order = make.order(cast.agent)
    actor: Actor = replace(for_user(cast.agent, request="r1"), real_uid=cast.admin.pk, source="view as")

    with acting_as(actor):
        Order.objects.filter(pk=order.pk).update(channel="phone")
        kept = Order.history.filter(id=order.pk).latest("history_id")

    assert (kept.history_user_id, kept.history_real_uid, kept.history_source, kept.history_login) == (
        cast.agent.pk, cast.admin.pk, "view as", "opsdeck_web",
    )  # fmt: skip


@pytest.mark.parametrize("person", ["production", "accountant", "agent"])
def test_history_of_costs_follows_the_costs(cast, as_person, person):
    order = make.order(cast.agent)

    with as_person(getattr(cast, person)), connection.cursor() as cursor:
        cursor.execute("select has_table_privilege('orders_historicalordercosting', 'select'),"
                       " has_table_privilege('orders_ordercosting_changes', 'select')")  # fmt: skip
        may = person == "accountant"
        assert cursor.fetchone() == (may, may)
        assert order.pk
