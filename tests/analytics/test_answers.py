"""The three answers: categories add up to the paisa, who came on two days repeats, what is owed is open."""

import csv
import io
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from django.http import QueryDict

from analytics.answers import answer, questions_for
from analytics.metrics import METRICS, measured
from ops import clock
from ops.boards import BOARDS
from ops.boards.ask import Ask
from ops.boards.read import totals
from ops.db.actor import acting_as, for_user
from orders import actions
from orders.models import Order, OrderCosting, OrderLine, OrderSale
from tests import make

THIRDS = [actions.LineInput(name, Decimal(1), Decimal(100)) for name in ("Chair", "Lamp", "Rug")]


def bring(agent, by, *, days_ago, name, phone=""):
    """An order of an earlier day: only a file may say when it came."""
    buyer = make.order(agent, name=name, phone=phone).customer_id
    with acting_as(replace(for_user(by, request="load"), source="import")):
        order = Order.objects.create(
            customer_id=buyer, agent=agent, summary="Chair", stage="delivered", pieces=1,
            placed_at=clock.now() - timedelta(days=days_ago), stage_since=clock.now(),
        )  # fmt: skip
        OrderSale.objects.create(order=order, amount=100, currency="PKR")
    return buyer


@pytest.fixture
def shop(cast):
    """Costs that do not divide by three, a free line, an order whose lines cost nothing, and one without costs."""
    thirds = make.order(cast.agent, lines=THIRDS)
    gift = make.order(cast.other_agent, lines=[actions.LineInput("Gift", Decimal(2), Decimal(0))])
    make.order(cast.agent, lines=[make.TABLE], promise_on=clock.today() - timedelta(days=1))
    make.order(cast.agent, lines=[make.CHAIR], promise_on=clock.today() + timedelta(days=30))
    with acting_as(for_user(cast.manager, request="costs")):
        for number, line in enumerate(OrderLine.objects.filter(order=thirds).order_by("position")):
            OrderLine.objects.filter(pk=line.pk).update(category=("Seating", "Lighting", "Seating")[number])
        OrderCosting.objects.filter(pk=thirds.pk).update(production_cost=Decimal("100.0001"), shipping_cost=Decimal(1))
        OrderCosting.objects.filter(pk=gift.pk).update(production_cost=Decimal("7.7777"))
    return cast


def behind(user, cell):
    """Count and sums of the list behind a cell."""
    ask = Ask.read(BOARDS["orders"], user, QueryDict(urlsplit(cell.url).query))
    count, sums = totals(ask)
    return {"count": count} | {column.key: amount for column, amount in sums}


def asked(user, key):
    today = clock.today()
    with acting_as(for_user(user)):
        return answer(key, user, today.replace(day=1), today)


@pytest.mark.parametrize("person", ["manager", "owner", "finance", "accountant"])
def test_the_categories_add_up_to_the_profit_of_the_report_to_the_paisa(shop, person):
    user = getattr(shop, person)

    found = asked(user, "profit")

    rows = {row[0].value: row for row in found.rows}
    with acting_as(for_user(user)):
        whole = measured(user, [METRICS["profit"]], clock.today().replace(day=1), clock.today())[()]["profit"]
        for row in found.rows:
            if row[1].url:
                assert behind(user, row[1])["count"] == row[1].value
    assert whole == Decimal("198.9999") - Decimal("7.7777")
    assert rows["Together"][3].value == whole == sum(row[3].value for row in found.rows[:-1])
    assert rows["Together"][2].value == 300 == sum(row[2].value for row in found.rows[:-1])
    assert (rows["Seating"][2].value, rows["Lighting"][2].value) == (200, 100)
    assert rows["Lighting"][3].value in {Decimal("66.3333"), Decimal("66.3334")}
    assert rows["Without category"][3].value == Decimal("-7.7777")


def test_whoever_came_on_two_days_is_a_repeat_customer(cast):
    again = bring(cast.agent, cast.manager, days_ago=9, name="Comes Again", phone="+923001112223")
    make.order(cast.agent, name="Twice A Day", phone="+923001112224")
    make.order(cast.agent, name="Twice A Day", phone="+923001112224")
    bring(cast.other_agent, cast.manager, days_ago=3, name="Of Another", phone="+923001112225")

    every, own = asked(cast.manager, "repeat"), asked(cast.agent, "repeat")

    assert [row[0].value for row in own.rows] == ["Comes Again"]
    assert {row[0].value for row in every.rows} == {"Comes Again", "Of Another"}
    figures = dict(every.figures)
    assert figures["Ordered again"].value == 2
    assert round(figures["Of all who ordered"].value, 4) == Decimal("66.6667")
    row = next(row for row in every.rows if row[0].value == "Comes Again")
    assert row[0].url == f"/customers/{again}/"
    with acting_as(for_user(cast.manager)):
        assert behind(cast.manager, row[1]) | {"profit": 0} == {"count": 2, "amount": row[2].value, "profit": 0}
        customers = Ask.read(BOARDS["customers"], cast.manager, QueryDict("repeat=1"))
        assert customers.rows.count() == 2


@pytest.mark.parametrize("person", ["manager", "agent", "other_agent", "accountant"])
def test_what_is_owed_is_what_its_lists_hold(shop, person):
    user = getattr(shop, person)

    found = asked(user, "owed")

    with acting_as(for_user(user)):
        for row in found.rows:
            if row[1].url:
                listed = behind(user, row[1])
                assert (row[1].value, row[3].value) == (listed["count"], listed["amount"] or 0)
    if person == "manager":
        assert [row[1].value for row in found.rows] == [1, 0, 1, 2, 4]
        assert [row[3].value for row in found.rows] == [8500, 0, 2501, 300, 11301]


def test_each_opens_to_who_holds_what_it_is_made_of(shop, client_of):
    labels = {
        person: [one.key for one in questions_for(getattr(shop, person))]
        for person in ("manager", "agent", "finance", "accountant", "production", "sysadmin")
    }
    pages = {"profit": "profit-by-category", "repeat": "repeat-customers", "owed": "owed"}

    assert labels == {
        "manager": ["profit", "repeat", "owed"], "agent": ["repeat", "owed"], "finance": ["profit", "repeat", "owed"],
        "accountant": ["profit", "owed"], "production": [], "sysadmin": [],
    }  # fmt: skip
    for person, keys in labels.items():
        client = client_of(getattr(shop, person))
        for key, page in pages.items():
            assert client.get(f"/answers/{page}/").status_code == (200 if key in keys else 403), (person, key)
        home = client.get("/home/").content.decode()
        assert [key for key, page in pages.items() if f"/answers/{page}/" in home] == keys


def test_an_answer_goes_out_as_a_file_and_offers_its_own_spans_only(shop, client_of):
    client = client_of(shop.manager)

    rows = list(csv.reader(io.StringIO(client.get("/answers/owed/?as=csv").getvalue().decode("utf-8-sig"))))
    assert rows[0] == ["Promised", "Orders", "Pieces", "Amount"]
    assert rows[-1] == ["Together", "4", "8", "11301"]
    assert client.get("/answers/profit-by-category/?as=xlsx").getvalue().startswith(b"PK")
    assert client.get("/answers/repeat-customers/?months=3").status_code == 200
    assert client.get("/answers/repeat-customers/?months=7").status_code == 404


def test_a_long_answer_says_how_many_there_are_and_leads_to_them_all(cast, client_of):
    for number in range(25):
        bring(cast.agent, cast.manager, days_ago=9, name=f"Buyer {number}", phone=f"+9230011122{number:02}")

    whole = text(client_of(cast.manager), "/answers/repeat-customers/")
    bring(cast.agent, cast.manager, days_ago=9, name="One More", phone="+923001119999")
    first = text(client_of(cast.manager), "/answers/repeat-customers/")
    own = text(client_of(cast.agent), "/answers/repeat-customers/")

    assert "The first" not in whole
    assert (
        'The first 25 of 26, by what they spent. <a class="link" href="/customers/?repeat=1">See them all</a>'
    ) in first
    assert "26 customers" in text(client_of(cast.manager), "/customers/?repeat=1")
    assert "The first 25 of 26, by what they spent.</p>" in own


def text(client, url: str) -> str:
    return client.get(url).content.decode().replace("\N{NO-BREAK SPACE}", " ")
