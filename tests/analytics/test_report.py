"""The report: agents see their own, managers everybody, by row security; the pace; files; the chart."""

import csv
import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest

from analytics import actions
from analytics.queries import month_before, pace
from ops import charts, clock
from ops.db.actor import acting_as, for_user
from ops.shop import actions as shop_rules
from orders.models import Order, OrderSale
from tests import make

OCTOBER = date(2026, 10, 1)


def test_the_pace_lands_where_the_working_days_gone_by_lead(cast, as_person):
    with as_person(cast.manager):
        third = pace(Decimal(400), Decimal(1300), OCTOBER, date(2026, 10, 10))  # 9 of 27 working days
        assert third.lands_at == Decimal(1200)
        assert round(third.share, 1) == Decimal("92.3")
        assert third.behind
        assert pace(Decimal(400), None, OCTOBER, date(2026, 10, 11)).lands_at == Decimal(1200)  # a Sunday adds none

        over = pace(Decimal(400), Decimal(400), OCTOBER, date(2026, 11, 21))
        assert (over.lands_at, over.share, over.behind) == (Decimal(400), Decimal(100), False)
        ahead = pace(Decimal(0), Decimal(400), OCTOBER, date(2026, 9, 30))
        assert (ahead.lands_at, ahead.share) == (None, None)
        assert pace(Decimal(400), None, OCTOBER, date(2026, 10, 10)).share is None
        # November 2026 begins with a Sunday: what was sold on it leads nowhere yet.
        assert pace(Decimal(5), None, date(2026, 11, 1), date(2026, 11, 1)).lands_at is None


def test_half_days_and_holidays_change_the_pace(cast, as_person):
    month = date(2093, 10, 1)  # of the same weekdays, and to come: a rule does not change what was

    def lands():
        return pace(Decimal(400), None, month, month.replace(day=10)).lands_at

    with as_person(cast.manager):
        shop_rules.change_setting("calendar.half_days", [5], by=cast.manager, starts_on=month)
        assert lands() == Decimal(1225)  # 8 of 24.5
        shop_rules.add_holidays([(month.replace(day=9), "Iqbal Day")], by=cast.manager)
        assert round(lands(), 2) == Decimal("1342.86")  # 7 of 23.5


@pytest.fixture
def shop(cast):
    make.order(cast.agent)
    make.order(cast.other_agent, lines=[make.TABLE])
    month = clock.today().replace(day=1)
    with acting_as(for_user(cast.manager, request="targets")):
        cells = [actions.Cell(one.pk, "revenue", Decimal(50_000), None) for one in (cast.agent, cast.other_agent)]
        cells += [actions.Cell(cast.agent.pk, "orders", Decimal(4), None)]
        actions.set_targets(month, cells, by=cast.manager)
    return cast


def read(client, url: str) -> str:
    return client.get(url).content.decode().replace("\N{NO-BREAK SPACE}", " ")


def test_an_agent_sees_own_figures_and_no_colleague(shop, client_of):
    html = read(client_of(shop.agent), "/report/")

    assert "2,501" in html
    assert shop.other_agent.name not in html
    assert "8,500" not in html
    assert "Profit" not in html
    assert "sold_by_me=1" in html
    assert "Rs 50,000" in html
    assert "Rs 100,000" not in html


def test_an_agent_cannot_ask_for_a_colleague_by_address(shop, client_of):
    client = client_of(shop.agent)
    for url in (f"/report/?who={shop.other_agent.pk}", f"/report/export/?who={shop.other_agent.pk}&as=csv"):
        assert client.get(url).status_code == 404


def test_a_manager_sees_everybody_side_by_side_and_each_alone(shop, client_of):
    client = client_of(shop.manager)

    every = read(client, "/report/")
    assert shop.agent.name in every
    assert shop.other_agent.name in every
    assert "Rs 100,000" in every  # the shop's target is the sum of everybody's
    assert "Rs 11,001" in every

    one = read(client, f"/report/?who={shop.agent.pk}")
    assert "Rs 2,501" in one
    assert "Rs 11,001" not in one


def test_the_books_see_figures_without_targets_and_the_floor_nothing(shop, client_of):
    for person in (shop.finance, shop.accountant):
        html = read(client_of(person), "/report/")
        assert "Rs 11,001" in html
        assert "Rs 100,000" not in html
    for person in (shop.production, shop.sysadmin):
        assert client_of(person).get("/report/").status_code == 403


def test_every_link_of_the_report_opens(shop, client_of):
    for person in (shop.manager, shop.agent, shop.accountant):
        client = client_of(person)
        html = client.get("/report/").content.decode()
        links = {link.replace("&amp;", "&") for link in re.findall(r'href="(/orders/list/[^"]+)"', html)}
        assert len(links) >= 12
        for link in sorted(links)[:6]:
            assert client.get(link).status_code == 200


@pytest.mark.parametrize("asked", ["month=2026-13", "month=x", "who=x", "who=999999999", "who=-1"])
def test_what_is_no_month_and_nobody_is_not_there(cast, client_of, asked):
    assert client_of(cast.manager).get(f"/report/?{asked}").status_code == 404


def test_the_files_hold_what_the_page_shows(shop, client_of):
    client = client_of(shop.manager)

    body = client.get("/report/export/?as=csv").getvalue().decode("utf-8-sig")
    rows = {row["Person"]: row for row in csv.DictReader(io.StringIO(body))}
    assert rows[shop.agent.name]["Revenue"] == "2501"
    assert rows[shop.other_agent.name]["Revenue"] == "8500"
    assert rows[shop.other_agent.name]["Target"] == "50000"

    months = client.get(f"/report/export/?as=csv&who={shop.agent.pk}").getvalue().decode("utf-8-sig")
    assert len(months.strip().splitlines()) == 2  # no month before the first order
    assert client.get("/report/export/?as=xlsx").getvalue().startswith(b"PK")
    assert client.get("/report/export/?as=pdf").status_code == 404


def test_the_home_of_each_role_has_at_most_six_figures_that_lead_to_their_rows(shop, client_of):
    labels = {}
    for key in ("manager", "agent", "production", "finance", "accountant", "sysadmin"):
        client = client_of(getattr(shop, key))
        html = client.get("/home/").content.decode()
        tiles = re.findall(
            r'<a class="kpi" href="([^"]+)" title="[^"]+"><span>([^<]+)</span><strong[^>]*>([^<]+)<', html
        )
        labels[key] = [label for _, label, _ in tiles]
        assert 2 <= len(tiles) <= 6
        for url, _, _ in tiles:
            assert client.get(url.replace("&amp;", "&")).status_code == 200
    assert labels["manager"] == ["Open orders", "Overdue", "Promised this week", "On hold", "Revenue this month",
                                 "Margin this month"]  # fmt: skip
    assert "25 % of 4" in client_of(shop.agent).get("/home/").content.decode()
    assert labels["agent"][-2:] == ["Revenue this month", "Orders this month"]
    assert labels["finance"][0] == "Without costs"
    assert labels["sysadmin"] == ["Failed jobs", "Mails waiting"]
    assert not [label for label in labels["production"] if "month" in label]


def test_who_may_set_nothing_and_see_nothing_still_has_a_home(shop, client_of):
    assert client_of(shop.manager).get("/").url == "/home/"
    assert client_of(shop.production).get("/").url == "/orders/"


def test_a_chart_is_links_and_words_without_style():
    drawn = charts.line(
        [charts.Point(1, "1 Oct", "1 <b>", "/a?b=1&c=2"), charts.Point(3, "2 Oct", "3", "/d"),
         charts.Point(None, "3 Oct", "")],
        [1, 2, 3], label="Revenue", spell=str, beside_label="Target",
    )  # fmt: skip
    assert drawn.count('<a class="hit"') == 2
    assert 'href="/a?b=1&amp;c=2"' in drawn
    assert "1 &lt;b&gt;" in drawn
    assert "style=" not in drawn
    assert 'role="group"' in drawn
    assert charts.line([], [], label="x", spell=str) == ""


def came(agent, by, month: date) -> None:
    """An order of the middle of that month: only a file may say when it came."""
    noon = datetime.combine(month.replace(day=15), time(12), tzinfo=UTC)
    buyer = make.order(agent).customer_id
    with acting_as(replace(for_user(by, request="load"), source="import")):
        order = Order.objects.create(
            customer_id=buyer, agent=agent, summary="Chair", stage="delivered", pieces=1, placed_at=noon,
            stage_since=noon,
        )  # fmt: skip
        OrderSale.objects.create(order=order, amount=100, currency="PKR")


@pytest.mark.parametrize(
    ("months_ago", "heading"),
    [
        (0, "This month"),
        (3, "The 4 months since the first order"),
        (11, "Twelve months"),
        (14, "Twelve months"),
    ],
)
def test_the_months_are_headed_by_how_many_there_are(cast, client_of, months_ago, heading):
    first = month_before(clock.today().replace(day=1), months_ago)
    if months_ago:
        came(cast.agent, cast.manager, first)
    else:
        make.order(cast.agent)
    client = client_of(cast.manager)

    assert f"<h2>{heading}</h2>" in read(client, "/report/")
    assert f"<h2>{heading} of {cast.agent.name}</h2>" in read(client, f"/report/?who={cast.agent.pk}")
    assert "<h2>This month of" in read(client, f"/report/?who={cast.other_agent.pk}")
