"""What was corrected or removed is so in every bell, and in mails that were not sent yet, whichever way it came."""

import threading
import time

import pytest
from django.db import connections, transaction

from ops.db.actor import acting_as, for_user, mailer, task
from ops.models import OutboxMail
from ops.notices import actions as notices
from ops.notices.models import Notice
from ops.notices.queries import shown
from ops.threads import actions
from tests.notices.walk import act, as_owner, walk

pytestmark = pytest.mark.django_db(transaction=True)
_GONE = "mentioned you; the message was removed since"


@pytest.fixture
def order(cast):
    return walk("in_production", cast.agent, cast.production)


@pytest.fixture
def message(cast, order):
    with act(cast.agent):
        said = f"@{cast.manager.name} the card is 4111"
        return actions.write(said, by=cast.agent, noun="order", subject=order).message


def bell(person) -> list[str]:
    with acting_as(for_user(person)):
        return [line.text for line in shown(person, Notice.objects.filter(kind="message.mentioned"))]


def write_mails() -> int:
    with acting_as(task("letters")):
        return notices.mail_notices()


def waiting() -> list[str]:
    with acting_as(mailer()):
        return [mail.text + mail.html + mail.subject for mail in OutboxMail.objects.filter(kind="notices.told")]


def test_a_bell_reads_a_message_as_it_stands(cast, message):
    assert bell(cast.manager) == ["mentioned you: @Hamza Sheikh the card is 4111"]

    with act(cast.agent):
        actions.edit(message, by=cast.agent, text="@Hamza Sheikh call them", version=1)
    assert bell(cast.manager) == ["mentioned you: @Hamza Sheikh call them"]

    as_owner("update threads_message set removed_at = now() where id = %s", message.pk)
    assert bell(cast.manager) == [_GONE]


def test_the_first_words_are_cut_between_two_words(cast, order):
    with act(cast.agent):
        actions.write(f"@{cast.manager.name} " + "word " * 40, by=cast.agent, noun="order", subject=order)

    assert bell(cast.manager) == [f"mentioned you: @Hamza Sheikh {'word ' * 21}…"]


def test_no_notice_keeps_words_of_a_message(cast, message):
    kept = as_owner("select data from notices_notice where kind = 'message.mentioned'")
    assert kept == [({"message": message.pk},)]


def test_what_was_removed_before_the_mail_is_written_is_not_mailed(cast, message):
    with act(cast.manager):
        actions.remove(message, by=cast.manager)

    assert write_mails() == 0
    assert waiting() == []


def test_a_mail_that_waits_is_written_again_with_the_words_that_stand(cast, message):
    assert write_mails() == 1
    with act(cast.agent):
        actions.edit(message, by=cast.agent, text="@Hamza Sheikh call them", version=1)

    assert waiting() == []
    assert write_mails() == 1
    [mail] = waiting()
    assert "call them" in mail
    assert "4111" not in mail


def test_a_mail_that_waits_loses_what_was_removed_and_keeps_the_rest(cast, order, message):
    with act(cast.agent):
        actions.write(f"@{cast.manager.name} walnut", by=cast.agent, noun="order", subject=order)
    assert write_mails() == 1

    as_owner("update threads_message set removed_at = now() where id = %s", message.pk)  # in psql, as it were

    assert write_mails() == 1
    [mail] = waiting()
    assert "walnut" in mail
    assert "4111" not in mail


@pytest.mark.parametrize(("state", "left"), [("failed", 0), ("sent", 1)])
def test_a_mail_that_was_given_up_goes_too_and_one_that_was_sent_stays(cast, message, state, left):
    write_mails()
    as_owner("update ops_outboxmail set state = %s", state)

    with act(cast.manager):
        actions.remove(message, by=cast.manager)

    assert len(waiting()) == left
    assert write_mails() == 0


def test_a_removal_waits_for_the_mail_that_is_just_being_written(cast, message):
    """The job has read the words and not committed yet; who removes them meets its mail all the same."""
    removed = threading.Event()

    def remove() -> None:
        with act(cast.manager):
            actions.remove(message, by=cast.manager)
        removed.set()
        connections.close_all()

    with acting_as(task("letters")), transaction.atomic():
        assert notices.mail_notices() == 1
        other = threading.Thread(target=remove)
        other.start()
        until = time.monotonic() + 20
        while not as_owner("select 1 from pg_locks where not granted"):
            assert time.monotonic() < until
            assert not removed.is_set()
    other.join(30)

    assert removed.is_set()
    assert waiting() == []
    assert write_mails() == 0
