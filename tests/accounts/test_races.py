"""Two connections at once, and what listeners hear after the commit."""

import threading

import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections

from accounts import actions
from accounts.models import User
from ops.db.actor import acting_as, door, for_user
from ops.errors import Refused

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_admins_who_remove_each_other_leave_one(cast):
    with acting_as(for_user(cast.admin)):
        actions.deactivate_person(cast.sysadmin, by=cast.admin)
    start, refusals = threading.Barrier(2), []

    def remove(by: User, other: User) -> None:
        try:
            with acting_as(for_user(by)):
                start.wait()
                actions.deactivate_person(other, by=None)
        except Refused as refused:
            refusals.append(refused.sentence)
        finally:
            connections.close_all()

    pair = [(cast.admin, cast.owner), (cast.owner, cast.admin)]
    threads = [threading.Thread(target=remove, args=people) for people in pair]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    with acting_as(door()):
        assert User.objects.admins().count() == 1
    assert refusals == ["Nobody else could manage people and roles any more. Make somebody else an admin first."]


def test_streams_of_a_person_are_cut_when_their_rights_change_and_only_then(cast):
    with psycopg.connect(settings.LIVE_DATABASE_URL, autocommit=True) as listener:
        listener.execute("listen ops")

        with acting_as(for_user(cast.admin)), connection.cursor() as cursor:
            cursor.execute("update accounts_user set name = 'Omar A.' where id = %s", [cast.agent.pk])
            cursor.execute("update accounts_user set role = 'manager' where id = %s", [cast.agent.pk])

        heard = [note.payload for note in listener.notifies(timeout=2, stop_after=1)]
    assert heard == [f"scope {cast.agent.pk} - - -"]
