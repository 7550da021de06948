"""Two answers to one quote at the same moment: one is taken, one order comes of it, the other is told."""

import pytest
from django.db import transaction

from ops.db.actor import acting_as, for_user, task
from ops.errors import Refused
from ops.models import Event, Transition
from orders.models import Order
from orders.quotes import actions, answers
from orders.quotes.models import Quote, QuoteAnswer, QuoteOrder
from tests.quotes import offers
from tests.quotes.conftest import past_day  # noqa: F401  (a fixture)
from tests.races.together import in_step, together

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 12


def sent_quotes(cast):
    return [offers.sent(cast.agent, lines=[offers.line(f"Thing {n}", "1", "10")]) for n in range(MANY)]


def by_link(name):
    def accept(row):
        return answers.accept_by_link(row[1], name=name)

    return accept


def by_agent(person):
    def accept(row):
        with acting_as(for_user(person)), transaction.atomic():
            return answers.accept_quote(row[0], by=person, name="on the phone")

    return accept


def counted(cast) -> tuple[int, int, int, int]:
    with acting_as(for_user(cast.manager)):
        moves = Transition.objects.filter(noun="quote", to_stage="accepted").count()
        return Order.objects.count(), QuoteOrder.objects.count(), QuoteAnswer.objects.count(), moves


def test_a_link_used_by_two_at_once_is_used_once(cast):
    first, second = in_step(sent_quotes(cast), by_link("Ayesha"), by_link("Her brother"))

    for one, other in zip(first, second, strict=True):
        assert isinstance(one, Refused) != isinstance(other, Refused), (one, other)
        refused = one if isinstance(one, Refused) else other
        assert refused.sentence == "This link was already used."
    assert counted(cast) == (MANY, MANY, MANY, MANY)


def test_customer_and_agent_accept_at_once_and_one_order_comes_of_it(cast):
    in_step(sent_quotes(cast), by_link("Ayesha"), by_agent(cast.agent))

    assert counted(cast) == (MANY, MANY, MANY, MANY)


def test_a_yes_and_a_no_at_once_are_one_answer(cast):
    def declines(row):
        return answers.decline_by_link(row[1], name="Her brother", reason="Too dear")

    said_yes, said_no = in_step(sent_quotes(cast), by_agent(cast.agent), declines)

    for yes, no in zip(said_yes, said_no, strict=True):
        assert isinstance(yes, Refused) != isinstance(no, Refused), (yes, no)
    won = sum(not isinstance(yes, Refused) for yes in said_yes)
    orders, made, answered, moves = counted(cast)
    assert (orders, made, answered, moves) == (won, won, MANY, won)
    with acting_as(for_user(cast.manager)):
        assert Quote.objects.filter(stage="lost").count() == MANY - won


def test_two_who_make_the_order_get_the_same_one(cast):
    offers.order_at_once(cast.manager, yes=False)
    rows = sent_quotes(cast)
    for _, token in rows:
        answers.accept_by_link(token, name="Ayesha")

    def order(person):
        def made(row):
            with acting_as(for_user(person)), transaction.atomic():
                return answers.convert_quote(row[0], by=person).pk

        return made

    mine, theirs = in_step(rows, order(cast.agent), order(cast.manager))

    assert mine == theirs
    assert counted(cast)[:2] == (MANY, MANY)


def test_accepting_while_it_is_revised_goes_one_way(cast):
    def revise(row):
        with acting_as(for_user(cast.agent)), transaction.atomic():
            return actions.revise_quote(row[0], by=cast.agent, version=row[0].version)

    rows = sent_quotes(cast)
    accepted, revised = in_step(rows, by_link("Ayesha"), revise)

    for yes, again in zip(accepted, revised, strict=True):
        assert isinstance(yes, Refused) != isinstance(again, Refused), (yes, again)


def test_the_job_on_two_workers_ends_a_quote_once(cast, past_day):  # noqa: F811
    for quote, _ in sent_quotes(cast):
        past_day(quote)

    def run():
        with acting_as(task("quotes")):
            return answers.expire_quotes()

    assert sum(together(run, run)) == MANY
    with acting_as(for_user(cast.manager)):
        assert Event.objects.filter(kind="quote.expired").count() == MANY
        assert Quote.objects.filter(stage="expired").count() == MANY


def test_two_who_begin_the_next_version_begin_one(cast):
    def revise(person):
        def begun(row):
            with acting_as(for_user(person)), transaction.atomic():
                return actions.revise_quote(row[0], by=person).current_id

        return begun

    mine, theirs = in_step(sent_quotes(cast), revise(cast.agent), revise(cast.manager))

    assert mine == theirs
