"""Starts and mailings of views: two windows, two deciders, and the mail job on two workers at once."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.http import QueryDict

from ops import clock
from ops.boards import BOARDS
from ops.boards.ask import Ask
from ops.db.actor import acting_as, for_user, mailer, task
from ops.models import Event, OutboxMail, Role, SavedView
from ops.standing import actions, mailing
from ops.standing.models import Mailing, Start
from tests import make
from tests.races.together import in_step, together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
PAGE, _TIMES = "orders:order_list", 20


def asked(person, query: str) -> Ask:
    return Ask.read(BOARDS["orders"], person, QueryDict(query))


def role_of(person) -> Role:
    with acting_as(for_user(person)):
        return Role.objects.get(pk="sales_agent")


def saved(person, name="Rush") -> SavedView:
    with acting_as(for_user(person)), transaction.atomic():
        return SavedView.objects.create(owner=person, board=PAGE, name=name, query="rush=1", shared=True)


def test_two_windows_that_choose_a_start_leave_one_whole_start(cast):
    def choose(query, name):
        def one(_):
            with acting_as(for_user(cast.agent)), transaction.atomic():
                actions.start_as_role(PAGE, by=cast.agent)
            with acting_as(for_user(cast.agent)), transaction.atomic():
                return actions.start_with(asked(cast.agent, query), PAGE, name, by=cast.agent).pk

        return one

    in_step(range(_TIMES), choose("rush=1", "Rush"), choose("late=1", "Late"))

    with acting_as(for_user(cast.agent)):
        kept = list(Start.objects.filter(person=cast.agent).values_list("query", "name"))
    assert kept in ([("rush=1", "Rush")], [("late=1", "Late")])


def test_two_who_decide_for_a_role_at_once_are_both_on_record_and_one_holds(cast):
    role = role_of(cast.manager)

    def decide(person, query, name):
        def one():
            with acting_as(for_user(person)), transaction.atomic():
                return actions.start_role_with(asked(person, query), PAGE, name, role, by=person).pk

        return one

    one, other = together(decide(cast.manager, "rush=1", "Rush"), decide(cast.admin, "late=1", "Late"))

    assert one == other
    with acting_as(for_user(cast.manager)):
        said = [event.data["name"] for event in Event.objects.filter(kind="start.role_set").order_by("pk")]
        [start] = Start.objects.filter(role=role)
    assert sorted(said) == ["Late", "Rush"]
    assert (start.name, start.query) in {("Rush", "rush=1"), ("Late", "late=1")}


def test_a_start_that_is_ended_twice_at_once_is_ended_once(cast):
    role = role_of(cast.manager)
    with acting_as(for_user(cast.manager)), transaction.atomic():
        actions.start_role_with(asked(cast.manager, "rush=1"), PAGE, "Rush", role, by=cast.manager)

    def end(person):
        with acting_as(for_user(person)), transaction.atomic():
            actions.end_role_start(asked(person, ""), PAGE, role, by=person)

    together(lambda: end(cast.manager), lambda: end(cast.admin))

    with acting_as(for_user(cast.manager)):
        assert Event.objects.filter(kind="start.role_ended").count() == 1
        assert not Start.objects.exists()


def test_a_view_that_two_windows_want_by_mail_comes_once_and_neither_window_fails(cast):
    views = [saved(cast.agent, f"Rush {number}") for number in range(_TIMES)]

    def want(often):
        def one(view):
            with acting_as(for_user(cast.agent)), transaction.atomic():
                return actions.mail_view(view, often, by=cast.agent).often

        return one

    daily, weekly = in_step(views, want("daily"), want("weekly"))

    assert (daily, weekly) == (["daily"] * _TIMES, ["weekly"] * _TIMES)
    with acting_as(for_user(cast.agent)):
        assert Mailing.objects.count() == _TIMES


def test_two_workers_mail_a_view_once_a_day(cast):
    with transaction.atomic():
        make.order(cast.agent, rush=True)
    for number in range(4):
        with acting_as(for_user(cast.agent)):
            actions.mail_view(saved(cast.agent, f"Rush {number}"), "daily", by=cast.agent)
    day = clock.today()

    def work():
        with acting_as(task("views")):
            return mailing.mail_views(day)

    assert sum(together(work, work)) == 4
    with acting_as(mailer()):
        mails = [mail.key for mail in OutboxMail.objects.filter(kind="view_mail")]
    assert len(mails) == len(set(mails)) == 4
    with acting_as(task("views")):
        assert set(Mailing.objects.values_list("last_on", flat=True)) == {day}
        assert mailing.mail_views(day) == 0
        assert mailing.mail_views(day + timedelta(days=1)) == 4


def test_who_ends_it_while_the_mail_is_written_gets_that_mail_or_none_and_no_other(cast, settings):
    settings.ORIGIN = "https://shop.example"  # the mail has a link that ends it
    with transaction.atomic():
        make.order(cast.agent, rush=True)
    view = saved(cast.agent)
    with acting_as(for_user(cast.agent)):
        actions.mail_view(view, "daily", by=cast.agent)
    day = clock.today()

    def work():
        with acting_as(task("views")):
            return mailing.mail_views(day)

    def end():
        with acting_as(for_user(cast.agent)), transaction.atomic():
            actions.end_mailing(view, by=cast.agent)

    together(work, end)
    with acting_as(task("views")):  # what the job had read before it was ended
        assert mailing._tell(Mailing(pk=10**9, person=cast.agent, view=view), cast.agent, day, day) is False

    with acting_as(task("views")):
        assert not Mailing.objects.exists()
        assert mailing.mail_views(day + timedelta(days=1)) == 0
    with acting_as(mailer()):
        assert OutboxMail.objects.filter(kind="view_mail").count() <= 1
