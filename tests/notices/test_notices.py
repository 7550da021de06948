"""One's own notices: bell, centre, reading, muting; what other rooms tell; the page of rules; mails to colleagues."""

import re

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from ops import events
from ops.db.actor import acting_as, mailer, task
from ops.events import Kind
from ops.models import OutboxMail
from ops.notices import actions
from ops.notices.shipped import sync_rules
from tests import database
from tests.notices.walk import act, as_owner, as_owner_in_django, move, walk
from tests.races.together import together

pytestmark = pytest.mark.django_db(transaction=True)

events.declare(Kind("order.mentioned", "mentioned you: {text}", "at-sign"))


def test_other_rooms_tell_those_who_may_see_it_and_never_who_says_it(cast, told):
    order = walk("shipped", cast.agent, cast.production)
    everyone = [cast.agent, cast.other_agent, cast.manager, cast.production, cast.sysadmin]
    before = len(told(cast.manager))

    with act(cast.agent):
        assert actions.tell(everyone, "order.mentioned", order, text="look") == 1
        assert actions.tell(everyone, "order.mentioned", order, text="look") == 0  # once a transaction

    assert len(told(cast.manager)) == before + 1
    [line] = [one for one in told(cast.manager) if one.topic == "kind:order.mentioned"]
    assert (line.title, line.by, line.text, line.icon) == (order.number, "Omar Aziz", "mentioned you: look", "at-sign")
    assert told(cast.other_agent) == told(cast.sysadmin) == []


def test_a_muted_kind_is_not_told_and_an_unknown_one_is_an_error(cast, told):
    order = walk("received", cast.agent, cast.production)
    with act(cast.manager):
        actions.mute(cast.manager, "kind:order.mentioned")
    with act(cast.agent):
        assert actions.tell([cast.manager], "order.mentioned", order, text="x") == 0
        with pytest.raises(KeyError):
            actions.tell([cast.manager], "order.never", order)


def test_the_bell_counts_and_reading_empties_it(cast, client_of):
    order = walk("ready_to_ship", cast.agent, cast.production)
    client = client_of(cast.agent)

    page = client.get("/notices/").content.decode()
    assert 'aria-label="Notices, 1 new"' in page
    assert order.number in page
    assert "Bilal Shah marked it ready to ship" in page
    assert 'aria-label="Notices, 1 new"' in client.get("/orders/").content.decode()
    pk = int(as_owner("select id from notices_notice where person_id = %s", cast.agent.pk)[0][0])

    opened = client.post(f"/notices/{pk}/open/")

    assert opened.url == f"/orders/{order.pk}/"
    assert 'aria-label="Notices"' in client.get("/notices/bell/").content.decode()
    assert order.number not in client.get("/notices/?only=unread").content.decode()
    assert client_of(cast.manager).post(f"/notices/{pk}/read/").status_code == 404


def test_all_are_read_at_once_and_others_keep_theirs(cast, client_of):
    for _ in range(3):
        walk("ready_to_ship", cast.agent, cast.production)

    client_of(cast.agent).post("/notices/read/")

    assert as_owner("select count(*) from notices_notice where person_id = %s and read_at is null", cast.agent.pk) == [
        (0,)
    ]
    assert as_owner(
        "select count(*) from notices_notice where person_id = %s and read_at is null", cast.production.pk
    ) == [(3,)]


def test_one_mutes_and_hears_again_and_chooses_mails(cast, client_of):
    walk("in_production", cast.agent, cast.production)
    client = client_of(cast.production)
    topic = re.search(r'name="topic" value="(rule:\d+)"', client.get("/notices/").content.decode())[1]

    client.post("/notices/mute/", {"topic": topic})
    walk("in_production", cast.agent, cast.production)

    assert as_owner("select count(*) from notices_notice where person_id = %s", cast.production.pk) == [(1,)]
    assert "Muted" in client.get("/notices/choices/").content.decode()
    client.post("/notices/mute/", {"topic": topic, "again": "1", "back": "choices"})
    client.post("/notices/choices/", {"mail": "no"})
    assert as_owner("select mail from notices_preference") == [(False,)]
    assert as_owner("select count(*) from notices_mute") == [(0,)]
    assert client.post("/notices/mute/", {"topic": "x"}).status_code == 422


# --- nobody else's, and nothing forged, by raw SQL as the web's login ---------------------------------------------


@pytest.mark.parametrize(
    "attack",
    [
        "insert into notices_notice (person_id, noun, kind, topic, rows, data, txid, in_app, mail)"
        " values ({other}, 'order', 'x', 'told', 1, '{{}}', 1, true, false)",
        "delete from notices_notice",
        "update notices_notice set kind = 'x'",
        "update notices_rule set active = false",
        "delete from notices_rule",
        "insert into notices_mute (person_id, topic) values ({other}, 'x')",
        "insert into notices_preference (person_id, mail) values ({other}, false)",
        "insert into notices_letter (noun, subject_id, kind, txid, state, why) values ('order', 1, 'x', 1, 'due', '')",
        "select * from notices_letter",
        "select ops.tell_of('order', array[1::bigint], array['stage:shipped'], array[1::bigint], array[1::bigint],"
        " array[now()], 'x')",
        "select * from ops.notice_targets('order', array[1::bigint], array['stage:shipped'], array[1::bigint],"
        " array[1::bigint], '{{}}')",
        "select ops.who_may_see('order', 1, array[1::bigint])",
        "select ops.order_link_silence(true)",
    ],
)
def test_the_database_refuses_an_agent(cast, attack):
    walk("ready_to_ship", cast.agent, cast.production)
    with act(cast.agent), connection.cursor() as cursor:
        with pytest.raises(DatabaseError) as refused, transaction.atomic():
            cursor.execute(attack.format(other=cast.manager.pk))
        assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege)


def test_nobody_reads_or_marks_the_notices_of_others(cast):
    walk("ready_to_ship", cast.agent, cast.production)
    with act(cast.manager), connection.cursor() as cursor:
        cursor.execute("select count(*) from notices_notice where person_id <> ops.uid()")
        assert cursor.fetchone() == (0,)
        cursor.execute("update notices_notice set read_at = now()")
        assert cursor.rowcount == 0


def test_a_preview_of_what_one_may_not_see_is_empty(cast):
    order = walk("ready_to_ship", cast.agent, cast.production, email="x@c.example")
    with act(cast.other_agent), connection.cursor() as cursor:
        cursor.execute("select * from ops.would_be_told('order', %s, array['stage:shipped'], '{}')", [order.pk])
        assert cursor.fetchall() == []


# --- rules --------------------------------------------------------------------------------------------------------


def test_the_shop_adds_changes_and_removes_rules_and_every_change_is_kept(cast, client_of):
    client = client_of(cast.sysadmin)
    said = {"when": "order|stage|delivered", "to": "role:finance", "channel": "in_app"}

    assert client.post("/notices/rules/add/", said).status_code == 302
    assert client.post("/notices/rules/add/", said).status_code in {409, 422}  # there is one like it
    [[pk]] = as_owner("select id from notices_rule where role_id = 'finance'")
    client.post(f"/notices/rules/{pk}/change/", {"channel": "both"})

    page = client.get("/notices/rules/").content.decode()
    assert "everybody who is Finance" in page
    assert "<del>in_app</del> → <ins>both</ins>" in page
    assert as_owner("select active, channel from notices_rule where id = %s", pk) == [(False, "both")]
    client.post(f"/notices/rules/{pk}/drop/")
    assert as_owner("select count(*) from notices_rule where role_id = 'finance'") == [(0,)]
    [[builtin]] = as_owner("select min(id) from notices_rule where builtin")
    assert client.post(f"/notices/rules/{builtin}/drop/").status_code == 422
    assert client_of(cast.manager).get("/notices/rules/").status_code == 403


def test_what_the_shop_switched_off_stays_off_when_rules_are_shipped_again(cast):
    as_owner("update notices_rule set active = false where key = 'shipped' and to_whom = 'agent'")
    as_owner("delete from notices_rule where key = 'delivered' and to_whom = 'agent'")

    with as_owner_in_django():
        assert [sync_rules("default"), sync_rules("default")] == [1, 0]

    assert as_owner("select active from notices_rule where key = 'shipped' and to_whom = 'agent'") == [(False,)]


# --- mails to colleagues ------------------------------------------------------------------------------------------


def mail() -> int:
    with acting_as(task("letters")):
        return actions.mail_notices()


def mails() -> list[OutboxMail]:
    with acting_as(mailer()):
        return list(OutboxMail.objects.filter(kind="notices.told").order_by("pk"))


def test_what_is_told_by_mail_is_one_mail_once_and_what_was_read_is_none(cast, settings):
    settings.ORIGIN = "https://shop.example"
    first, second = (walk("ready_to_ship", cast.agent, cast.production, name=name) for name in ("Sadia", "Imran"))

    assert [mail(), mail()] == [1, 0]

    [one] = mails()
    assert one.recipient == cast.agent.email
    assert one.subject == "2 things happened"
    assert all(order.number in one.text for order in (first, second))
    assert f"https://shop.example/orders/{first.pk}/" in one.text
    with act(cast.production):
        move(walk("in_production", cast.agent, cast.production), cast.production, "ready_to_ship")
    with act(cast.agent):
        actions.read(cast.agent)
    assert mail() == 0


def test_a_mail_says_nothing_of_what_its_reader_no_longer_sees(cast):
    order = walk("ready_to_ship", cast.agent, cast.production)
    as_owner("update orders_order set agent_id = %s where id = %s", cast.other_agent.pk, order.pk)

    mail()

    assert [one for one in mails() if one.recipient == cast.agent.email] == []


def test_two_workers_write_one_mail(cast):
    walk("ready_to_ship", cast.agent, cast.production)

    assert sorted(together(mail, mail)) == [0, 1]
    assert len(mails()) == 1


# --- races and tidying --------------------------------------------------------------------------------------------


def test_two_who_make_the_same_move_at_once_tell_once(cast):
    order = walk("in_production", cast.agent, cast.production)

    def ready(person):
        with act(person):
            return move(order, person, "ready_to_ship").stage

    together(lambda: ready(cast.production), lambda: ready(cast.manager))

    found = as_owner("select count(*) from notices_notice where person_id = %s", cast.agent.pk)
    assert found == [(1,)]


def test_a_move_that_is_rolled_back_tells_nobody(cast):
    order = walk("in_production", cast.agent, cast.production)
    with pytest.raises(RuntimeError), act(cast.production):
        move(order, cast.production, "ready_to_ship")
        raise RuntimeError
    assert as_owner("select count(*) from notices_notice where person_id = %s", cast.agent.pk) == [(0,)]
    with act(cast.production):
        with pytest.raises(RuntimeError), transaction.atomic():
            move(order, cast.production, "ready_to_ship")
            raise RuntimeError
        move(order, cast.production, "ready_to_ship")
    assert as_owner("select count(*) from notices_notice where person_id = %s", cast.agent.pk) == [(1,)]
    assert as_owner("select stage from orders_order where id = %s", order.pk) == [("ready_to_ship",)]


def test_old_notices_are_swept_and_no_others(cast):
    walk("ready_to_ship", cast.agent, cast.production, email="x@c.example")
    as_owner(
        "insert into notices_notice (person_id, noun, kind, topic, rows, data, txid, at, in_app, mail)"
        " values (%s, 'order', 'x', 'told', 1, '{}', 1, now() - interval '61 days', true, false)",
        cast.agent.pk,
    )
    kept = as_owner("select count(*) from notices_notice")[0][0] - 1

    with acting_as(task("sweeper")):
        assert actions.sweep() == 1

    assert as_owner("select count(*) from notices_notice") == [(kept,)]


def test_bells_hear_of_their_own_notices_and_nobody_elses(cast):
    order = walk("in_production", cast.agent, cast.production)
    heard = []
    with psycopg.connect(database.live_url(connection.settings_dict["NAME"]), autocommit=True) as listener:
        listener.execute("listen ops")
        with act(cast.production):
            move(order, cast.production, "ready_to_ship")
        heard += [note.payload for note in listener.notifies(timeout=2, stop_after=4)]

    mine = [payload for payload in heard if payload.startswith("notice ")]
    assert [payload.split()[-1] for payload in mine] == [str(cast.agent.pk)]
