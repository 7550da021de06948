"""Each figure equals, to the cent, the totals of the list that it opens, for everybody who may see it."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from django.http import QueryDict

from analytics.metrics import METRICS, STANDING, measured, open_to, own_only, rows_url, standing
from ops import clock
from ops.boards import BOARDS
from ops.boards.ask import Ask
from ops.boards.read import totals
from ops.db.actor import acting_as, for_user
from orders import actions
from orders.models import Order, OrderCosting, OrderSale
from orders.quotes import actions as quotes
from orders.quotes import answers
from tests import make
from tests.cast import PEOPLE
from tests.quotes import offers

ODD = actions.LineInput("Bracket", Decimal(3), Decimal("33.3333"))


@pytest.fixture
def shop(cast):
    """Of two agents: plain, cancelled, in another currency, with costs, and one that is shared."""
    make.order(cast.agent, lines=[make.CHAIR, ODD])
    dollars = make.order(cast.agent, name="In dollars", lines=[ODD])
    gone = make.order(cast.agent, name="Gone")
    costed = make.order(cast.other_agent, lines=[make.TABLE, ODD])
    shared = make.order_in("in_production", cast.other_agent, cast.production, name="Shared", promise_on=clock.today())
    with acting_as(for_user(cast.manager, request="fixture")):
        actions.cancel_order(gone, by=cast.manager, reason="the customer left")
        actions.hold_order(shared, by=cast.manager, reason="fabric missing")
        OrderSale.objects.filter(pk=dollars.pk).update(currency="USD", rate=Decimal("278.12345678"))
        OrderCosting.objects.filter(pk=costed.pk).update(
            production_cost=Decimal("4000.01"), shipping_cost=Decimal("250.5"), marketing_cost=Decimal("0.33")
        )
    with acting_as(for_user(cast.other_agent, request="share")):
        actions.share_order(shared, by=cast.other_agent, colleague=cast.agent)
    return cast


@pytest.fixture
def busy(shop):
    """Beside the orders: quotes of both agents in every end, and promises kept, broken and still open."""
    for agent, ends in ((shop.agent, "yes yes no draft open"), (shop.other_agent, "yes no")):
        for end in ends.split():
            quote = offers.draft(agent, customer=actions.CustomerInput(f"{end} {agent.pk}"))
            with acting_as(for_user(agent, request="answer")):
                if end == "draft":
                    quotes.lose_quote(quote, by=agent, reason="Other")
                    continue
                quote, _ = quotes.send_quote(quote, by=agent)
                if end == "yes":
                    answers.accept_quote(quote, by=agent, name="A")
                if end == "no":
                    quotes.lose_quote(quote, by=agent, reason="Too late")
    yesterday = clock.today() - timedelta(days=1)
    brought(shop.agent, shop.manager, promised=yesterday, days_ago=1)
    brought(shop.agent, shop.manager, promised=yesterday, days_ago=0)
    brought(shop.other_agent, shop.manager, promised=yesterday, days_ago=2)
    make.order(shop.agent, name="Late", promise_on=yesterday)
    return shop


def brought(agent, by, *, promised, days_ago):
    """An order that a file says was delivered some days ago: only a file may say so."""
    buyer = make.order(agent, name=f"Brought {promised} {days_ago}").customer_id
    since = clock.now() - timedelta(days=days_ago)
    with acting_as(replace(for_user(by, request="load"), source="import")):
        order = Order.objects.create(
            customer_id=buyer, agent=agent, summary="Chair", stage="delivered", stage_since=since, promise_on=promised,
            pieces=1,
        )  # fmt: skip
        OrderSale.objects.create(order=order, amount=100, currency="PKR")


RATES = {
    "conversion": lambda quote: quote.stage == "accepted",
    "on_time": lambda order: order.stage == "delivered" and clock.business_day(order.stage_since) <= order.promise_on,
}


def rows_behind(user, url):
    board = BOARDS["quotes" if urlsplit(url).path.startswith("/quotes/") else "orders"]
    return list(Ask.read(board, user, QueryDict(urlsplit(url).query)).rows)


def listed(user, url):
    """How many rows the list behind this address has, and its sums."""
    board = BOARDS["quotes" if urlsplit(url).path.startswith("/quotes/") else "orders"]
    ask = Ask.read(board, user, QueryDict(urlsplit(url).query))
    count, sums = totals(ask)
    return {"count": count} | {column.key: amount for column, amount in sums}


@pytest.mark.parametrize("person", PEOPLE)
def test_every_figure_is_the_total_of_the_list_it_opens(busy, person):
    shop, user = busy, getattr(busy, person)
    first, last = clock.today() - timedelta(days=3), clock.today()
    with acting_as(for_user(user)):
        metrics = open_to(user)
        if not metrics:
            return
        agents = [None] if own_only(user) else [None, shop.agent.pk, shop.other_agent.pk]
        for agent in agents:
            figures = measured(user, metrics, first, last, agent=agent)[()]
            for metric in metrics:
                behind = listed(user, rows_url(user, metric, first, last, agent))
                if metric.total:
                    assert figures[metric.key] == behind[metric.total], (metric.key, agent)
                elif metric.key == "average":
                    assert round(figures["average"], 4) == round(behind["amount"] / behind["count"], 4)
                elif metric.key == "margin" and behind["amount"]:
                    assert round(figures["margin"], 6) == round(100 * behind["profit"] / behind["amount"], 6)
                elif metric.key in RATES:
                    kept = rows_behind(user, rows_url(user, metric, first, last, agent))
                    share = Decimal(100 * sum(map(RATES[metric.key], kept))) / len(kept) if kept else None
                    assert (figures[metric.key] is None, kept == []) in {(True, True), (False, False)}
                    assert share is None or round(figures[metric.key], 6) == round(share, 6)


def test_the_figures_are_exactly_these(shop):
    first = last = clock.today()
    with acting_as(for_user(shop.manager)):
        found = measured(shop.manager, METRICS.values(), first, last, by=["agent"])
    agent, other = found[shop.agent.pk,], found[shop.other_agent.pk,]

    dollars = Decimal("99.9999") * Decimal("278.12345678")
    assert agent["revenue"] == Decimal("2600.9999") + round(dollars, 4)
    assert (agent["orders"], agent["profit"], agent["margin"]) == (2, 0, None)
    assert other["orders"] == 2
    assert other["profit"] == Decimal(8500) + Decimal("99.9999") - Decimal("4250.84")


def test_conversion_and_punctuality_are_exactly_these(busy):
    first, last = clock.today() - timedelta(days=3), clock.today()
    with acting_as(for_user(busy.manager)):
        whole = measured(busy.manager, METRICS.values(), first, last)[()]
        of = measured(busy.manager, METRICS.values(), first, last, by=["agent"])
    with acting_as(for_user(busy.agent)):
        own = measured(busy.agent, METRICS.values(), first, last)[()]

    assert (whole["conversion"], whole["on_time"]) == (60, 50)
    mine, other = of[busy.agent.pk,], of[busy.other_agent.pk,]
    assert (round(mine["conversion"], 4), other["conversion"]) == (Decimal("66.6667"), 50)
    assert (round(mine["on_time"], 4), other["on_time"]) == (Decimal("33.3333"), 100)
    assert {key: own[key] for key in RATES} == {key: mine[key] for key in RATES}


def test_days_and_agents_add_up_to_the_whole(shop):
    first, last = clock.today() - timedelta(days=30), clock.today()
    with acting_as(for_user(shop.manager)):
        whole = measured(shop.manager, METRICS.values(), first, last)[()]
        for by in (["agent"], ["day"], ["month"], ["agent", "month"]):
            parts = measured(shop.manager, METRICS.values(), first, last, by=by).values()
            for key in ("revenue", "orders", "profit"):
                assert sum(part[key] for part in parts) == whole[key]


def test_a_shared_order_is_seen_and_not_counted_as_own(shop):
    with acting_as(for_user(shop.agent)):
        assert Order.objects.filter(cancelled_at=None).count() == 3
        assert measured(shop.agent, METRICS.values(), clock.today(), clock.today())[()]["orders"] == 2
        # Asking for a colleague widens nothing.
        figures = measured(shop.agent, METRICS.values(), clock.today(), clock.today(), agent=shop.other_agent.pk)[()]
        assert figures["orders"] == 2


def test_costs_are_asked_only_for_who_may_see_them(shop):
    with acting_as(for_user(shop.agent)):
        assert set(measured(shop.agent, METRICS.values(), clock.today(), clock.today())[()]) == {
            "revenue",
            "orders",
            "average",
            "conversion",
            "on_time",
        }


@pytest.mark.parametrize("person", ["manager", "agent", "production", "finance", "accountant"])
def test_what_stands_somewhere_is_counted_as_its_list_counts(shop, person):
    user = getattr(shop, person)
    with acting_as(for_user(user)):
        counts = standing(user, STANDING.values())
        assert counts
        for count, url in counts.values():
            assert count == Ask.read(BOARDS["orders"], user, QueryDict(urlsplit(url).query)).rows.count()
    if person == "manager":
        assert {key: count for key, (count, _) in counts.items()} == {
            "open": 4, "overdue": 0, "week": 1, "held": 1, "today": 1, "making": 1, "ready": 0, "uncosted": 3
        }  # fmt: skip
