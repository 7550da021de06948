"""A role changes while somebody is given it: nobody keeps rights that the role no longer has."""

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from ops.access.scopes import scopes_of
from ops.db.actor import acting_as, door, for_user
from ops.errors import Refused, refusal_of
from ops.models import Role
from tests.races.together import in_step, together

pytestmark = pytest.mark.django_db(transaction=True)
_LEAN = ["staff", "orders_own", "customers_own", "sales_own"]


@pytest.fixture
def role(cast) -> Role:
    with acting_as(for_user(cast.admin)):
        return Role.objects.create(key="seller", label="Seller", scopes=[*_LEAN, "catalog_read"])


def sets(by, statement: str, *values):
    def run(*_):
        try:
            with acting_as(for_user(by)), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement, values)
                return cursor.rowcount
        except IntegrityError as error:
            refused = refusal_of(error)
            if refused is None:
                raise
            raise refused from error

    return run


def test_nobody_keeps_what_a_role_lost_while_they_got_it(cast, role):
    more, fewer = [*_LEAN, "catalog_read"], _LEAN
    for turn in range(15):
        wanted = fewer if turn % 2 == 0 else more
        with acting_as(for_user(cast.admin)), connection.cursor() as cursor:
            cursor.execute("update accounts_user set role = 'sales_agent' where id = %s", [cast.agent.pk])

        together(
            sets(cast.owner, "update ops_role set scopes = %s where key = 'seller'", wanted),
            sets(cast.admin, "update accounts_user set role = 'seller' where id = %s", cast.agent.pk),
        )

        with acting_as(door()):
            agent = User.objects.get(pk=cast.agent.pk)
        assert agent.role_id == "sales_agent" or scopes_of(agent) == set(wanted)


def test_who_comes_while_a_role_is_changing_is_told_at_once_and_neither_waits_for_ever(cast, role):
    with acting_as(for_user(cast.admin)), connection.cursor() as cursor:
        cursor.execute("update accounts_user set role = 'seller' where id = %s", [cast.agent.pk])

    given = sets(
        cast.admin, 'update accounts_user set overrides = \'{"add": ["health"]}\' where id = %s', cast.agent.pk
    )
    with acting_as(for_user(cast.owner)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("update ops_role set label = 'Sellers' where key = 'seller'")
        [told] = together(given)

    assert isinstance(told, Refused)
    assert told.sentence == "The rights of this role are being changed just now. Try again in a moment."
    [now] = together(given)
    assert now == 1


def test_giving_rights_and_changing_the_role_at_once_never_ends_in_a_deadlock(cast, role):
    with acting_as(for_user(cast.admin)), connection.cursor() as cursor:
        cursor.execute("update accounts_user set role = 'seller' where role = 'sales_agent'")

    turns = list(range(20))
    in_step(
        turns,
        lambda turn: sets(cast.owner, "update ops_role set scopes = %s where key = 'seller'",
                          _LEAN if turn % 2 else [*_LEAN, "health"])(),
        lambda turn: sets(cast.admin, "update accounts_user set overrides = %s::jsonb where id = %s",
                          '{"add": ["health"]}' if turn % 2 else "{}", cast.agent.pk)(),
    )  # fmt: skip

    with acting_as(door()):
        agent = User.objects.get(pk=cast.agent.pk)
    assert scopes_of(agent) >= set(_LEAN)
