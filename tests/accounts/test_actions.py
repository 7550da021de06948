"""The verbs on people, run as the web login under the rights of who asks."""

import pytest
from allauth.account.models import EmailAddress
from django.db import DatabaseError, transaction

from accounts import actions
from accounts.models import SignIn, User
from ops.access.roles import policybook
from ops.db.actor import acting_as, door
from ops.errors import Refused
from ops.models import Event

pytestmark = pytest.mark.django_db


def stored(user: User) -> User:
    with acting_as(door()):
        return User.objects.get(pk=user.pk)


def kinds(user: User) -> list[str]:
    return list(Event.objects.filter(noun="user", subject_id=user.pk).order_by("pk").values_list("kind", flat=True))


def test_a_person_is_added_with_credential_address_and_rights(cast, as_person):
    with as_person(cast.admin):
        added = actions.add_person(
            email=" New@Shop.PK ", name=" Zara  Ali ", role="manager", by=cast.admin, password="pw"
        )
        recorded = Event.objects.get(noun="user", subject_id=added.pk)

    assert (added.email, added.name, added.role_label) == ("new@shop.pk", "Zara Ali", "Manager")
    assert set(added.scopes) == policybook().roles[1].scopes
    assert (recorded.kind, recorded.by_id, recorded.data) == ("person.added", cast.admin.pk, {"role": "Manager"})
    with acting_as(door()):
        assert added.check_password("pw")
        assert EmailAddress.objects.filter(user=added, email="new@shop.pk", verified=True, primary=True).exists()


def test_without_a_password_nobody_can_sign_in_as_them(cast, as_person):
    with as_person(cast.admin):
        added = actions.add_person(email="new@shop.pk", name="Zara Ali", role="manager", by=cast.admin)

    with acting_as(door()):
        assert not added.check_password("")
        assert not added.check_password("!")


@pytest.mark.parametrize(
    ("email", "name", "role", "sentence"),
    [
        ("AGENT@cast.example", "Zara", "manager", "Somebody signs in with agent@cast.example already"),
        ("zara", "Zara", "manager", "zara is not an e-mail"),
        ("zara@shop.pk", "  ", "manager", "Write the name"),
        ("zara@shop.pk", "Zara", "king", "no role 'king'"),
    ],
)
def test_who_cannot_be_added_is_refused_in_a_sentence(cast, as_person, email, name, role, sentence):
    with as_person(cast.admin):
        before = User.objects.count()
        with pytest.raises(Refused, match=sentence):
            actions.add_person(email=email, name=name, role=role, by=cast.admin)

        assert User.objects.count() == before


def test_another_role_gives_its_rights_and_ends_the_sessions(cast, as_person):
    with as_person(cast.admin):
        changed = actions.change_role(cast.agent, by=cast.admin, role="production")

        assert kinds(cast.agent) == ["person.added", "person.role_changed"]
    assert (changed.role_id, changed.db_role, changed.epoch) == ("production", stored(cast.production).db_role, 1)
    assert set(cast.agent.scopes) == {"staff", "orders_floor", "stock_read"}


def test_the_same_role_twice_changes_nothing(cast, as_person):
    with as_person(cast.admin):
        actions.change_role(cast.agent, by=cast.admin, role="sales_agent")

        assert kinds(cast.agent) == ["person.added"]
    assert stored(cast.agent).epoch == 0


def test_overrides_add_and_take_rights_in_a_role_of_their_own(cast, as_person):
    with as_person(cast.admin):
        changed = actions.change_overrides(cast.manager, by=cast.admin, add=["stages_admin"], remove=["costs_all"])

    assert "stages_admin" in changed.scopes
    assert "costs_all" not in changed.scopes
    assert changed.db_role not in {person.db_role for person in (cast.admin, cast.agent)}
    assert "_p_" in changed.db_role
    with as_person(changed), pytest.raises(DatabaseError), transaction.atomic():
        User.objects.raw("select id from orders_ordercosting")[0]


def test_an_unknown_right_is_refused_and_nothing_changes(cast, as_person):
    with as_person(cast.admin), pytest.raises(Refused, match="no right called door"):
        actions.change_overrides(cast.manager, by=cast.admin, add=["door"], remove=[])

    assert stored(cast.manager).overrides == {}


@pytest.mark.parametrize(
    "verb",
    [
        lambda me: actions.deactivate_person(me, by=me),
        lambda me: actions.change_role(me, by=me, role="manager"),
        lambda me: actions.change_overrides(me, by=me, add=[], remove=["people_admin"]),
    ],
)
def test_nobody_takes_their_own_rights_away_by_mistake(cast, as_person, verb):
    with as_person(cast.admin), pytest.raises(Refused, match="Ask another admin"):
        verb(cast.admin)

    assert (stored(cast.admin).role_id, stored(cast.admin).is_active) == ("admin", True)


def only_admin_left(cast, as_person) -> User:
    with as_person(cast.admin):
        for person in (cast.owner, cast.sysadmin):
            actions.deactivate_person(person, by=cast.admin)
    return cast.admin


@pytest.mark.parametrize(
    "verb",
    [
        lambda person: actions.deactivate_person(person, by=None),
        lambda person: actions.change_role(person, by=None, role="manager"),
        lambda person: actions.change_overrides(person, by=None, add=[], remove=["people_admin"]),
    ],
)
def test_the_last_who_manages_people_stays(cast, as_person, verb):
    last = only_admin_left(cast, as_person)

    with as_person(last), pytest.raises(Refused, match="Nobody else could manage people"):
        verb(last)

    assert stored(last).is_active
    assert stored(last).role_id == "admin"


def test_deactivating_and_letting_in_again(cast, as_person):
    with as_person(cast.admin):
        actions.deactivate_person(cast.agent, by=cast.admin)
        actions.deactivate_person(cast.agent, by=cast.admin)
        assert not stored(cast.agent).is_active

        actions.reactivate_person(cast.agent, by=cast.admin)
        actions.reactivate_person(cast.agent, by=cast.admin)

        assert kinds(cast.agent) == ["person.added", "person.deactivated", "person.reactivated"]
    assert stored(cast.agent).is_active


def test_a_new_password_ends_every_session_and_says_who_set_it(cast, as_person):
    with as_person(cast.agent):
        actions.set_password(cast.agent, by=cast.agent, password="another horse")

        assert Event.objects.get(kind="person.password_changed").by_id == cast.agent.pk
    assert cast.agent.epoch == stored(cast.agent).epoch == 1
    with acting_as(door()):
        assert stored(cast.agent).check_password("another horse")
        assert not stored(cast.agent).check_password("correct horse")


@pytest.mark.parametrize(
    "verb", [actions.sign_out_everywhere, lambda u, by: actions.set_password(u, by=by, password="x")]
)
def test_only_people_admins_end_sessions_of_others(cast, as_person, verb):
    with as_person(cast.manager), pytest.raises(Refused, match="Only people who manage people"):
        verb(cast.agent, by=cast.manager)

    assert stored(cast.agent).epoch == 0


def test_history_says_who_changed_a_role(cast, as_person):
    with as_person(cast.admin):
        actions.change_role(cast.agent, by=cast.admin, role="manager")
        last = cast.agent.history.order_by("-history_id").first()

    assert (last.history_user_id, last.role_id, last.history_type) == (cast.admin.pk, "manager", "~")


def test_signing_in_is_remembered(cast):
    with acting_as(door()):
        actions.record_sign_in(cast.agent)

        assert SignIn.objects.get(user=cast.agent).last_at is not None
        assert stored(cast.agent).last_login is not None
