"""What the database itself refuses, asked in raw SQL as the role of each person: no application code in between."""

import pytest
from django.db import Error, connection, transaction

from ops.db.actor import acting_as, door

pytestmark = pytest.mark.django_db


def sql(text: str, *values: object) -> list[tuple]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(text, values)
        return cursor.fetchall() if cursor.description else []


def refused(text: str, *values: object) -> str:
    with pytest.raises(Error) as caught:
        sql(text, *values)
    return str(caught.value)


@pytest.mark.parametrize(
    "table",
    ["accounts_credential", "django_session", "mfa_authenticator", "usersessions_usersession", "account_emailaddress",
     "account_emailconfirmation"],
)  # fmt: skip
def test_no_person_reads_what_the_door_keeps(cast, as_person, table):
    for person in cast.everyone():
        with as_person(person):
            assert "permission denied" in refused(f"select * from {table}")


def test_nobody_bound_sees_no_people():
    with acting_as(None):
        assert "permission denied" in refused("select * from accounts_user")


def test_colleagues_know_each_other_and_change_nothing(cast, as_person):
    for person in (cast.agent, cast.manager, cast.production, cast.accountant):
        with as_person(person):
            assert len(sql("select id from accounts_user")) == len(cast.everyone())
            assert "permission denied" in refused("update accounts_user set role = 'admin' where id = %s", person.pk)
            assert "permission denied" in refused("insert into accounts_user (email) values ('x@y.z')")


def test_derived_rights_are_written_by_nobody(cast, as_person):
    with as_person(cast.owner):
        for column, value in (("scopes", ["staff"]), ("db_role", "x"), ("joined_at", "2020-01-01")):
            assert "permission denied" in refused(f"update accounts_user set {column} = %s where id = %s", value, 1)


def test_rights_written_with_a_new_person_are_derived_all_the_same(cast, as_person):
    with as_person(cast.admin):
        [(scopes,)] = sql(
            "insert into accounts_user (email, name, role, overrides, scopes, is_active, epoch)"
            " values ('x@y.z', 'X', 'production', '{}', '{people_admin}', true, 0) returning scopes"
        )

    assert set(scopes) == {"staff", "orders_floor", "stock_read"}


def test_the_door_ends_sessions_and_nothing_else(cast):
    with acting_as(door(cast.agent.pk)):
        sql("update accounts_user set epoch = epoch + 1 where id = %s", cast.agent.pk)
        assert "permission denied" in refused("update accounts_user set role = 'admin' where id = %s", cast.agent.pk)
        assert "permission denied" in refused("update accounts_user set is_active = true where id = %s", cast.agent.pk)


@pytest.mark.parametrize("change", ["role = 'manager'", "is_active = false", 'overrides = \'{"remove": ["health"]}\''])
def test_a_change_of_rights_in_psql_ends_the_sessions(cast, as_person, change):
    with as_person(cast.admin):
        sql(f"update accounts_user set {change} where id = %s", cast.agent.pk)

        assert sql("select epoch from accounts_user where id = %s", cast.agent.pk) == [(1,)]


def test_a_new_name_ends_no_session(cast, as_person):
    with as_person(cast.admin):
        sql("update accounts_user set name = 'Omar A.' where id = %s", cast.agent.pk)

        assert sql("select epoch from accounts_user where id = %s", cast.agent.pk) == [(0,)]


def test_the_last_admin_stays_for_psql_too(cast, as_person):
    with as_person(cast.admin), pytest.raises(Error) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("update accounts_user set is_active = false where 'people_admin' = any (scopes)")
        cursor.execute("set constraints all immediate")

    assert caught.value.__cause__.diag.constraint_name == "ops_guard_last_admin"


def test_a_swap_of_admins_in_one_transaction_is_judged_by_its_result(cast, as_person):
    with as_person(cast.admin), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("update accounts_user set is_active = false where 'people_admin' = any (scopes)")
        cursor.execute("update accounts_user set role = 'admin', is_active = true where id = %s", [cast.manager.pk])
        cursor.execute("set constraints all immediate")


def test_people_are_never_deleted(cast, as_person):
    with as_person(cast.owner):
        assert "permission denied" in refused("delete from accounts_user where id = %s", cast.agent.pk)


@pytest.mark.parametrize(
    ("change", "rule"),
    [("email = 'Big@Shop.pk'", "user_email_is_lower_case"), ("name = ''", "user_has_a_name"),
     ("email = 'manager@cast.example'", "accounts_user_email")],
)  # fmt: skip
def test_rules_of_a_person_hold(cast, as_person, change, rule):
    with as_person(cast.admin):
        assert rule in refused(f"update accounts_user set {change} where id = %s", cast.agent.pk)


def test_everybody_sees_their_own_record_and_admins_see_all(cast, as_person):
    seen = "select distinct subject_id from ops_event where noun = 'user' order by 1"
    with as_person(cast.agent):
        assert sql(seen) == [(cast.agent.pk,)]
    with as_person(cast.admin):
        assert len(sql(seen)) == len(cast.everyone())
