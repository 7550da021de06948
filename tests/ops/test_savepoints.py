"""A savepoint that fails while somebody else was acting is rolled back, and the transaction goes on."""

from dataclasses import replace

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from ops.db.actor import acting_as, current_actor

pytestmark = pytest.mark.django_db


def test_a_failure_under_a_changed_actor_leaves_the_transaction_whole(cast, as_person):
    with as_person(cast.manager):
        actor = current_actor.get()
        with connection.cursor() as cursor:
            cursor.execute("select 1")

        importing = acting_as(replace(actor, source="import"))
        failing = pytest.raises(DatabaseError, match="division by zero")
        with failing, transaction.atomic(), importing, connection.cursor() as cursor:
            cursor.execute("select 1 / 0")

        with connection.cursor() as cursor:
            cursor.execute("select current_setting('ops.source')")
            assert cursor.fetchone()[0] == actor.source
