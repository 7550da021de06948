"""What orders say of a customer: exact figures, under row security alone; and which order of theirs one is."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from customers.models import OrderFigures, OrderSpend
from ops import clock
from orders.customer_panels import orders_before, which
from orders.models import Order

DAYS = ("2026-01-01", "2026-01-01", "2026-01-11", "2026-01-31", "2026-02-10")


def test_the_typical_gap_is_the_median_of_days_between_business_days(cast, as_person, ayesha, sold):
    for day in DAYS:
        sold(cast.agent, ayesha, day)
    with as_person(cast.agent):
        figures = OrderFigures.objects.get(customer=ayesha)

    assert (figures.orders, figures.first_on, figures.last_on) == (5, date(2026, 1, 1), date(2026, 2, 10))
    assert figures.gap_days == Decimal("10.0")  # of 10, 20, 10: two orders of one day are no gap
    assert figures.due_on == date(2026, 2, 22)


def test_one_order_or_two_of_a_day_have_no_gap_and_are_never_due(cast, as_person, ayesha, sold):
    sold(cast.agent, ayesha, "2026-01-01")
    sold(cast.agent, ayesha, "2026-01-01")

    with as_person(cast.agent):
        figures = OrderFigures.objects.get(customer=ayesha)
    assert (figures.orders, figures.gap_days, figures.due_on) == (2, None, None)


def test_a_cancelled_order_counts_nowhere(cast, as_person, ayesha, sold):
    from orders import actions

    sold(cast.agent, ayesha, "2026-01-01", 100)
    gone = sold(cast.agent, ayesha, "2026-03-01", 5000)
    with as_person(cast.agent):
        actions.cancel_order(gone, by=cast.agent, reason="changed her mind")

        assert OrderFigures.objects.get(customer=ayesha).orders == 1
        assert OrderSpend.objects.get(customer=ayesha).spend == Decimal(100)


def test_an_agent_has_figures_of_own_orders_a_manager_of_all(cast, as_person, ayesha, sold):
    sold(cast.agent, ayesha, "2026-01-01", 100)
    sold(cast.manager, ayesha, "2026-01-21", 900)

    with as_person(cast.agent):
        assert OrderFigures.objects.get(customer=ayesha).orders == 1
        assert OrderSpend.objects.get(customer=ayesha).spend == Decimal(100)
    with as_person(cast.manager):
        assert OrderFigures.objects.get(customer=ayesha).orders == 2
        assert OrderSpend.objects.get(customer=ayesha).spend == Decimal(1000)


def test_an_order_knows_that_it_is_the_fourth(cast, as_person, ayesha, sold):
    orders = [sold(cast.agent, ayesha, day) for day in ("2026-01-01", "2026-01-05", "2026-01-09", "2026-01-12")]

    with as_person(cast.agent):
        said = dict(Order.objects.annotate(n=orders_before()).values_list("pk", "n"))
    assert [which(said[order.pk]) for order in orders] == ["", "2nd order", "3rd order", "4th order"]
    assert which(10) == "10+ orders"


@pytest.mark.parametrize(("days", "is_due"), [(13, True), (12, True), (11, False)])
def test_due_begins_when_one_and_a_fifth_gaps_are_over(cast, client_of, ayesha, sold, days, is_due):
    last = clock.today() - timedelta(days=days)
    for day in (last - timedelta(days=10), last):
        sold(cast.agent, ayesha, day.isoformat())

    rows = client_of(cast.agent).get("/customers/?due=1").content.decode()

    assert ("Ayesha Siddiqui" in rows) is is_due


def test_the_figures_of_the_page_are_those_of_the_rows_behind_them(cast, client_of, ayesha, sold):
    for number, day in enumerate(DAYS):
        sold(cast.agent, ayesha, day, 100 + number)
    sold(cast.other_agent, make_other(cast, sold), "2026-01-01", 7)
    client = client_of(cast.manager)

    page = client.get(f"/customers/{ayesha.pk}/").content.decode()
    url = f"/orders/list/?customer={ayesha.pk}&cancelled=0"
    listed = client.get(url).content.decode()
    totals = client.get(f"/orders/list/totals/?customer={ayesha.pk}&cancelled=0").content.decode()

    assert url.replace("&", "&amp;") in page
    assert "Rs\xa0510.00" in page
    assert "Rs\xa0510.00" in totals
    assert "<strong>5</strong>" in page
    assert listed.count('<tr id="row-') == 5
    assert "Customer: Ayesha Siddiqui" in listed


def make_other(cast, sold) -> int:
    from tests import make

    return make.order(cast.other_agent, name="Nida", phone="0302 5556677").customer_id


def test_a_strangers_customer_filters_nothing(cast, client_of, ayesha):
    assert client_of(cast.other_agent).get(f"/orders/list/?customer={ayesha.pk}").status_code == 404
    assert client_of(cast.production).get(f"/orders/list/?customer={ayesha.pk}").status_code == 404


def test_a_gap_of_one_day_is_one_day(cast, client_of, ayesha, sold):
    for day in ("2026-01-01", "2026-01-02", "2026-01-03"):
        sold(cast.agent, ayesha, day)

    page = client_of(cast.manager).get("/customers/").content.decode()

    assert "1 day<" in page and "1 days" not in page
