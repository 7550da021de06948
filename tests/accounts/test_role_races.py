"""Two connections at once: roles that are edited, given and deleted while their people work; the last admin."""

from contextlib import suppress

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client

from accounts import actions, roles
from accounts.models import User
from ops.db.actor import acting_as, door, for_user
from ops.errors import Refused
from ops.models import Role
from tests import database, make
from tests.generated.session import BIND
from tests.races.together import together

pytestmark = pytest.mark.django_db(transaction=True)

COUNTER = ["staff", "orders_own", "customers_own", "sales_own", "catalog_read"]


@pytest.fixture
def counter(cast) -> Role:
    with acting_as(for_user(cast.owner)):
        made = roles.make_role(
            copied=Role.objects.get(key="sales_agent"), by=cast.owner, label="Counter", why="", scopes=COUNTER
        )
        actions.change_role(cast.agent, by=cast.owner, role=made.key)
    with acting_as(door()):
        cast.agent.refresh_from_db()
    return made


def test_a_role_deleted_while_its_people_work_leaves_nobody_without_one(cast, counter):
    """One reads pages, one writes orders, one gives the role to somebody else, and it is deleted under all of them."""
    browser = Client()
    with acting_as(door()):
        browser.force_login(cast.agent)
    seen: list[int] = []

    def read() -> None:
        seen.extend(browser.get("/orders/list/").status_code for _ in range(12))

    def write() -> int:
        for _ in range(6):
            make.order(cast.agent, name="Walk-in")
        return 6

    def give() -> User:
        with acting_as(for_user(cast.admin)):
            return actions.change_role(cast.other_agent, by=cast.admin, role=counter.key)

    def delete() -> int:
        with acting_as(for_user(cast.owner)):
            successor = Role.objects.get(key="production")
            return roles.delete_role(counter, by=cast.owner, successor=successor)

    _, _, given, moved = together(read, write, give, delete)

    assert set(seen) <= {200, 302}
    assert browser.get("/orders/list/").status_code == 302
    with acting_as(door()):
        people = {person.pk: person for person in User.objects.all()}
        known = set(Role.objects.values_list("key", flat=True))
    assert counter.key not in known
    assert {person.role_id for person in people.values()} <= known
    assert people[cast.agent.pk].role_id == "production"
    assert people[cast.agent.pk].scopes == ["orders_floor", "staff", "stock_read"]
    if isinstance(given, Refused):
        assert moved == 1
        assert people[cast.other_agent.pk].role_id == "sales_agent"
    else:
        assert moved == 2
        assert people[cast.other_agent.pk].role_id == "production"


def test_a_role_given_in_raw_sql_while_it_is_deleted_is_found_or_refused(cast, counter):
    def give() -> str:
        with acting_as(for_user(cast.admin)), connection.cursor() as cursor:
            try:
                cursor.execute("update accounts_user set role = %s where id = %s", [counter.key, cast.other_agent.pk])
            except DatabaseError as error:
                return str(error)
        return ""

    def delete() -> int:
        with acting_as(for_user(cast.owner)):
            return roles.delete_role(counter, by=cast.owner, successor=Role.objects.get(key="production"))

    said, moved = together(give, delete)

    with acting_as(door()):
        role = User.objects.get(pk=cast.other_agent.pk).role_id
    assert (role, moved) in {("production", 2), ("sales_agent", 1)}
    assert (role == "sales_agent") is (said != "")


def test_a_role_edited_while_it_is_given_gives_its_new_rights(cast, counter):
    """The one who is given it would keep the old rights, if giving did not hold the role still."""
    for turn in range(8):
        wanted = [*COUNTER, "health"] if turn % 2 == 0 else COUNTER

        def give(turn: int = turn) -> None:
            """One who comes in the middle of the edit may be asked to come again."""
            with suppress(IntegrityError), acting_as(for_user(cast.admin)), connection.cursor() as cursor:
                role = counter.key if turn % 2 == 0 else "sales_agent"
                cursor.execute("update accounts_user set role = %s where id = %s", [role, cast.other_agent.pk])

        def edit(wanted: list[str] = wanted) -> None:
            with acting_as(for_user(cast.owner)), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("update ops_role set scopes = %s where key = %s", [wanted, counter.key])

        together(give, edit)
        with acting_as(door()):
            for person in User.objects.filter(role=counter.key):
                assert person.scopes == sorted(wanted), turn


def test_two_admins_who_remove_each_other_in_raw_sql_leave_one(cast):
    """Both see the other while they decide; the guard counts when they commit."""
    with acting_as(for_user(cast.owner)):
        actions.deactivate_person(cast.sysadmin, by=cast.owner)
    name = connection.settings_dict["NAME"]

    def remove(by: User, other: User, change: str):
        def run() -> str:
            with psycopg.connect(database.web_url(name)) as raw, raw.cursor() as cursor:
                cursor.execute(BIND, [str(by.pk), "", by.db_role])
                try:
                    cursor.execute(f"update accounts_user set {change} where id = %s", [other.pk])
                    raw.commit()
                except psycopg.Error as error:
                    return error.diag.constraint_name or error.sqlstate or ""
            return "done"

        return run

    answers = together(
        remove(cast.admin, cast.owner, "is_active = false"),
        remove(cast.owner, cast.admin, """overrides = '{"remove": ["roles_admin"]}'"""),
    )

    assert sorted(answers) == ["done", "ops_guard_last_admin"]
    with acting_as(door()):
        assert User.objects.admins().count() == 1


def test_a_role_of_the_database_that_has_gone_opens_nothing(cast, counter):
    """Dropped by somebody with the database's own password: their next request fails, and shows no row."""
    browser = Client(raise_request_exception=False)
    with acting_as(door()):
        browser.force_login(cast.agent)
    make.order(cast.agent, name="Secret Siddiqui")
    with psycopg.connect(database.owner_url(connection.settings_dict["NAME"]), autocommit=True) as owner:
        owner.execute("alter table accounts_user disable trigger ab_rights_are_derived")
        owner.execute("update accounts_user set db_role = 'odt_p_gone' where id = %s", [cast.agent.pk])

    answer = browser.get("/orders/list/")

    assert answer.status_code in {302, 403, 500}
    assert "Secret Siddiqui" not in answer.content.decode()
