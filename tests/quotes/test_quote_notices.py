"""The agent of a quote hears in the app that it was looked at, accepted, declined or ended by its day."""

import pytest
from django.db import connection, transaction

from ops.db.actor import acting_as, for_link, for_user, task
from ops.models import Event
from ops.notices.models import Notice
from ops.notices.queries import shown
from orders.quotes import answers
from tests.quotes import offers

pytestmark = pytest.mark.django_db(transaction=True)


def told(person) -> list[tuple[str, str, str]]:
    with acting_as(for_user(person)):
        return [(line.title, line.by, line.text) for line in shown(person, Notice.objects.filter(noun="quote"))]


def test_an_answer_by_the_link_is_told_to_its_agent_alone(cast):
    yes, accepting = offers.sent(cast.agent, lines=[offers.line("Chair", "1", "10")])
    no, declining = offers.sent(cast.agent, lines=[offers.line("Table", "1", "20")])

    answers.accept_by_link(accepting, name="Ayesha")
    answers.decline_by_link(declining, name="Ayesha", reason="Too dear")

    found = told(cast.agent)
    assert [(title, by) for title, by, _ in found] == [(no.number, "Opsdeck"), (yes.number, "Opsdeck")]
    assert "declined version 1: Too dear" in found[0][2]
    assert "accepted version 1" in found[1][2]
    assert told(cast.manager) == []
    assert told(cast.other_agent) == []


def test_who_notes_the_answer_is_not_told_of_it_and_its_agent_is(cast):
    quote, _ = offers.sent(cast.agent)
    with acting_as(for_user(cast.manager)), transaction.atomic():
        answers.accept_quote(quote, by=cast.manager, name="on the phone")

    assert [(title, by) for title, by, _ in told(cast.agent)] == [(quote.number, "Hamza Sheikh")]
    assert told(cast.manager) == []


def test_what_its_day_ended_is_told(cast, past_day):
    quote, _ = offers.sent(cast.agent)
    past_day(quote)

    with acting_as(task("quotes")):
        answers.expire_quotes()

    [(title, by, text)] = told(cast.agent)
    assert (title, by) == (quote.number, "Opsdeck")
    assert text.startswith("ended it: version 1 was valid until")


def test_that_the_customer_looked_is_told_once_and_not_when_only_fetched(cast, client):
    quote, token = offers.sent(cast.agent)
    page = client.get(f"/q/{token}/").content.decode()
    assert told(cast.agent) == []  # a scanner of mails gets so far

    assert f'hx-post="/q/{token}/seen/"' in page
    for _ in range(2):
        assert client.post(f"/q/{token}/seen/").status_code == 204

    assert told(cast.agent) == [(quote.number, "Opsdeck", "looked at version 1")]
    with acting_as(for_user(cast.agent)):
        assert Event.objects.filter(kind="quote.viewed").count() == 1


def test_an_answered_quote_and_a_wrong_link_are_looked_at_by_nobody(cast, client):
    _, token = offers.sent(cast.agent)
    answers.accept_by_link(token, name="Ayesha")

    client.post(f"/q/{token}/seen/")
    client.post("/q/wrong/seen/")

    with acting_as(for_user(cast.agent)):
        assert Event.objects.filter(kind="quote.viewed").count() == 0


def test_a_link_may_say_that_it_was_looked_at_and_nothing_else_of_it(cast):
    quote, token = offers.sent(cast.agent)
    forged = "insert into ops_event (kind, noun, subject_id, data) values ('quote.viewed', 'quote', %s, '{}')"

    with (
        acting_as(for_link(token, "r")),
        pytest.raises(Exception, match="row-level security"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(forged, [quote.pk])
