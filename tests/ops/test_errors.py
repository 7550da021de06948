"""Which database errors are refusals that a person reads, and which are faults of ours."""

import pytest
from django.db import DatabaseError, DataError, connection, transaction

from ops.db import security
from ops.db.actor import acting_as, for_user
from ops.errors import Refused, attempt, refusal_of
from tests import make


def refused(cast, sql: str, *values: object) -> Refused | None:
    with acting_as(for_user(cast.manager)), pytest.raises(DatabaseError) as caught:  # noqa: SIM117  the refusal leaves the savepoint first
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)
            cursor.execute("set constraints all immediate")
    return refusal_of(caught.value)


def test_a_named_rule_has_its_own_sentence(cast):
    order = make.order(cast.agent)

    refusal = refused(cast, "update orders_orderline set quantity = 0 where order_id = %s", order.pk)

    assert refusal is not None
    assert (refusal.sentence, refusal.status) == ("The quantity of a line is more than zero.", 422)


def test_a_guard_speaks_for_itself(cast):
    order = make.order(cast.agent)

    refusal = refused(cast, "update orders_order set stage = 'shipped' where id = %s", order.pk)

    assert refusal is not None
    assert refusal.sentence == "This order cannot go from received to shipped."


@pytest.mark.parametrize(
    "sql", ["select 1/0", "select nothing from nowhere", "select password from accounts_credential"]
)
def test_a_fault_of_ours_is_no_refusal(cast, sql):
    assert refused(cast, sql) is None


def test_every_sentence_ends_and_speaks_of_a_rule_that_exists(db):
    with connection.cursor() as cursor, acting_as(None):
        cursor.execute("select conname from pg_constraint union select relname from pg_class where relkind = 'i'"
                       " union select unnest(regexp_matches(prosrc, 'ops_(?:guard_\\w+|role_in_change)', 'g'))"
                       " from pg_proc")  # fmt: skip
        there = {name for (name,) in cursor.fetchall()}

    sentences = security.sentences()
    assert sorted(sentences.keys() - there) == []
    assert [text for text in sentences.values() if not text.endswith(".")] == []


def test_an_attempt_leaves_nothing_behind_and_says_the_rule(cast):
    order = make.order(cast.agent)

    with acting_as(for_user(cast.manager)):
        with pytest.raises(Refused) as caught, attempt():
            order.production_note = "Half of it"
            order.save(update_fields=["production_note"])
            with connection.cursor() as cursor:
                cursor.execute("update orders_order set stage = 'shipped' where id = %s", [order.pk])
        order.refresh_from_db()

    assert caught.value.sentence == "This order cannot go from received to shipped."
    assert order.production_note == ""


def test_a_fault_leaves_an_attempt_as_it_was(cast):
    with acting_as(for_user(cast.manager)), pytest.raises(DataError), attempt(), connection.cursor() as cursor:
        cursor.execute("select 1/0")
