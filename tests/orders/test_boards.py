"""The board and the table of orders: who sees which rows and columns, filters, live rows, files, saved views, bulk."""

import csv
import hashlib
import io
import re
from decimal import Decimal

import pytest
import python_calamine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ops.db.actor import acting_as, for_user
from ops.models import Event, SavedView
from orders import actions
from orders.models import Order
from tests import make

LIVE = {"Ops-Live": "1", "HX-Request": "true"}


@pytest.fixture
def shop(cast):
    """Two agents with orders in every stage; the second one's must stay their own."""
    return {
        "received": make.order(cast.agent, name="Ayesha Siddiqui", promise_on=make.day("2027-01-10"), note="Two coats"),
        "in_production": make.order_in("in_production", cast.agent, cast.production, name="Imran Yousaf"),
        "ready": make.order_in("ready_to_ship", cast.agent, cast.production, name="Hira Khan", lines=(make.TABLE,)),
        "delivered": make.order_in("delivered", cast.agent, cast.production, name="Zara Malik"),
        "other": make.order_in("in_production", cast.other_agent, cast.production, name="Nida Hassan"),
    }


def rows_in(html: str) -> set[int]:
    return {int(pk) for pk in re.findall(r'id="(?:row|card)-(\d+)"', html)}


def page(client, url: str, **headers) -> str:
    response = client.get(url, headers=headers)
    assert response.status_code == 200, response.content.decode()
    return response.content.decode()


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


# --- moving a card ----------------------------------------------------------------------------------------------


def move(client, order, to, **more):
    values = {"stage": to, "version": more.pop("version", order.version), **more}
    return client.post(f"/orders/{order.pk}/move/", values, headers={"HX-Request": "true"})


def stage_of(order, person):
    with acting_as(for_user(person)):
        return Order.objects.get(pk=order.pk).stage


def test_a_card_is_moved_and_can_be_taken_back(cast, client_of, shop):
    client = client_of(cast.production)

    response = move(client, shop["in_production"], "ready_to_ship")

    assert response.status_code == 204
    assert f"{shop['in_production'].number} is ready to ship." in response["HX-Trigger"]
    assert f"/orders/{shop['in_production'].pk}/undo/" in response["HX-Trigger"]
    assert stage_of(shop["in_production"], cast.production) == "ready_to_ship"


def test_a_move_that_needs_something_asks_for_it_first(cast, client_of, shop):
    client, order = client_of(cast.agent), shop["ready"]

    first = move(client, order, "shipped")
    form = client.get(f"/orders/{order.pk}/move/?stage=shipped&version={order.version}", headers={"HX-Request": "true"})
    empty = move(client, order, "shipped", asked=1)
    given = move(client, order, "shipped", asked=1, tracking="TCS-7")

    assert (first.status_code, '"ask"' in first["HX-Trigger"]) == (200, True)
    assert 'name="tracking"' in form.content.decode()
    assert empty.status_code == 422
    assert given.status_code == 204
    assert stage_of(order, cast.agent) == "shipped"


def test_a_stale_card_is_a_conflict_and_an_illegal_move_is_refused(cast, client_of, shop):
    client, order = client_of(cast.manager), shop["in_production"]

    assert move(client, order, "ready_to_ship", version=order.version - 1).status_code == 409
    assert move(client, order, "delivered").status_code == 422
    assert move(client, order, "nowhere").status_code == 422
    assert stage_of(order, cast.manager) == "in_production"


def test_a_colleague_s_card_does_not_exist(cast, client_of, shop):
    assert move(client_of(cast.agent), shop["other"], "ready_to_ship").status_code == 404
    assert client_of(cast.finance).post(f"/orders/{shop['other'].pk}/move/").status_code == 403


# --- files ------------------------------------------------------------------------------------------------------


def export(client, query="as=csv"):
    response = client.get(f"/orders/export/?{query}")
    assert response.status_code == 200
    return response, response.getvalue()


def test_a_csv_holds_the_filtered_rows_and_the_shown_columns(cast, client_of, shop):
    response, body = export(client_of(cast.agent), "as=csv&stage=ready_to_ship&sort=number")

    head, *rows = csv.reader(io.StringIO(body.decode("utf-8-sig")))
    assert head == ["Order", "Customer", "Stage", "What", "Agent", "Production", "Promised", "Placed", "Amount"]
    assert [row[0] for row in rows] == [shop["ready"].number]
    assert rows[0][-1] == "8500"
    assert response["ETag"] == f'"{hashlib.sha256(body).hexdigest()}"'
    assert hashlib.sha256(body).hexdigest()[:12] in response["Content-Disposition"]


@pytest.mark.parametrize("name", ["=cmd()", "+1+1", "-2", "@SUM(A1)", "\tTab"])
def test_a_cell_that_a_spreadsheet_would_run_is_defused(cast, client_of, name):
    from ops.boards.export import defused

    make.order(cast.agent, name=name, lines=(actions.LineInput(name, Decimal(1), Decimal("12.5")),))
    _, body = export(client_of(cast.agent))

    row = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))[1]
    assert row[3].startswith("'")
    assert row[-1] == "12.5"
    assert defused(name) == f"'{name}"


def test_an_xlsx_holds_numbers_as_numbers(cast, client_of, shop):
    response, body = export(client_of(cast.finance), "as=xlsx&stage=ready_to_ship")

    sheet = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0).to_python()
    assert sheet[0][-2:] == ["Amount", "Profit"]
    assert sheet[1][-2:] == [8500.0, 8500.0]
    assert "spreadsheetml" in response["Content-Type"]


def test_who_took_rows_away_is_on_record(cast, client_of, shop):
    export(client_of(cast.agent))

    with acting_as(for_user(cast.admin)):
        event = Event.objects.get(kind="board.exported")
    assert (event.by_id, event.subject_id, event.data["rows"]) == (cast.agent.pk, cast.agent.pk, 4)


def test_another_kind_of_file_is_refused(cast, client_of):
    assert client_of(cast.agent).get("/orders/export/?as=exe").status_code == 404


# --- totals, counts ---------------------------------------------------------------------------------------------


def test_totals_are_those_of_the_rows_under_the_filter(cast, client_of, shop):
    html = page(client_of(cast.manager), "/orders/list/totals/?stage=in_production&stage=ready_to_ship")

    assert "13,502.00" in html  # two orders of 2 × 1,250.50 and one of 9,000 less 500


def test_totals_hold_no_column_that_the_reader_may_not_see(cast, client_of, shop):
    assert "Profit" not in page(client_of(cast.agent), "/orders/list/totals/")
    assert page(client_of(cast.production), "/orders/list/totals/").strip() == ""


# --- saved views ------------------------------------------------------------------------------------------------


def test_a_view_is_kept_shared_and_dropped(cast, client_of, shop):
    mine, theirs = client_of(cast.manager), client_of(cast.agent)

    saved = mine.post("/orders/views/", {"query": "?stage=received&sort=promise", "name": "To start", "shared": "1",
                                         "page_name": "order_list"})  # fmt: skip

    assert saved["Location"] == "/orders/list/?stage=received&sort=promise"
    assert "To start" in page(theirs, "/orders/list/")
    assert "To start" not in page(theirs, "/orders/")
    with acting_as(for_user(cast.manager)):
        view = SavedView.objects.get()
    assert theirs.post(f"/orders/views/{view.pk}/drop/").status_code == 404
    assert mine.post(f"/orders/views/{view.pk}/drop/").status_code == 302
    page(mine, "/orders/list/")  # the toasts that say so
    assert "To start" not in page(mine, "/orders/list/")


def test_a_private_view_is_private_and_one_that_reaches_too_far_is_not_offered(cast, client_of, shop):
    manager = client_of(cast.manager)
    manager.post("/orders/views/", {"query": "rush=1", "name": "Only mine"})
    manager.post("/orders/views/", {"query": f"agent={cast.agent.pk}", "name": "Of Omar", "shared": "1"})

    assert "Only mine" not in page(client_of(cast.agent), "/orders/list/")
    assert "Of Omar" in page(client_of(cast.agent), "/orders/list/")
    assert "Of Omar" not in page(client_of(cast.production), "/orders/list/")


def test_a_view_of_what_does_not_exist_is_not_kept(cast, client_of):
    assert client_of(cast.manager).post("/orders/views/", {"query": "stage=lost", "name": "X"}).status_code == 404
    assert client_of(cast.manager).post("/orders/views/", {"query": "", "name": " "}).status_code == 422


# --- bulk -------------------------------------------------------------------------------------------------------


def bulk(client, **values):
    response = client.post("/orders/bulk/", values)
    return response.status_code, response.content.decode()


def test_a_bulk_verb_is_shown_first_then_answers_for_each_row_and_is_undone_at_once(cast, client_of, shop):
    client = client_of(cast.manager)
    pks = ",".join(str(shop[key].pk) for key in ("in_production", "other", "received"))

    status, preview = bulk(client, verb="move", ids=pks, query="")
    _, done = bulk(client, verb="move", ids=pks, query="", choice="ready_to_ship")
    tokens = re.search(r'name="tokens" value="([^"]*)"', done)[1]

    assert (status, "Move: 3 orders" in preview) == (200, True)
    assert "2 orders moved to Ready to ship." in done
    assert "it cannot go to ready to ship" in done
    assert [stage_of(shop[key], cast.manager) for key in ("in_production", "other", "received")] == [
        "ready_to_ship", "ready_to_ship", "received"]  # fmt: skip

    undone = client.post("/orders/bulk/undo/", {"verb": "move", "tokens": tokens}).content.decode()

    assert "2 orders put back as before." in undone
    assert stage_of(shop["in_production"], cast.manager) == "in_production"


def test_all_matching_means_the_filter(cast, client_of, shop):
    _, preview = bulk(client_of(cast.manager), verb="assign", all="1", query="?stage=in_production")

    assert "Hand over: 2 orders" in preview


def test_bulk_never_touches_a_colleague_s_order(cast, client_of, shop):
    _, done = bulk(client_of(cast.agent), verb="move", ids=str(shop["other"].pk), choice="ready_to_ship")

    assert "No order was picked." in done
    assert stage_of(shop["other"], cast.other_agent) == "in_production"


def test_a_bulk_verb_that_is_not_theirs_does_not_exist(cast, client_of, shop):
    status, _ = bulk(client_of(cast.agent), verb="assign", ids=str(shop["ready"].pk))

    assert status == 404


def test_hand_over_and_back(cast, client_of, shop):
    client = client_of(cast.manager)
    _, done = bulk(client, verb="assign", ids=str(shop["ready"].pk), choice=str(cast.other_agent.pk))
    tokens = re.search(r'name="tokens" value="([^"]*)"', done)[1]

    assert rows_in(page(client_of(cast.other_agent), "/orders/list/?stage=ready_to_ship")) == {shop["ready"].pk}

    client.post("/orders/bulk/undo/", {"verb": "assign", "tokens": tokens})

    assert rows_in(page(client_of(cast.other_agent), "/orders/list/?stage=ready_to_ship")) == set()
