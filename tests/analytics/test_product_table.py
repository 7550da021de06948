"""What sells: exact at every moment, for everybody their own; each figure leads to its orders (C39)."""

import re
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.http import QueryDict

from accounts.actions import change_overrides
from analytics.boards import SELLING, cover, orders_url
from analytics.metrics import METRICS, SELLS, measured
from analytics.models import ProductFigures
from analytics.tasks import freshen_figures
from catalog.actions import add_product
from inventory.actions import set_opening
from inventory.models import Location, StockItem
from ops import clock
from ops.access.scopes import scopes_of
from ops.boards import BOARDS
from ops.boards.ask import Ask
from ops.boards.cells import Look
from ops.db.actor import acting_as, for_user, task
from orders import actions
from orders.models import Order, OrderCosting, OrderLine, OrderLinePrice, OrderSale
from tests import make
from tests.cast import PEOPLE

NAMES = ("Chair", "Table", "Lamp", "Rug")


@pytest.fixture
def goods(cast):
    with acting_as(for_user(cast.manager, request="goods")):
        return {name: add_product(by=cast.manager, sku=name.upper(), name=name, price=Decimal(10)) for name in NAMES}


@pytest.fixture
def sold(cast, goods):
    """Of two agents: 900 of chairs, 100 of tables in an order with costs, 30 of lamps; the rugs were cancelled."""

    def line(name, quantity, price, discount=0):
        return actions.LineInput(name, Decimal(quantity), Decimal(price), Decimal(discount), goods[name])

    make.order(cast.agent, lines=[line("Chair", 8, 100)])
    costed = make.order(cast.other_agent, lines=[line("Chair", 1, 100), line("Table", 2, 60, 20)])
    make.order(cast.agent, lines=[line("Lamp", 3, 10), actions.LineInput("Advice", Decimal(1), Decimal(7))])
    gone = make.order(cast.agent, lines=[line("Rug", 5, 1000)])
    with acting_as(for_user(cast.manager, request="more")):
        actions.cancel_order(gone, by=cast.manager, reason="no")
        OrderCosting.objects.filter(pk=costed.pk).update(production_cost=Decimal(50))
    return cast


def freshen():
    with acting_as(task("figures")):
        freshen_figures()


def figures(user):
    with acting_as(for_user(user)), transaction.atomic():
        rows = ProductFigures.objects.order_by("pk").select_related("product")
        return {
            row.product.name: (row.orders, row.quantity, row.revenue, row.profit, row.costed, row.last_on, row.grade)
            for row in rows
        }


def test_what_each_product_sold_earned_and_which_class_it_is(sold):
    today, found = clock.today(), figures(sold.manager)

    assert found == {
        "Chair": (2, 9, Decimal(900), Decimal(75), Decimal(100), today, "A"),
        "Table": (1, 2, Decimal(100), Decimal(75), Decimal(100), today, "B"),
        "Lamp": (1, 3, Decimal(30), None, None, today, "C"),
    }


def test_an_agent_has_what_they_sold_and_nobodys_costs(sold):
    today = clock.today()

    assert figures(sold.other_agent) == {
        "Chair": (1, 1, Decimal(100), None, None, today, "A"),
        "Table": (1, 2, Decimal(100), None, None, today, "A"),
    }


@pytest.mark.parametrize("person", PEOPLE)
def test_everybody_reads_the_same_with_the_roll_up_and_without(sold, person):
    user = getattr(sold, person)
    if scopes_of(user).isdisjoint(SELLS):
        return
    before = figures(user)
    freshen()

    assert figures(user) == before


def first(shop):
    with acting_as(for_user(shop.manager)):
        return OrderLine.objects.filter(description="Chair").earliest("pk")


def changed(rows, **values):
    def change(shop, goods):
        line = first(shop)
        with acting_as(for_user(shop.manager, request="change")):
            rows(line).update(**{key: value(goods) if callable(value) else value for key, value in values.items()})

    return change


def cancel(shop, goods):
    with acting_as(for_user(shop.manager, request="cancel")):
        actions.cancel_order(Order.objects.get(pk=first(shop).order_id), by=shop.manager, reason="no")


CHANGES = {
    "another product": changed(lambda line: OrderLine.objects.filter(pk=line.pk), product=lambda goods: goods["Rug"]),
    "no product": changed(lambda line: OrderLine.objects.filter(pk=line.pk), product=None),
    "another quantity": changed(lambda line: OrderLine.objects.filter(pk=line.pk), quantity=Decimal(70)),
    "another price": changed(lambda line: OrderLinePrice.objects.filter(pk=line.pk), total=Decimal(1)),
    "another amount": changed(lambda line: OrderSale.objects.filter(pk=line.order_id), amount=Decimal("77.7777")),
    "costs": changed(lambda line: OrderCosting.objects.filter(pk=line.order_id), shipping_cost=Decimal("3.21")),
    "cancelled": cancel,
    "one more": lambda shop, goods: make.order(
        shop.agent, lines=[actions.LineInput("Lamp", Decimal(50), Decimal(99), product=goods["Lamp"])]
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_after_any_change_the_figures_are_those_of_the_orders(sold, goods, change):
    """Read while the day is to be counted again, and once it is: the same, and not what it was."""
    freshen()
    before = figures(sold.manager)

    CHANGES[change](sold, goods)

    stale = figures(sold.manager)
    freshen()
    assert stale == figures(sold.manager)
    assert stale != before or change == "another price"  # alone in its order: its share is the same


@pytest.mark.parametrize("person", ["manager", "agent", "other_agent", "accountant", "finance"])
def test_each_product_leads_to_the_orders_it_counts(sold, goods, person):
    user = getattr(sold, person)
    found = figures(user)
    with acting_as(for_user(user)), transaction.atomic():
        look = Look(user.pk, scopes_of(user))
        for name, product in goods.items():
            query = QueryDict(urlsplit(orders_url(product.pk, look)).query)
            assert Ask.read(BOARDS["orders"], user, query).rows.count() == found.get(name, (0,))[0], name


def test_products_and_what_has_none_add_up_to_the_revenue_of_the_report(sold):
    with acting_as(for_user(sold.manager)), transaction.atomic():
        report = measured(sold.manager, [METRICS["revenue"], METRICS["profit"]], clock.today(), clock.today())[()]

    rows = figures(sold.manager).values()

    assert sum(row[2] for row in rows) + 7 == report["revenue"]  # and the advice
    assert sum(row[3] or 0 for row in rows) == report["profit"]


def stocked(shop, goods, **amounts):
    with acting_as(for_user(shop.manager, request="stock")):
        main = Location.objects.get()
        for name, quantity in amounts.items():
            item = StockItem.objects.get(product=goods[name])
            set_opening(item, by=shop.manager, location=main, quantity=Decimal(quantity))


def test_what_is_on_hand_lasts_as_long_as_it_sells(sold, goods, client_of):
    """Ninety days sold nine chairs: five last fifty days. What is not kept in stock has none, what is out has zero."""
    stocked(sold, goods, Chair=5, Lamp=0, Rug=70)

    with acting_as(for_user(sold.manager)), transaction.atomic():
        rows = SELLING.rows(sold.manager).annotate(days=cover()).values_list("name", "stocked", "days")
        found = {name: (on_hand, None if days is None else round(days)) for name, on_hand, days in rows}
    short = client_of(sold.manager).get("/report/products/?short=1&sort=cover").content.decode()

    assert found == {"Chair": (5, 50), "Lamp": (0, 0), "Rug": (70, None), "Table": (None, None)}
    assert ">Lamp<" in short
    assert ">Chair<" not in short


def test_cover_is_of_everybodys_sales_so_an_agent_has_none(sold, goods, client_of):
    stocked(sold, goods, Chair=5)
    agent = client_of(sold.agent)

    assert "Cover" not in agent.get("/report/products/").content.decode()
    assert agent.get("/report/products/?short=1").status_code == 404


def test_who_sees_everybodys_orders_but_no_stock_reads_the_table_without_it(sold, goods, client_of, as_person):
    stocked(sold, goods, Chair=5)
    with acting_as(for_user(sold.owner, request="rights")):
        change_overrides(sold.accountant, by=sold.owner, add=[], remove=["stock_read"])

    page = client_of(sold.accountant).get("/report/products/?sort=cover").content.decode()

    assert ">Chair<" in page
    assert "50 days" not in page


def test_the_table_is_sorted_narrowed_and_shown_without_costs_to_who_sees_none(sold, client_of):
    manager, agent = client_of(sold.manager), client_of(sold.agent)

    every, one = manager.get("/report/products/").content.decode(), manager.get("/report/products/?grade=A")
    not_sold = manager.get("/report/products/?sold=0").content.decode()

    assert every.index("Chair") < every.index("Table") < every.index("Lamp") < every.index("Rug")
    assert "Margin" in every
    assert "Table" not in one.content.decode().partition('id="rows"')[2]
    assert ">Rug<" in not_sold
    assert ">Chair<" not in not_sold
    assert "Margin" not in agent.get("/report/products/").content.decode()
    assert agent.get("/report/products/?sort=margin").status_code == 404
    assert client_of(sold.production).get("/report/products/").status_code == 403


def test_the_table_goes_out_as_a_file(sold, client_of):
    answer = client_of(sold.manager).get("/report/products/export/?as=csv")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()

    assert lines[0].startswith(
        "Product,SKU,Category,Sold,Sold a day,Orders,Revenue,Profit,Margin,On hand,Cover,Last sold,Class"
    )
    assert lines[1].startswith("Chair,CHAIR,,9")


def test_the_product_page_shows_its_figures_to_who_sells(sold, goods, client_of):
    page = client_of(sold.manager).get(f"/products/{goods['Chair'].pk}/").content.decode()

    assert "Sold in 90 days" in page
    assert "class A" in page
    assert "75.0 %" in page
    assert "Margin" not in client_of(sold.agent).get(f"/products/{goods['Chair'].pk}/").content.decode()
    assert SELLING.title == "What sells in 90 days"


def test_the_pages_of_the_table_together_show_each_product_once_in_order(sold, client_of, as_person):
    with as_person(sold.manager):
        for number in range(60):
            add_product(by=sold.manager, sku=f"Z-{number:02}", name=f"Zither {number:02}", price=Decimal(1))
    client = client_of(sold.agent)

    for sort in ("name", "-revenue"):
        pages = [client.get(f"/report/products/?sort={sort}&page={n}").content.decode() for n in (1, 2)]
        shown = [int(pk) for page in pages for pk in re.findall(r'<tr id="row-(\d+)"', page)]
        assert [page.count('<tr id="row-') for page in pages] == [50, 14]
        assert len(set(shown)) == 64
    by_revenue = [re.search(rf">{name}</", pages[0]) for name in ("Chair", "Lamp")]
    assert by_revenue[0].start() < by_revenue[1].start()
