"""Roles of the shop's own: made, changed, deleted; who may give what, in the app and in raw SQL."""

import pytest
from django.db import Error, connection, transaction

from accounts import actions, roles
from accounts.models import User
from ops.access.roles import policybook
from ops.db.actor import acting_as, door
from ops.errors import Refused
from ops.models import Event, Role, Stage

pytestmark = pytest.mark.django_db

COUNTER = ["staff", "orders_own", "customers_own"]


@pytest.fixture
def counter(cast, as_person) -> Role:
    """A role that the owner has made, with one person in it."""
    with as_person(cast.owner):
        made = roles.make_role(
            copied=Role.objects.get(key="sales_agent"), by=cast.owner, label="Counter", why="Sells.", scopes=COUNTER
        )
        actions.change_role(cast.agent, by=cast.owner, role=made.key)
    return made


def scopes(user: User) -> set[str]:
    with acting_as(door()):
        return set(User.objects.get(pk=user.pk).scopes)


def refused_by(rule: str, sql: str, *values: object) -> str:
    with pytest.raises(Error) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
        cursor.execute("set constraints all immediate")
    diagnostics = caught.value.__cause__.diag
    assert diagnostics.constraint_name == rule, diagnostics.message_primary
    return diagnostics.message_primary


def test_a_copy_is_made_with_the_words_and_rights_that_were_asked_for(cast, as_person, counter):
    with as_person(cast.owner):
        stored = Role.objects.get(key="counter")
        told = Event.objects.get(kind="role.made", data__role="counter")

    assert (stored.label, stored.scopes, stored.builtin) == ("Counter", sorted(COUNTER), False)
    assert told.data == {"role": "counter", "label": "Counter", "copied": "Sales agent"}
    assert scopes(cast.agent) == set(COUNTER)


def test_a_second_role_of_a_like_name_gets_a_key_of_its_own(cast, as_person, counter):
    with as_person(cast.owner):
        again = roles.make_role(copied=counter, by=cast.owner, label="Counter!", why="", scopes=COUNTER)

    assert again.key == "counter_2"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"label": "  "}, "Give the role a name"),
        ({"label": "manager"}, "There is a role manager already"),
        ({"scopes": ["orders_own"]}, "a role needs the first right"),
        ({"scopes": ["staff", "fly"]}, "no right called fly"),
        ({"scopes": ["staff", "mailer"]}, "no right called mailer"),
    ],
)
def test_what_makes_no_role_is_refused(cast, as_person, change, says):
    asked = {"label": "Counter", "why": "", "scopes": COUNTER} | change
    with as_person(cast.owner):
        with pytest.raises(Refused, match=says):
            roles.make_role(copied=Role.objects.get(key="manager"), by=cast.owner, **asked)
        assert not Role.objects.filter(builtin=False).exists()


def test_a_change_reaches_everybody_in_the_role_with_their_next_request(cast, as_person, client_of, counter):
    agent = client_of(cast.agent)
    assert agent.get("/people/").status_code == 200

    with as_person(cast.owner):
        roles.change_role_rights(counter, by=cast.owner, label="Counter", why="", scopes=[*COUNTER, "health"])
        told = Event.objects.get(kind="role.changed")

    assert agent.get("/health/").status_code == 200
    assert told.data["change"] == "gives health"
    assert scopes(cast.agent) == {*COUNTER, "health"}


def test_shipped_roles_stay_as_they_are(cast, as_person):
    with as_person(cast.owner):
        manager = Role.objects.get(key="manager")
        with pytest.raises(Refused, match="came with the product"):
            roles.change_role_rights(manager, by=cast.owner, label="Boss", why="", scopes=["staff"])
        with pytest.raises(Refused, match="came with the product"):
            roles.delete_role(manager, by=cast.owner, successor=None)
        with connection.cursor() as cursor:
            cursor.execute("update ops_role set label = 'Boss' where builtin")
            assert cursor.rowcount == 0
            cursor.execute("delete from ops_role where builtin")
            assert cursor.rowcount == 0


def test_a_role_with_people_asks_where_they_go_and_moves_them(cast, as_person, client_of, counter):
    agent = client_of(cast.agent)
    with as_person(cast.owner):
        with pytest.raises(Refused, match=r"Counter is the role of Omar Aziz\. Choose which role they get"):
            roles.delete_role(counter, by=cast.owner, successor=None)
        moved = roles.delete_role(counter, by=cast.owner, successor=Role.objects.get(key="sales_agent"))
        told = Event.objects.get(kind="role.deleted")

    assert moved == 1
    assert told.data["went"] == "1 of its people are Sales agent now"
    with acting_as(door()):
        assert User.objects.get(pk=cast.agent.pk).role_id == "sales_agent"
        assert not Role.objects.filter(key="counter").exists()
    assert agent.get("/people/").status_code == 302


def test_a_role_that_chases_a_stage_hands_it_over(cast, as_person, counter):
    with as_person(cast.owner):
        Stage.objects.filter(key="received").update(chaser=counter)
        roles.delete_role(counter, by=cast.owner, successor=Role.objects.get(key="manager"))

        assert Stage.objects.get(key="received").chaser_id == "manager"


def test_raw_sql_deletes_no_role_that_is_needed(cast, as_person, counter):
    with as_person(cast.owner):
        said = refused_by("ops_guard_role_in_use", "delete from ops_role where key = 'counter'")

    assert said == "Counter is the role of Omar Aziz. Say which role they get first."


@pytest.mark.parametrize("verb", ["role", "overrides", "new person", "new role", "reactivate"])
def test_nobody_gives_what_they_do_not_hold(cast, as_person, verb):
    """A system admin sees no order; so nobody they make does, but for the counter and the floor."""
    by = cast.sysadmin
    if verb == "reactivate":
        with as_person(cast.owner):
            actions.deactivate_person(cast.manager, by=cast.owner)
    asked = {
        "role": lambda: actions.change_role(cast.agent, by=by, role="manager"),
        "overrides": lambda: actions.change_overrides(cast.agent, by=by, add=["costs_read"], remove=[]),
        "new person": lambda: actions.add_person(email="x@y.example", name="X", role="manager", by=by),
        "new role": lambda: roles.make_role(
            copied=Role.objects.get(key="manager"), by=by, label="X", why="", scopes=["staff", "orders_read"]
        ),
        "reactivate": lambda: actions.reactivate_person(cast.manager, by=by),
    }[verb]

    with as_person(by), pytest.raises(Refused, match="You can give only what you may do yourself"):
        asked()


@pytest.mark.parametrize(
    "sql",
    [
        "update accounts_user set role = 'manager' where email = 'agent@cast.example'",
        """update accounts_user set overrides = '{"add": ["orders_all"]}' where email = 'sysadmin@cast.example'""",
        "update accounts_user set email = 'mine@cast.example' where email = 'owner@cast.example'",
        "insert into accounts_user (email, name, role, overrides, is_active, epoch)"
        " values ('x@y.z', 'X', 'accountant', '{}', true, 0)",
        "insert into ops_role (key, label, why, scopes, home, builtin, position)"
        " values ('x', 'X', '', '{staff,orders_read}', '', false, 1)",
    ],
)
def test_raw_sql_gives_no_more_either(cast, as_person, sql):
    with as_person(cast.sysadmin):
        assert "not yours to give" in refused_by("ops_guard_gives", sql)


def test_a_system_admin_hires_for_the_counter_and_the_floor(cast, as_person):
    with as_person(cast.sysadmin):
        actions.add_person(email="x@y.example", name="X", role="sales_agent", by=cast.sysadmin)
        actions.change_role(cast.agent, by=cast.sysadmin, role="production")

    assert scopes(cast.agent) == {"staff", "orders_floor", "stock_read"}


def test_the_owner_may_give_every_right_and_the_admin_every_role_but_two():
    """A new scope that the owner does not hold, and nothing covers, could be given by nobody in the app."""
    book = policybook()
    held = {role.key: role.scopes for role in book.roles}

    assert book.scopes.keys() <= book.givable(held["owner"])
    ungivable = [key for key, needed in held.items() if not needed <= book.givable(held["admin"])]
    assert ungivable == ["owner", "system_admin"]


def test_python_and_sql_agree_about_who_may_give_what(cast, as_person):
    book = policybook()
    for person in cast.everyone():
        with as_person(person), connection.cursor() as cursor:
            cursor.execute("select ops.not_mine_to_give(%s)", [list(book.scopes)])
            [strange] = cursor.fetchone()
        assert set(strange) == book.scopes.keys() - book.givable(person.scopes), person


@pytest.mark.parametrize(
    "written",
    ["[]", '"add"', '{"give": []}', '{"add": "health"}', '{"add": [1]}', '{"add": ["health"], "remove": ["health"]}'],
)
def test_overrides_of_another_shape_are_refused_by_the_database(cast, as_person, written):
    with as_person(cast.owner):
        refused_by("user_overrides_are_sound", "update accounts_user set overrides = %s where id = %s", written, 3)


@pytest.mark.parametrize("written", ["{}", '{"add": []}', '{"add": ["health"], "remove": ["orders_own"]}'])
def test_overrides_of_the_right_shape_are_taken(cast, as_person, written):
    with as_person(cast.owner), connection.cursor() as cursor:
        cursor.execute("update accounts_user set overrides = %s where id = %s", [written, cast.agent.pk])

        assert cursor.rowcount == 1


def test_the_last_who_keeps_people_and_roles_stays_even_when_others_keep_people(cast, as_person):
    """One who only manages people could not mend roles: both at once must remain (D17)."""
    with as_person(cast.owner):
        for person in (cast.admin, cast.sysadmin):
            actions.change_overrides(person, by=cast.owner, add=[], remove=["roles_admin"])
    with as_person(cast.admin):
        with pytest.raises(Refused, match="Nobody else could manage people and roles"):
            actions.deactivate_person(cast.owner, by=cast.admin)
        for change in ("is_active = false", "role = 'production'", """overrides = '{"remove": ["roles_admin"]}'"""):
            refused_by("ops_guard_last_admin", f"update accounts_user set {change} where id = %s", cast.owner.pk)
