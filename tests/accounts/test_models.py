import pytest
from django.db import connection

from accounts.models import User
from ops.db.actor import acting_as, door

pytestmark = pytest.mark.django_db


def test_the_list_of_people_in_code_is_the_list_in_the_database(cast, as_person):
    for person in cast.everyone():
        with as_person(person), connection.cursor() as cursor:
            cursor.execute("select id from accounts_user")
            assert {pk for (pk,) in cursor.fetchall()} == set(
                User.objects.visible_to(person).values_list("pk", flat=True)
            )


def test_rights_end_with_the_account(cast):
    cast.admin.is_active = False

    assert not cast.admin.has_scope("people_admin")
    assert not cast.admin.is_staff


def test_nobody_is_a_superuser(cast):
    assert not any(person.is_superuser for person in cast.everyone())
    assert {person.email for person in cast.everyone() if person.is_staff} == {cast.owner.email, cast.sysadmin.email}


def test_the_epoch_is_in_the_hash_of_every_session(cast):
    before = cast.agent.get_session_auth_hash()
    cast.agent.epoch += 1

    assert cast.agent.get_session_auth_hash() != before
    assert cast.other_agent.get_session_auth_hash() != before


def test_the_session_hash_asks_no_question(cast, django_assert_num_queries):
    with acting_as(door()), django_assert_num_queries(0):
        cast.agent.get_session_auth_hash()


def test_the_hash_of_the_password_is_not_on_the_row():
    assert {"password", "last_login"}.isdisjoint(field.name for field in User._meta.get_fields())


def test_initials_are_first_and_last(cast):
    assert cast.agent.initials == "OA"
    assert User(name="Cher").initials == "C"


def test_e_mail_is_found_in_any_case(cast):
    with acting_as(door()):
        assert User.objects.get_by_natural_key(" AGENT@Cast.example").pk == cast.agent.pk
