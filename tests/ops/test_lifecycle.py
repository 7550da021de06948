"""Stages and arrows as rows: what ships with the product, what the shop changes, what a move needs (A4, ruling 16)."""
# ruff: noqa: E501  SQL and sentences stand on one line each: they are read as tables

import pytest
from django.db import connection, transaction

from ops import lifecycle
from ops.access.scopes import scopes_of
from ops.errors import Refused
from ops.lifecycle import life, require, sync_shipped_rows
from tests.generated.conftest import as_owner_in_django, world  # noqa: F401


def test_the_life_of_an_order(cast, as_person):
    with as_person(cast.agent):
        order = life("order")

    assert [stage.key for stage in order.stages] == [
        "received",
        "in_production",
        "ready_to_ship",
        "shipped",
        "delivered",
    ]
    assert [stage.key for stage in order.in_category("working", "ready")] == ["in_production", "ready_to_ship"]
    assert order.stage("shipped").category == "moving"
    assert order.arrow("received", "delivered") is None


def test_each_role_has_its_moves(cast, as_person):
    with as_person(cast.agent):
        order = life("order")

    def moves(person, stage):
        return {arrow.to_stage for arrow in order.moves(stage, scopes_of(person))}

    assert moves(cast.agent, "received") == {"in_production"}
    assert moves(cast.production, "in_production") == {"ready_to_ship"}
    assert moves(cast.production, "ready_to_ship") == {"in_production"}
    assert moves(cast.manager, "shipped") == {"delivered", "ready_to_ship"}
    assert moves(cast.accountant, "received") == set()


@pytest.mark.parametrize(
    ("to", "sentence"),
    [("shipped", "SO-1 is received; it cannot go to shipped."), ("in_production", "Your role may not move SO-1 to in production."),
     ("nowhere", "SO-1 is received; it cannot go to nowhere.")],
)  # fmt: skip
def test_a_refused_move_says_why(cast, as_person, to, sentence):
    with as_person(cast.production), pytest.raises(Refused) as caught:
        require("order", "SO-1", "received", to, scopes_of(cast.production))

    assert caught.value.sentence == sentence


def test_it_is_read_once_a_minute_and_at_once_when_forgotten(cast, as_person):
    with as_person(cast.admin):
        life("order")
        with connection.cursor() as cursor:
            cursor.execute("update ops_stage set label = 'Packed' where key = 'ready_to_ship'")
        assert life("order").stage("ready_to_ship").label == "Ready to ship"

        lifecycle.forget("order")

        assert life("order").stage("ready_to_ship").label == "Packed"


def test_what_the_shop_changed_survives_the_next_release(as_owner_in_django):  # noqa: F811
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("update ops_stage set label = 'Packed', limit_hours = 12 where key = 'ready_to_ship'")
        cursor.execute(
            "update ops_arrow set scopes = array['orders_all'] where to_stage = 'delivered' and from_stage = 'shipped'"
        )
        cursor.execute("update ops_role set label = 'Boss' where key = 'owner'")

        sync_shipped_rows("default")

        cursor.execute("select s.label, s.limit_hours, a.scopes, r.label from ops_stage s, ops_arrow a, ops_role r where s.key ="
                       " 'ready_to_ship' and a.to_stage = 'delivered' and a.from_stage = 'shipped' and r.key = 'owner'")  # fmt: skip
        assert cursor.fetchone() == ("Packed", 12, ["orders_all"], "Owner")
        assert sync_shipped_rows("default") == 0
        transaction.set_rollback(True)
