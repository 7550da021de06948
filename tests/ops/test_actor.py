"""Binding the actor: per transaction, never per connection, and loudly absent (D1, D2, D30)."""

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from accounts.models import User
from ops.db.actor import acting_as, because, current_actor, door, for_user


def who() -> tuple[str, str, str]:
    with connection.cursor() as cursor:
        cursor.execute("select session_user, current_user, coalesce(current_setting('ops.uid', true), '')")
        return cursor.fetchone()


def test_without_an_actor_the_database_says_permission_denied(db):
    with pytest.raises(ProgrammingError, match="permission denied"):
        User.objects.count()


def test_the_person_is_bound_to_the_transaction(cast, as_person):
    with as_person(cast.agent):
        assert who() == ("opsdeck_web", "odt_r_sales_agent", str(cast.agent.pk))


def test_a_nested_actor_ends_where_it_began(cast, as_person):
    with as_person(cast.agent):
        with as_person(cast.manager):
            assert who()[1] == "odt_r_manager"
        assert who()[1] == "odt_r_sales_agent"
    assert current_actor.get() is None


def test_a_rolled_back_savepoint_binds_again(cast, as_person):
    with as_person(cast.agent):
        with pytest.raises(RuntimeError), transaction.atomic():
            with as_person(cast.manager):
                assert who()[1] == "odt_r_manager"
            raise RuntimeError
        assert who()[1] == "odt_r_sales_agent"


@pytest.mark.django_db(transaction=True)
def test_autocommit_statements_are_bound_one_by_one_and_leave_nothing_behind(cast):
    with acting_as(for_user(cast.agent)):
        assert who()[1] == "odt_r_sales_agent"

    assert who() == ("opsdeck_web", "opsdeck_web", "")


def test_the_door_sees_people_and_credentials_and_no_orders(cast):
    with acting_as(door()), connection.cursor() as cursor:
        cursor.execute("select count(*) from accounts_credential")
        assert cursor.fetchone() == (9,)
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            cursor.execute("select 1 from orders_order")


def test_because_says_why_for_everything_inside(cast, as_person):
    with as_person(cast.manager), because("stock count"), connection.cursor() as cursor:
        cursor.execute("select current_setting('ops.reason')")
        assert cursor.fetchone() == ("stock count",)
