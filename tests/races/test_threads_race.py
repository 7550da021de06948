"""A double click, two windows of one writer, a removal that meets a change; and the five minutes by the clock."""

from uuid import UUID

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction

from ops.db.actor import acting_as, for_user
from ops.errors import Conflict, Refused
from ops.models import Event
from ops.notices.models import Notice
from ops.threads import actions
from ops.threads.models import Message
from tests import database
from tests.browser.shelf import order_in as made_in
from tests.races.together import in_step, together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
_TIMES = 40


@pytest.fixture
def order(cast):
    return made_in("in_production", cast.agent, cast.production)


def written(by, order, text, key=None) -> Message:
    with acting_as(for_user(by, request=text)):
        return actions.write(text, by=by, noun="order", subject=order, key=key).message


def test_a_form_that_is_sent_twice_at_once_is_one_message_and_one_notice(cast, order):
    keys = [UUID(int=number + 1) for number in range(_TIMES)]

    def post(key):
        return written(cast.agent, order, f"@{cast.manager.name} {key}", key)

    one, other = in_step(keys, post, post)

    assert [message.pk for message in one] == [message.pk for message in other]
    with acting_as(for_user(cast.manager)):
        assert Message.objects.count() == _TIMES
        assert Event.objects.filter(kind="message.written").count() == _TIMES
        assert Notice.objects.filter(person=cast.manager, kind="message.mentioned").count() == _TIMES


def test_two_windows_of_one_writer_never_overwrite_each_other_unseen(cast, order):
    messages = [written(cast.agent, order, f"message {number}") for number in range(_TIMES)]

    def change(words):
        def changed(message):
            try:
                with acting_as(for_user(cast.agent)), transaction.atomic():
                    return actions.edit(message, by=cast.agent, text=words, version=1).message.text
            except Conflict as clash:
                return clash

        return changed

    one, other = in_step(messages, change("left"), change("right"))

    for message, left, right in zip(messages, one, other, strict=True):
        [text] = [said for said in (left, right) if isinstance(said, str)]
        [clash] = [said for said in (left, right) if isinstance(said, Conflict)]
        assert clash.fields[0].theirs == text
        with acting_as(for_user(cast.agent)):
            message.refresh_from_db()
        assert (message.text, message.version) == (text, 2)


def test_a_change_and_a_removal_at_once_leave_it_removed(cast, order):
    message = written(cast.agent, order, "wrong")

    def change():
        try:
            with acting_as(for_user(cast.agent)), transaction.atomic():
                actions.edit(message, by=cast.agent, text="right", version=1)
        except Refused as refused:
            return refused.sentence
        return ""

    def remove():
        with acting_as(for_user(cast.manager)), transaction.atomic():
            return actions.remove(message, by=cast.manager)

    said, gone = together(change, remove)

    assert said in {"", "This message was removed meanwhile."}
    assert (gone.text, gone.removed_by_id) == ("", cast.manager.pk)


# --- the five minutes


def age(*messages: Message) -> None:
    """As if they had been written six minutes ago: the owner of the database alone can do it, around the guard."""
    with psycopg.connect(database.owner_url(connection.settings_dict["NAME"])) as owner:
        owner.execute("alter table threads_message disable trigger ab_message")
        for message in messages:
            owner.execute("update threads_message set at = at - interval '6 minutes' where id = %s", [message.pk])
        owner.execute("alter table threads_message enable trigger ab_message")


def by_hand(person, change: str, message: Message) -> int:
    with acting_as(for_user(person)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"update threads_message set {change} where id = %s", [message.pk])
        return cursor.rowcount


def test_after_it_a_message_stays_for_its_writer_and_a_manager_may_remove_it(cast, order):
    message, of_manager = written(cast.agent, order, "old"), written(cast.manager, order, "old too")
    age(message, of_manager)

    with acting_as(for_user(cast.agent)):
        with pytest.raises(Refused, match="can be changed for 5 minutes"), transaction.atomic():
            actions.edit(message, by=cast.agent, text="new", version=1)
        with pytest.raises(Refused, match="can be removed for 5 minutes"), transaction.atomic():
            actions.remove(message, by=cast.agent)
    assert by_hand(cast.agent, "text = 'new'", message) == by_hand(cast.agent, "removed_at = now()", message) == 0
    with pytest.raises(IntegrityError, match="more than 5 minutes ago"):
        by_hand(cast.manager, "text = 'new'", of_manager)

    with acting_as(for_user(cast.manager)), transaction.atomic():
        assert actions.remove(message, by=cast.manager).removed_by_id == cast.manager.pk
