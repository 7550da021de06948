"""The board and the table of orders: who sees which rows and columns, filters, live rows, totals."""

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders import actions
from tests import make
from tests.orders.reading import LIVE, page, rows_in

# --- who sees what ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", ["/orders/", "/orders/list/"])
def test_an_agent_sees_own_orders_and_no_colleague_s(cast, client_of, shop, url):
    html = page(client_of(cast.agent), url)

    assert rows_in(html) == {shop[key].pk for key in ("received", "in_production", "ready", "delivered")}
    assert "Nida Hassan" not in html


@pytest.mark.parametrize("url", ["/orders/", "/orders/list/"])
def test_a_manager_sees_every_order(cast, client_of, shop, url):
    assert rows_in(page(client_of(cast.manager), url)) == {order.pk for order in shop.values()}


@pytest.mark.parametrize("url", ["/orders/", "/orders/list/", "/orders/export/?as=csv"])
def test_production_reads_neither_money_nor_customers_nor_agents(cast, client_of, shop, url):
    client = client_of(cast.production)

    with CaptureQueriesContext(connection) as queries:
        response = client.get(url)

    html = response.getvalue().decode()
    assert shop["in_production"].number in html
    assert shop["received"].number not in html
    for secret in ("Imran Yousaf", "Nida Hassan", "Omar Aziz", "2,501", "2501", "Amount", "Profit", "Customer"):
        assert secret not in html
    asked = " ".join(query["sql"] for query in queries)
    for table in ("orders_ordersale", "orders_ordercosting", "customers_customer"):
        assert table not in asked


def test_the_floor_has_the_lanes_of_its_stages_only(cast, client_of, shop):
    html = page(client_of(cast.production), "/orders/")

    assert re.findall(r'data-lane-cards="(\w+)"', html) == ["in_production", "ready_to_ship"]


def test_profit_is_a_column_of_those_who_see_costs(cast, client_of, shop):
    assert "Profit" in page(client_of(cast.finance), "/orders/list/")
    assert "Profit" not in page(client_of(cast.agent), "/orders/list/")


def test_a_card_says_where_its_reader_may_move_it(cast, client_of, shop):
    agent, finance = page(client_of(cast.agent), "/orders/"), page(client_of(cast.finance), "/orders/")

    assert f'id="card-{shop["received"].pk}" data-lane="received"' in agent
    assert re.search(rf'id="card-{shop["received"].pk}"[^>]*data-to="in_production"', agent)
    assert re.search(rf'id="card-{shop["received"].pk}"[^>]*data-to=""', finance)


def test_a_shared_order_shows_without_its_customer(cast, client_of, as_person, shop):
    with as_person(cast.other_agent):
        actions.share_order(shop["other"], by=cast.other_agent, colleague=cast.agent)

    html = page(client_of(cast.agent), "/orders/list/")

    assert shop["other"].pk in rows_in(html)
    assert "Nida Hassan" not in html


def test_what_was_typed_is_text_on_a_card_and_in_a_row(cast, client_of):
    make.order(cast.agent, name="<b>Ali</b> & Co", lines=(actions.LineInput("<i>Rug</i>", Decimal(1), Decimal(5)),))

    for url in ("/orders/", "/orders/list/"):
        html = page(client_of(cast.agent), url)
        assert "<b>Ali" not in html
        assert "<i>Rug" not in html
        assert "&lt;b&gt;Ali&lt;/b&gt; &amp; Co" in html


# --- filter, sort, pages ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("stage=received", {"received"}),
        ("stage=received&stage=delivered", {"received", "delivered"}),
        ("q=imran", {"in_production"}),
        ("q=table", {"ready"}),
        ("mine=1", set()),
        ("held=1", set()),
        ("cancelled=1", set()),
        ("cancelled=0&stage=delivered", {"delivered"}),
        ("rush=1", set()),
        ("placed_from=2020-01-01&placed_to=2020-12-31", set()),
        ("due=week", set()),
    ],
)
def test_filters_narrow(cast, client_of, shop, query, found):
    assert rows_in(page(client_of(cast.manager), f"/orders/list/?{query}")) == {shop[key].pk for key in found}


def test_people_filters(cast, client_of, shop):
    client = client_of(cast.manager)

    assert rows_in(page(client, f"/orders/list/?agent={cast.other_agent.pk}")) == {shop["other"].pk}
    assert shop["received"].pk not in rows_in(page(client, f"/orders/list/?assignee={cast.production.pk}"))


def test_mine_is_what_the_floor_makes(cast, client_of, shop):
    found = rows_in(page(client_of(cast.production), "/orders/list/?mine=1"))

    assert found == {shop["in_production"].pk, shop["ready"].pk, shop["other"].pk}


@pytest.mark.parametrize(
    "query",
    ["stage=lost", "nope=1", "sort=secret", "page=0", "page=x", "show=9999", "placed_from=soon", "late=2",
     "placed_from=2026-02-01&placed_to=2026-01-01", "agent=999999", "q=%00&agent=x"],
)  # fmt: skip
@pytest.mark.parametrize("url", ["/orders/list/", "/orders/", "/orders/export/", "/orders/list/totals/"])
def test_what_the_board_does_not_know_is_refused_with_a_sentence(cast, client_of, shop, url, query):
    response = client_of(cast.manager).get(f"{url}?{query}")

    assert response.status_code == 404
    assert 'role="alert"' in response.content.decode()


@pytest.mark.parametrize("query", ["agent=1", "sort=amount", "sort=-customer", "sort=profit", "batch=1"])
def test_a_filter_that_is_not_theirs_does_not_exist_for_production(cast, client_of, shop, query):
    assert client_of(cast.production).get(f"/orders/list/?{query}").status_code == 404


@pytest.mark.parametrize("sort", ["number", "-number", "promise", "-promise", "amount", "-amount", "profit", "customer",
                                  "agent", "placed"])  # fmt: skip
def test_every_sort_shows_the_same_rows(cast, client_of, shop, sort):
    assert rows_in(page(client_of(cast.manager), f"/orders/list/?sort={sort}")) == {o.pk for o in shop.values()}


def test_a_sort_by_amount_sorts(cast, client_of, shop):
    html = page(client_of(cast.manager), "/orders/list/?sort=-amount")

    assert re.findall(r'id="row-(\d+)"', html)[0] == str(shop["ready"].pk)


def test_empty_fields_of_the_filter_form_leave_the_address(cast, client_of):
    response = client_of(cast.manager).get("/orders/list/?q=&stage=&late=1")

    assert (response.status_code, response["Location"]) == (302, "/orders/list/?late=1")


def test_pages_of_fifty_follow_each_other_without_a_gap_or_a_double(cast, client_of):
    made = {make.order(cast.agent, name=f"Buyer {i}").pk for i in range(53)}
    client = client_of(cast.agent)

    first = page(client, "/orders/list/")
    more = client.get("/orders/list/?page=2", headers={"HX-Request": "true"})

    assert len(rows_in(first)) == 50
    assert 'hx-trigger="revealed"' in first
    assert rows_in(first) | rows_in(more.content.decode()) == made
    assert "<html" not in more.content.decode()
    assert more["HX-Replace-Url"] == "?show=100"
    assert "HX-Request" in more["Vary"]
    assert rows_in(page(client, "/orders/list/?show=100")) == made


def test_nothing_yet_and_nothing_matches_are_told_apart(cast, client_of):
    client = client_of(cast.agent)

    assert "Orders you may see will be listed here." in page(client, "/orders/list/")
    assert "Clear filters" in page(client, "/orders/list/?rush=1")


# --- live -------------------------------------------------------------------------------------------------------


def test_a_live_board_asks_for_the_cards_that_changed(cast, client_of, shop):
    html = page(client_of(cast.manager), f"/orders/?ids={shop['ready'].pk}", **LIVE)

    assert rows_in(html) == {shop["ready"].pk}
    assert 'id="lane-head-received"' in html
    assert "<html" not in html


def test_a_card_that_no_longer_matches_is_absent(cast, client_of, shop):
    client = client_of(cast.manager)

    assert rows_in(page(client, f"/orders/?rush=1&ids={shop['ready'].pk}", **LIVE)) == set()
    assert rows_in(page(client, f"/orders/list/?stage=received&ids={shop['ready'].pk}", **LIVE)) == set()


def test_a_colleague_s_card_is_absent_by_id_too(cast, client_of, shop):
    for url in ("/orders/", "/orders/list/"):
        html = page(client_of(cast.agent), f"{url}?ids={shop['other'].pk},{shop['ready'].pk}", **LIVE)
        assert rows_in(html) == {shop["ready"].pk}


def test_a_live_answer_without_ids_is_the_whole_region(cast, client_of, shop):
    client = client_of(cast.manager)

    lanes, region = page(client, "/orders/", **LIVE), page(client, "/orders/list/", **LIVE)

    assert rows_in(lanes) == rows_in(region) == {order.pk for order in shop.values()}
    assert "<html" not in lanes + region
    assert "Ops-Live" in client.get("/orders/", headers=LIVE)["Vary"]


def test_a_row_below_the_first_page_is_marked_so_that_it_is_not_announced(cast, client_of):
    first = make.order(cast.agent, name="The first")
    for i in range(50):
        make.order(cast.agent, name=f"Buyer {i}")

    html = page(client_of(cast.agent), f"/orders/list/?ids={first.pk}", **LIVE)

    assert f'<tr id="row-{first.pk}" data-elsewhere>' in html


def test_a_full_lane_is_filled_up_from_below(cast, client_of, as_person):
    made = [
        make.order(cast.agent, name=f"Buyer {i}", promise_on=make.day(f"2027-01-{1 + i % 28:02}")) for i in range(32)
    ]
    client = client_of(cast.agent)
    shown = rows_in(page(client, "/orders/"))
    gone = next(order for order in made if order.pk in shown)
    with as_person(cast.agent):
        actions.cancel_order(gone, by=cast.agent, reason="Changed their mind")

    answer = rows_in(page(client, f"/orders/?ids={gone.pk}", **LIVE))

    assert len(shown) == 30
    assert gone.pk not in answer
    assert len(answer - shown) == 1


# --- totals, counts ---------------------------------------------------------------------------------------------


def test_totals_are_those_of_the_rows_under_the_filter(cast, client_of, shop):
    html = page(client_of(cast.manager), "/orders/list/totals/?stage=in_production&stage=ready_to_ship")

    assert "13,502.00" in html  # two orders of 2 × 1,250.50 and one of 9,000 less 500


def test_totals_hold_no_column_that_the_reader_may_not_see(cast, client_of, shop):
    assert "Profit" not in page(client_of(cast.agent), "/orders/list/totals/")
    assert page(client_of(cast.production), "/orders/list/totals/").strip() == ""
