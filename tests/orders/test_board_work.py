"""What people do on the board: move a card, take files away, keep views, put many rows through a verb."""

import csv
import hashlib
import io
import re
from decimal import Decimal

import pytest
import python_calamine

from ops.db.actor import acting_as, for_user
from ops.models import Event, SavedView
from orders import actions
from orders.models import Order, OrderSale
from tests import make
from tests.orders.reading import page, rows_in

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


def test_a_card_that_asks_nothing_says_after_who_was_told(cast, client_of, shop):
    response = move(client_of(cast.production), shop["in_production"], "ready_to_ship")

    assert f"{shop['in_production'].number} is ready to ship. Told: Omar Aziz." in response["HX-Trigger"]


def test_the_dialog_of_a_move_says_before_who_will_be_told(cast, client_of, shop):
    client, order = client_of(cast.manager), shop["received"]
    ask = f"/orders/{order.pk}/move/?stage=in_production&version={order.version}"

    form = client.get(ask, headers={"HX-Request": "true"}).content.decode()
    address = f"/letters/{order.pk}/told/?stage=in_production"
    nobody_yet, chosen = (
        client.get(url, headers={"HX-Request": "true"}).content.decode()
        for url in (address, f"{address}&assignee={cast.production.pk}")
    )

    assert f'hx-get="{address}"' in form
    assert "Bilal Shah" not in nobody_yet
    assert "Bilal Shah (in the app" in chosen


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
    from ops.exports.sheets import defused

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
    assert sheet[1][-2:] == [8500.0, ""]  # no costs are known, so no profit is
    assert "spreadsheetml" in response["Content-Type"]


def test_who_took_rows_away_is_on_record(cast, client_of, shop):
    export(client_of(cast.agent))

    with acting_as(for_user(cast.admin)):
        event = Event.objects.get(kind="board.exported")
    assert (event.by_id, event.subject_id, event.data["rows"]) == (cast.agent.pk, cast.agent.pk, 4)


def test_another_kind_of_file_is_refused(cast, client_of):
    assert client_of(cast.agent).get("/orders/export/?as=exe").status_code == 404


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


# --- a search that finds too many --------------------------------------------------------------------------------


def test_a_search_finds_more_than_two_hundred_in_list_totals_file_and_bulk(cast, client_of):
    for number in range(205):
        make.order(cast.agent, name=f"Gul Traders {number}")
    client = client_of(cast.agent)

    listed = client.get("/orders/list/?q=gul+traders").content.decode()
    totals = client.get("/orders/list/totals/?q=gul+traders").content.decode()
    _, body = export(client, "as=csv&q=gul+traders")
    _, preview = bulk(client_of(cast.manager), verb="assign", all="1", query="?q=gul+traders")

    assert "205 orders" in listed
    assert "205 orders" in totals
    assert len(body.decode("utf-8-sig").splitlines()) == 206
    assert "Hand over: 205 orders" in preview


def test_a_search_that_is_cut_says_so_and_its_file_and_bulk_are_refused(cast, client_of, shop, monkeypatch):
    monkeypatch.setattr("orders.boards._MOST_FOUND", 2)
    client = client_of(cast.manager)
    cut = "More than 2 orders match “walnut”; only the newest 2 are searched."

    listed = client.get("/orders/list/?q=walnut").content.decode()
    refused = client.get("/orders/export/?as=csv&q=walnut")
    _, bulked = bulk(client, verb="assign", all="1", query="?q=walnut")

    assert cut in listed
    assert "2 orders" in listed
    assert refused.status_code == 422
    assert cut in refused.content.decode()
    assert cut in bulked


def test_totals_bring_the_exact_count_of_the_same_rows_and_say_when_there_are_too_many(
    cast, client_of, shop, monkeypatch
):
    client = client_of(cast.manager)

    assert f'<span id="count">{len(shop)} orders</span>' in client.get("/orders/list/totals/").content.decode()

    monkeypatch.setattr("ops.boards.views.MOST_TOTALLED", 2)
    many, all_of_them = (client.get(f"/orders/list/totals/{query}").content.decode() for query in ("", "?all=1"))

    assert '<span id="count">2+ orders</span>' in many
    assert "Rs" not in many
    assert f'<span id="count">{len(shop)} orders</span>' in all_of_them
    assert "Rs" in all_of_them


def test_tabs_are_drawn_again_for_an_open_page(cast, client_of, shop):
    client = client_of(cast.manager)

    for url in ("/orders/", "/orders/list/"):
        assert "&amp;tabs=1" in client.get(url).content.decode()
        tabs = client.get(f"{url}?tabs=1", headers={"Ops-Live": "1"}).content.decode()
        assert "Overdue" in tabs
        assert "<html" not in tabs
        assert "data-lane-cards" not in tabs


# --- held ----------------------------------------------------------------------------------------------------------


def test_a_held_card_says_why_it_does_not_move(cast, client_of, as_person, shop):
    with as_person(cast.agent):
        actions.hold_order(shop["ready"], by=cast.agent, reason="Waits for <paint>")

    html = client_of(cast.agent).get("/orders/").content.decode()

    words = f"{shop['ready'].number} is on hold (Waits for &lt;paint&gt;); release it first."
    assert f'data-why="{words}"' in html
    assert html.count("data-why") == 1
    assert "data-why" not in client_of(cast.finance).get("/orders/").content.decode()


# --- other currencies ----------------------------------------------------------------------------------------------


def test_an_amount_in_another_currency_is_shown_in_it_with_what_it_counts(cast, client_of, shop):
    with acting_as(for_user(cast.manager)):
        OrderSale.objects.filter(pk=shop["ready"].pk).update(currency="USD", rate=Decimal(280))
    client = client_of(cast.finance)

    listed, card = client.get("/orders/list/").content.decode(), client.get("/orders/").content.decode()
    page = client.get(f"/orders/{shop['ready'].pk}/").content.decode()

    assert '<span class="dim agreed">$8,500.00</span> Rs\N{NO-BREAK SPACE}2,380,000.00' in listed
    assert '<span class="amt" title="Counts Rs\N{NO-BREAK SPACE}2,380,000.00">$8,500</span>' in card
    assert "1 USD = 280 PKR" in page
    assert "Rs\N{NO-BREAK SPACE}2,380,000.00" in page
