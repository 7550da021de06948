"""Write, name, change, remove; who may; and what raw SQL as somebody's role cannot do."""
# ruff: noqa: E501  SQL and sentences stand on one line each: they are read as tables

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from ops import clock
from ops.errors import Conflict, Refused
from ops.files.intake import prepare
from ops.files.models import File
from ops.models import Event
from ops.notices.models import Notice
from ops.notices.queries import shown
from ops.threads import actions
from orders import actions as order_actions
from orders.queries import order_page
from tests import make

EVERYBODY = ("owner", "admin", "manager", "agent", "finance", "accountant", "production", "other_agent", "sysadmin")
SEES = {"owner", "admin", "manager", "agent", "finance", "accountant", "production"}


def told(person, as_person) -> list[str]:
    with as_person(person):
        rows = Notice.objects.filter(person=person, kind="message.mentioned").order_by("pk")
        return [line.text for line in shown(person, rows)]


# --- writing


def test_a_message_says_who_when_and_for_whom(write, cast, order):
    message = write(cast.agent, "  Walnut is in.\r\nCall them.  ")

    assert (message.noun, message.subject_id, message.text) == ("order", order.pk, "Walnut is in.\nCall them.")
    assert (message.by_id, message.visibility, message.version, message.mentions) == (cast.agent.pk, "internal", 1, [])
    assert clock.now() - message.at < timedelta(minutes=1)


def test_each_who_sees_the_order_reads_and_writes_there(write, cast, raw):
    for who in sorted(SEES):
        write(getattr(cast, who), f"{who} was here")

    for who in EVERYBODY:
        rows = raw(getattr(cast, who), "select text from threads_message")
        assert len(rows) == (len(SEES) if who in SEES else 0), who


def test_who_does_not_see_the_order_does_not_write(cast, order, as_person):
    for who in (cast.other_agent, cast.sysadmin):
        with as_person(who), pytest.raises((Refused, ProgrammingError)), transaction.atomic():
            actions.write("hello", by=who, noun="order", subject=order)


def test_only_who_looks_after_the_order_writes_to_the_customer(write, cast, order, as_person):
    with as_person(cast.agent):
        order_actions.share_order(order, by=cast.agent, colleague=cast.other_agent)
    for who in (cast.agent, cast.manager):
        assert write(who, "Ready on Monday.", "customer").is_for_customer

    for who in (cast.other_agent, cast.production, cast.finance, cast.accountant):
        with pytest.raises(Refused, match=r"^Only who looks after SO-\d+ writes to the customer\."):
            write(who, "Ready on Monday.", "customer")
    assert write(cast.other_agent, "I saw it.").visibility == "internal"


def test_the_floor_loses_sight_when_the_order_leaves_it(write, cast, order, as_person, raw):
    write(cast.production, "glued")
    with as_person(cast.production):
        order = order_actions.mark_ready(order, by=cast.production)
    with as_person(cast.agent):
        order_actions.ship_order(order, by=cast.agent, tracking="1", carrier="TCS")

    assert raw(cast.production, "select text from threads_message") == []
    assert raw(cast.agent, "select text from threads_message") == [("glued",)]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("", "Write something first."), (" \r\n\t ", "Write something first."), ("a\x00b", "a null byte"),
     ("x" * 10_001, "is 1 characters too long: 10,000 is the most")],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused_with_a_sentence(text, sentence, write, cast, raw):
    with pytest.raises(Refused, match=sentence):
        write(cast.agent, text)
    assert raw(cast.agent, "select count(*) from threads_message") == [(0,)]


def test_ten_thousand_characters_are_kept_whatever_their_bytes(write, cast):
    assert len(write(cast.agent, "ش" * 10_000).text) == 10_000


def test_a_form_that_comes_twice_is_one_message(write, cast, as_person):
    key = uuid4()
    first, again = (write(cast.agent, f"@{cast.manager.name} look", key=key) for _ in range(2))
    with pytest.raises(Refused, match="has arrived after all, with other words"):
        write(cast.agent, "other words", key=key)
    of_another = write(cast.manager, "words", key=key)

    assert (again.pk, again.text) == (first.pk, first.text)
    assert of_another.pk != first.pk
    assert len(told(cast.manager, as_person)) == 1
    with as_person(cast.manager):
        assert Event.objects.filter(kind="message.written").count() == 2


def test_files_come_with_their_message_and_its_readers(write, cast, as_person):
    content = prepare(make.photo((40, 30)), "pasted.png")
    message = write(cast.agent, "", attached=[content])

    assert message.text == "pasted.png"
    for who, sees in ((cast.production, 1), (cast.manager, 1), (cast.other_agent, 0), (cast.sysadmin, 0)):
        with as_person(who):
            assert File.objects.visible_to(who).filter(noun="message", subject_id=message.pk).count() == sees
    with as_person(cast.agent):
        actions.remove(message, by=cast.agent)
    with as_person(cast.manager):
        assert File.objects.filter(noun="message").count() == 0


# --- naming


def test_who_is_named_is_told_once_and_the_writer_never(write, cast, as_person):
    write(cast.agent, f"@{cast.manager.name} and @{cast.manager.name.lower()} and @{cast.agent.name}: look at the leg")

    assert len(told(cast.manager, as_person)) == 1
    assert told(cast.agent, as_person) == []


def test_a_first_name_is_enough_while_it_is_one_persons(write, cast, as_person):
    message = write(cast.agent, "@hamza, can you? mail hamza@bilal.example")

    assert message.mentions == [cast.manager.pk]
    assert told(cast.manager, as_person) == ["mentioned you: @hamza, can you? mail hamza@bilal.example"]
    assert told(cast.production, as_person) == []


def test_who_may_not_see_the_order_is_not_told_and_the_writer_hears_of_it(cast, order, as_person):
    with as_person(cast.agent):
        written = actions.write("@Sana Noor @Usman @Bilal", by=cast.agent, noun="order", subject=order)

    assert written.notes == [f"Sana Noor and Usman Ghani will not be told: they may not see {order.number}."]
    assert written.message.mentions == [cast.production.pk]
    assert told(cast.other_agent, as_person) == told(cast.sysadmin, as_person) == []
    assert len(told(cast.production, as_person)) == 1


def test_the_notice_asks_for_mail_and_whoever_muted_it_hears_nothing(write, cast, as_person):
    from ops.notices import actions as notices

    with as_person(cast.finance):
        notices.mute(cast.finance, "kind:message.mentioned")
    write(cast.agent, "@Hamza @Hira look")

    with as_person(cast.manager):
        assert [row.mail for row in Notice.objects.filter(person=cast.manager, kind="message.mentioned")] == [True]
    assert told(cast.finance, as_person) == []


def test_a_change_tells_only_who_is_new(write, cast, as_person):
    message = write(cast.agent, "@Hamza look")
    with as_person(cast.agent):
        changed = actions.edit(message, by=cast.agent, text="@Hamza and @Hira look", version=1).message
        changed = actions.edit(changed, by=cast.agent, text="look", version=2).message
        changed = actions.edit(changed, by=cast.agent, text="@Hamza and @Hira, look!", version=3).message

    assert changed.mentions == sorted([cast.manager.pk, cast.finance.pk])
    assert len(told(cast.manager, as_person)) == len(told(cast.finance, as_person)) == 1


# --- changing and removing


def test_the_writer_changes_the_words_for_a_quarter_of_an_hour(write, cast, as_person):
    message = write(cast.agent, "frist")
    with as_person(cast.agent):
        changed = actions.edit(message, by=cast.agent, text="first", version=1).message

    assert (changed.text, changed.version, changed.edited_at is not None) == ("first", 2, True)
    with as_person(cast.manager), pytest.raises(Refused, match=r"^Only who wrote a message changes its words\.$"):
        actions.edit(message, by=cast.manager, text="x", version=2)
    for who in (cast.production, cast.finance):
        with as_person(who), pytest.raises(Refused, match=r"^This message is not yours\."):
            actions.edit(message, by=who, text="x", version=2)


def test_of_two_windows_the_second_is_told_what_stands(write, cast, as_person):
    message = write(cast.agent, "one")
    with as_person(cast.agent):
        actions.edit(message, by=cast.agent, text="two", version=1)
        with pytest.raises(Conflict, match="changed in another window") as clash:
            actions.edit(message, by=cast.agent, text="three", version=1)
        assert (clash.value.fields[0].theirs, clash.value.fields[0].mine) == ("two", "three")
        assert actions.edit(message, by=cast.agent, text="two", version=1).message.version == 2


def test_what_is_removed_leaves_a_mark_and_its_words_for_managers_only(write, cast, as_person, raw):
    message = write(cast.agent, "the wrong customer's number")
    with as_person(cast.agent):
        gone = actions.remove(message, by=cast.agent)
        assert actions.remove(message, by=cast.agent).removed_at == gone.removed_at

    assert (gone.text, gone.removed_by_id) == ("", cast.agent.pk)
    with as_person(cast.agent), pytest.raises(Refused, match="was removed meanwhile"):
        actions.edit(message, by=cast.agent, text="back", version=1)
    kept = "select count(*) from threads_historicalmessage where text like 'the wrong%%'"
    assert raw(cast.manager, kept) == [(1,)]
    for who in (cast.agent, cast.production, cast.other_agent, cast.sysadmin):
        assert raw(who, kept) in (None, [(0,)])
        assert raw(who, "select count(*) from threads_message_changes") in (None, [(0,)])


def test_managers_remove_what_others_wrote(write, cast, as_person):
    message = write(cast.agent, "rude")
    with as_person(cast.finance), pytest.raises(Refused, match="not yours"):
        actions.remove(message, by=cast.finance)
    with as_person(cast.manager):
        assert actions.remove(message, by=cast.manager).removed_by_id == cast.manager.pk


# --- raw SQL as somebody's own role


_ADD = "insert into threads_message (noun, subject_id, visibility, text, mentions, version, by_id) values (%s, %s, %s, 'x', '{}', 9, %s) returning by_id, version"


def test_who_wrote_it_is_stamped_whatever_is_claimed(cast, order, raw):
    assert raw(cast.agent, _ADD, "order", order.pk, "internal", cast.manager.pk) == [(cast.agent.pk, 1)]


@pytest.mark.parametrize(
    ("who", "noun", "visibility"),
    [("production", "order", "customer"), ("finance", "order", "customer"), ("other_agent", "order", "internal"),
     ("sysadmin", "order", "internal"), ("production", "customer", "internal"), ("accountant", "order", "customer"), ("manager", "quote", "internal")],
)  # fmt: skip
def test_no_role_adds_what_its_policies_do_not_let(who, noun, visibility, cast, order, as_person):
    with (
        as_person(getattr(cast, who)),
        pytest.raises(ProgrammingError, match=r"permission denied|row-level security"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(_ADD, [noun, order.pk, visibility, None])


@pytest.mark.parametrize(
    "change",
    ["visibility = 'customer'", "subject_id = 1", "at = now()", "by_id = null", "version = 1", "edited_at = null"],
)
def test_no_role_changes_what_a_message_is(change, write, cast, raw):
    message = write(cast.agent)
    for who in (cast.agent, cast.manager):
        assert raw(who, f"update threads_message set {change} where id = %s", message.pk) is None


def test_no_role_deletes(write, cast, raw):
    write(cast.agent)
    for who in EVERYBODY:
        assert raw(getattr(cast, who), "delete from threads_message") is None


def test_nobody_puts_words_into_anothers_mouth(write, cast, as_person, raw):
    message = write(cast.agent, "mine")
    for who in (cast.production, cast.finance, cast.other_agent):
        assert raw(who, "update threads_message set text = 'forged' where id = %s", message.pk) == 0
    with (
        as_person(cast.manager),
        pytest.raises(IntegrityError, match="Only who wrote"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("update threads_message set text = 'forged' where id = %s", [message.pk])


def test_nothing_of_a_thread_reaches_who_does_not_see_the_order(write, cast, as_person, raw, client_of, order):
    message = write(cast.agent, "Divorce of the customer")
    with as_person(cast.agent):
        actions.edit(message, by=cast.agent, text="Divorce of the customer, really", version=1)

    for who in (cast.other_agent, cast.sysadmin):
        for table in ("threads_message", "threads_historicalmessage", "threads_message_changes"):
            assert raw(who, f"select count(*) from {table}") in (None, [(0,)])
        assert raw(who, "select count(*) from ops_event where noun = 'message'") == [(0,)]
        assert raw(who, "select ops.search_messages('divorce', 10)") == [([],)]
        assert raw(who, "select ops.thread_people('order', %s)", order.pk) == [([],)]
        client = client_of(who)
        for url in (
            f"/threads/{message.pk}/",
            f"/threads/order/{order.pk}/",
            f"/threads/order/{order.pk}/?q=divorce",
            f"/threads/order/{order.pk}/people/",
            f"/threads/{message.pk}/edit/",
        ):
            assert client.get(url).status_code in (403, 404), url
        assert "Divorce" not in client.get("/palette/?q=divorce").content.decode()


def test_the_story_of_the_order_says_that_and_not_what(write, cast, order, as_person):
    write(cast.production, "secret words")
    write(cast.agent, "Ready on Monday.", "customer")
    with as_person(cast.manager):
        story = [entry.text for entry in order_page(order, cast.manager).timeline]

    assert sum("wrote a message" in text for text in story) == 1
    assert sum("wrote to the customer" in text for text in story) == 1
    assert "secret" not in " ".join(story)
