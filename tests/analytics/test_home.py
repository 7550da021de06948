"""Where people start: what is under the figures is counted, drawn and linked under their own rights."""

import re
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from analytics import desk
from ops import clock
from ops.db.actor import acting_as, for_user
from tests import make


@pytest.fixture(autouse=True)
def _pages():
    """The boards are declared when the addresses are first asked for."""
    reverse("orders:order_list")


def in_days(days: int):
    """Reading so many days later: what is placed today is placed so long ago."""
    return clock.moved_to(clock.now() + timedelta(days=days))


@pytest.mark.parametrize(
    ("days", "now", "before", "change"),
    [(0, 2, 0, None), (27, 2, 0, None), (28, 0, 2, Decimal(-100)), (55, 0, 2, Decimal(-100)), (56, 0, 0, None)],
)
def test_the_course_adds_up_the_last_days_beside_as_many_before(cast, days, now, before, change):
    for _ in range(2):
        make.order(cast.agent)
    make.order(cast.other_agent)
    with acting_as(for_user(cast.agent)), in_days(days):
        [amount] = {order.sale.order_amount for order in cast.agent.orders.select_related("sale")}
        course = desk.course_of(cast.agent)

    assert course is not None
    assert (course.total, course.before, course.change) == (now * amount, before * amount, change)
    assert course.chart.count('<a class="hit"') == desk.DAYS


def test_who_knows_no_amounts_sees_no_course(cast):
    make.order(cast.agent)
    with acting_as(for_user(cast.production)):
        assert desk.course_of(cast.production) is None


def test_each_stage_says_how_many_and_leads_to_exactly_those(cast, client_of):
    make.order(cast.agent)
    make.order(cast.other_agent)
    make.order_in("in_production", cast.agent, cast.production)
    with acting_as(for_user(cast.manager)):
        stages = {one.stage.key: one for one in desk.standing_in_stages(cast.manager)}
    with acting_as(for_user(cast.agent)):
        mine = {one.stage.key: one.count for one in desk.standing_in_stages(cast.agent)}

    assert {key: one.count for key, one in stages.items()} == {
        "received": 2, "in_production": 1, "ready_to_ship": 0, "shipped": 0,
    }  # fmt: skip
    assert mine["received"] == 1
    rows = client_of(cast.manager).get(stages["received"].url).content.decode()
    assert rows.count('<tr id="row-') == 2


def test_what_is_late_comes_promised_first_and_only_ones_own(cast, client_of):
    today = clock.today()
    later = make.order(cast.agent, promise_on=today + timedelta(days=3))
    first = make.order(cast.agent, promise_on=today + timedelta(days=1))
    other = make.order(cast.other_agent, promise_on=today + timedelta(days=2))
    client = client_of(cast.agent)
    assert "Nothing is late." in client.get("/home/").content.decode()

    with in_days(4):
        html = client.get("/home/").content.decode()

    assert re.findall(r'<a class="strong" href="[^"]+">([^<]+)', html) == [first.number, later.number]
    assert other.number not in html
    assert f"{cast.agent.name.split()[0]}</h2>" in html


@pytest.mark.parametrize(
    ("hour", "part"), [(3, "evening"), (4, "morning"), (11, "morning"), (12, "afternoon"), (17, "evening")]
)
def test_the_greeting_goes_by_the_hour_in_the_shop(hour, part):
    with clock.moved_to(datetime(2026, 10, 20, hour, 59, tzinfo=clock.zone())):
        assert desk.greeting("Sana Noor") == f"Good {part}, Sana"
