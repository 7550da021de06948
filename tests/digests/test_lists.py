"""The morning's mails: to whom, about what, once a person and day - on two workers, after a death, in summer time."""

import signal
import threading
import time
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from zoneinfo import ZoneInfo

import pytest
from django.db import connections, transaction
from django.test import override_settings

from accounts import actions as people
from ops import clock
from ops.celery import app  # noqa: F401  the tasks below belong to it
from ops.db.actor import acting_as, for_user, task
from ops.digests import actions as digests
from ops.digests import lists
from ops.digests.models import DigestDay, EmptyRole, Listed
from ops.digests.tasks import write_lists
from ops.models import JobRun
from ops.shop import actions as shop
from ops.tasks import send_mail
from orders.overdue import OVERDUE
from tests import make
from tests.digests.conftest import LAST_WEEK, YESTERDAY, links_in, mails, tell
from tests.digests.post import another_process, postbox  # noqa: F401

TOMORROW = clock.today() + timedelta(days=1)


@pytest.mark.django_db
def test_agents_are_told_of_their_own_orders_worst_first(cast, origin):
    mild = make.order(cast.agent, **YESTERDAY)
    bad = make.order(cast.agent, name="Imran Qureshi", **LAST_WEEK)
    theirs = make.order(cast.other_agent, **YESTERDAY)
    make.order(cast.agent)

    assert tell() == 2

    mail = mails()[cast.agent.email]
    assert mail.subject == "2 orders wait for you"
    assert mail.text.index(bad.number) < mail.text.index(mild.number)
    assert "7 days ago" in mail.text
    assert "Imran Qureshi" in mail.text
    assert theirs.number not in mail.text + mail.html
    assert mails()[cast.other_agent.email].subject == f"{theirs.number} waits for you"
    assert len(links_in(mail)) == 2
    with acting_as(for_user(cast.agent)):
        assert list(Listed.objects.values_list("subject_id", "position", "role")) == [
            (bad.pk, 1, "sales_agent"), (mild.pk, 2, "sales_agent"),
        ]  # fmt: skip


@pytest.mark.django_db
def test_production_is_told_without_customers_and_nobody_of_money(cast):
    order = make.order_in("in_production", cast.agent, cast.production, name="Imran Qureshi", **YESTERDAY)
    make.order(cast.agent, name="Imran Qureshi", **YESTERDAY)

    assert tell() == 2

    made = mails()
    assert made.keys() == {cast.production.email, cast.agent.email}
    assert order.number in made[cast.production.email].text
    assert "Imran" not in made[cast.production.email].text + made[cast.production.email].html
    for mail in made.values():
        assert "2501" not in mail.text.replace(",", "")
        assert "PKR" not in mail.text


@pytest.mark.django_db
def test_nothing_to_do_is_no_mail_and_each_mail_has_one_reader(cast):
    make.order(cast.agent)
    make.order_in("delivered", cast.agent, cast.production, **YESTERDAY)

    assert tell() == 0
    assert mails() == {}


@pytest.mark.django_db
def test_what_was_put_off_extended_or_handed_back_is_not_listed_again(cast, as_person):
    orders = [make.order(cast.agent, **YESTERDAY) for _ in range(4)]
    with as_person(cast.agent):
        digests.snooze(OVERDUE, orders[0], by=cast.agent, until=TOMORROW)
        digests.extend(OVERDUE, orders[1], by=cast.agent, until=TOMORROW, reason="Fabric")
        digests.hand_back(OVERDUE, orders[2], by=cast.agent, reason="Sana sold it")

    assert tell() == 4

    made = mails()
    assert [one.number in made[cast.agent.email].text for one in orders] == [False, False, False, True]
    for person in (cast.admin, cast.manager, cast.owner):
        assert [one.number in made[person.email].text for one in orders] == [False, False, True, False]
        assert "Omar Aziz: not mine, Sana sold it" in made[person.email].text
        assert "Not mine:" not in made[person.email].text


@pytest.mark.django_db
def test_a_list_has_at_most_twenty_rows_and_leads_to_the_rest(cast, origin, client_of):
    for days in range(23):
        make.order(cast.agent, promise_on=clock.today() - timedelta(days=days + 1))

    assert tell() == 1

    mail = mails()[cast.agent.email]
    assert (mail.subject, len(links_in(mail))) == ("23 orders wait for you", 20)
    assert "23 days ago" in mail.text
    assert "3 days ago" not in mail.text.replace("23 days ago", "").replace("13 days ago", "")
    assert "… and 3 more orders: https://shop.example/orders/list/?waits=1" in mail.text
    assert "23 orders" in client_of(cast.agent).get("/orders/list/?waits=1").content.decode()


@pytest.mark.django_db
def test_a_second_run_of_the_day_tells_nobody_and_the_next_day_tells_again(cast):
    make.order(cast.agent, **YESTERDAY)

    assert [tell(), tell()] == [1, 0]
    assert tell(TOMORROW) == 1


# --- nobody works there -------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_role_without_anybody_is_said_once_and_again_after_it_was_filled(cast, as_person):
    order = make.order_in("in_production", cast.agent, cast.production, **YESTERDAY)
    with as_person(cast.admin):
        people.deactivate_person(cast.production, by=cast.admin)

    assert [tell(), tell(TOMORROW)] == [3, 0]

    made = mails("digest.empty")
    assert made.keys() == {cast.admin.email, cast.manager.email, cast.owner.email}
    assert order.number in made[cast.owner.email].text
    assert made[cast.owner.email].subject == "Nobody works as Production now"
    with as_person(cast.admin):
        people.reactivate_person(cast.production, by=cast.admin)
    assert tell(TOMORROW + timedelta(days=1)) == 1
    with acting_as(task("overdue")):
        assert EmptyRole.objects.count() == 0
    with as_person(cast.admin):
        people.deactivate_person(cast.production, by=cast.admin)
    assert tell(TOMORROW + timedelta(days=2)) == 3


# --- when ---------------------------------------------------------------------------------------------------------

LONDON = ZoneInfo("Europe/London")


def in_london() -> override_settings:
    """Only the asking happens there: the database's rules stay in the shop's zone, where it may be another day."""
    return override_settings(TIME_ZONE="Europe/London")


def due(local: str) -> bool:
    moment = datetime.fromisoformat(local).replace(tzinfo=LONDON)
    with in_london(), acting_as(task("overdue")):
        return lists.is_due(moment)


@pytest.mark.django_db
def test_lists_are_due_from_the_shops_hour_on_working_days_only(cast):
    with acting_as(for_user(cast.owner)):
        shop.add_holidays([(datetime(2027, 3, 26).date(), "Good Friday")], by=cast.owner)

    assert [due(f"2027-03-25 {hour}") for hour in ("02:00", "07:59", "08:00", "19:30", "23:59")] == [
        False, False, True, True, True,
    ]  # fmt: skip
    assert due("2027-03-26 09:00") is False  # a holiday
    assert due("2027-03-27 09:00") is True  # a Saturday, which the shop works
    assert due("2027-03-28 09:00") is False  # a Sunday
    with acting_as(for_user(cast.owner)):
        shop.change_setting("digest.hour", 6, by=cast.owner)
    assert due("2027-03-25 06:00") is True
    with acting_as(task("overdue")):
        DigestDay.objects.create(day="2027-03-25", mails=0)
    assert due("2027-03-25 09:00") is False


@pytest.mark.django_db
@pytest.mark.parametrize(("first", "hours"), [("2027-03-27", 23), ("2027-10-30", 25)])
def test_across_a_clock_change_each_day_has_one_list_at_the_same_hour(first, hours, cast):
    """Asked every quarter of an hour, as beat does, through the days before and after; the Sunday is worked here."""
    make.order(cast.agent, **YESTERDAY)
    with acting_as(for_user(cast.owner)):
        shop.change_setting("calendar.working_days", list(range(7)), by=cast.owner)
        shop.change_setting("digest.hour", 5, by=cast.owner)
    start = datetime.fromisoformat(f"{first} 00:00").replace(tzinfo=LONDON).astimezone(UTC)
    sunday = start + timedelta(days=1)
    assert (sunday + timedelta(hours=hours)).astimezone(LONDON).hour == 0
    told = []

    moment = start
    while moment < sunday + timedelta(hours=hours):
        with in_london(), clock.moved_to(moment), acting_as(task("overdue")):
            if lists.is_due(moment):
                told.append((f"{moment.astimezone(LONDON):%a %H:%M}", lists.write_lists(clock.today())))
        moment += timedelta(minutes=15)

    assert told == [("Sat 05:00", 1), ("Sun 05:00", 1)]


# --- two at once, killed, sent ------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_write_one_mail_each(cast):
    make.order(cast.agent, **YESTERDAY)
    make.order(cast.other_agent, **YESTERDAY)
    start, told = threading.Barrier(2), []

    def work() -> None:
        try:
            start.wait()
            told.append(tell())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert sum(told) == 2
    assert len(mails()) == 2


@pytest.mark.django_db(transaction=True)
def test_two_workers_say_an_empty_role_once(cast):
    from tests.races.together import together

    with transaction.atomic():
        make.order_in("in_production", cast.agent, cast.production, **YESTERDAY)
        with acting_as(for_user(cast.admin)):
            people.deactivate_person(cast.production, by=cast.admin)

    assert sorted(together(tell, tell)) == [0, 3]


@pytest.mark.django_db(transaction=True)
def test_the_job_writes_its_run_and_the_mail_arrives_exactly_once(cast, postbox):  # noqa: F811
    order = make.order(cast.agent, **YESTERDAY)

    for _ in range(2):
        write_lists(at_once=True)
        send_mail()

    (taken,) = postbox.taken
    message = message_from_bytes(taken, policy=policy.default)
    assert (message["To"], message["Cc"], message["Bcc"]) == (cast.agent.email, None, None)
    assert message["Message-ID"].startswith("<outbox-")
    assert order.number in message.get_body(("plain",)).get_content()
    assert message.get_body(("html",)) is not None
    with acting_as(for_user(cast.sysadmin)):
        runs = JobRun.objects.filter(name="write morning lists").order_by("pk")
        assert [(run.rows, run.error, run.ended_at is not None) for run in runs] == [(1, "", True), (0, "", True)]


_DIES_BEFORE_COMMIT = """
import os, signal
from django.db import transaction
from ops import clock
from ops.db.actor import acting_as, task
from ops.digests import lists
with acting_as(task("overdue")), transaction.atomic():
    assert lists.write_lists(clock.today()) == 1
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_before_its_commit_has_told_nobody_and_the_next_one_does(cast, postbox):  # noqa: F811
    make.order(cast.agent, **YESTERDAY)

    killed = another_process(_DIES_BEFORE_COMMIT, postbox)
    assert killed.wait(30) == -signal.SIGKILL
    assert mails() == {}
    write_lists(at_once=True)
    send_mail()
    send_mail()

    assert len(postbox.taken) == 1


@pytest.mark.django_db(transaction=True)
def test_a_sender_killed_in_the_conversation_leaves_the_mail_to_the_next(cast, postbox):  # noqa: F811
    make.order(cast.agent, **YESTERDAY)
    write_lists(at_once=True)
    postbox.slow = 30.0

    killed = another_process("import ops.celery; from ops.tasks import send_mail; send_mail()", postbox)
    assert postbox.asked.wait(30)
    killed.kill()
    killed.wait(10)
    postbox.slow = 0.0
    deadline = time.monotonic() + 10
    while not postbox.taken and time.monotonic() < deadline:  # until the server has let go of the dead one's row
        send_mail()
        time.sleep(0.05)
    send_mail()

    assert len(postbox.taken) == 1
    assert mails()[cast.agent.email].state == "sent"
