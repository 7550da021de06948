"""The page of one order, its verbs and edits, as people of each role meet them."""

from decimal import Decimal

import pytest

from orders.models import Order, OrderCosting
from tests import make


def test_a_manager_sees_customer_money_and_profit(cast, client_of):
    order = make.order(cast.agent, lines=[make.CHAIR])

    html = client_of(cast.manager).get(f"/orders/{order.pk}/").content.decode()

    assert "Ayesha Siddiqui" in html
    assert "2,501.00" in html
    assert "= Profit" in html


def test_an_agent_sees_the_amount_and_no_costs(cast, client_of):
    order = make.order(cast.agent)

    html = client_of(cast.agent).get(f"/orders/{order.pk}/").content.decode()

    assert "2,501.00" in html
    assert "Profit" not in html


def test_production_sees_what_to_make_and_neither_customer_nor_money(cast, client_of):
    order = make.order_in("in_production", cast.agent, cast.production)

    html = client_of(cast.production).get(f"/orders/{order.pk}/").content.decode()

    assert "Walnut chair" in html
    for secret in ("Ayesha Siddiqui", "2,501", "1,250", "Profit", "Amount"):
        assert secret not in html


def test_a_colleagues_order_is_not_there(cast, client_of):
    order = make.order(cast.other_agent)

    assert client_of(cast.agent).get(f"/orders/{order.pk}/").status_code == 404


def test_an_order_is_received_by_the_form(cast, client_of):
    client = client_of(cast.agent)
    said = {
        "name": "Rabia Aslam", "phone": "0300 1234567", "email": "", "city": "Lahore", "promise_on": "", "channel": "",
        "currency": "pkr", "note": "", "lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "0", "lines-MIN_NUM_FORMS": "1",
        "lines-MAX_NUM_FORMS": "100", "lines-0-description": "Silk scarf", "lines-0-quantity": "2",
        "lines-0-unit_price": "1,250.50", "lines-0-discount": "",
    }  # fmt: skip

    answer = client.post("/orders/new/", said)

    assert answer.status_code == 302, answer.content.decode()[:3000]
    page = client.get(answer.url).content.decode()
    assert "Rabia Aslam" in page
    assert "2,501.00" in page
    assert "+923001234567" in page


def test_a_line_without_price_outside_the_catalogue_is_refused_and_what_was_typed_stays(cast, client_of):
    said = {
        "name": "Rabia Aslam", "phone": "12", "currency": "PKR", "lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "0",
        "lines-0-description": "Silk scarf", "lines-0-quantity": "2",
    }  # fmt: skip

    answer = client_of(cast.agent).post("/orders/new/", said)

    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Type a price: this is not in the catalogue." in html
    assert 'value="Rabia Aslam"' in html
    assert 'value="Silk scarf"' in html


def test_shipping_asks_for_the_tracking_number_and_says_what_is_missing(cast, client_of):
    order = make.order_in("ready_to_ship", cast.agent, cast.production)
    client = client_of(cast.agent)

    refused = client.post(f"/orders/{order.pk}/ship/", {"tracking": " ", "version": order.version})
    shipped = client.post(f"/orders/{order.pk}/ship/", {"tracking": "TCS-7", "version": order.version})

    assert refused.status_code == 422
    assert shipped.status_code == 302
    assert "TCS-7" in client.get(f"/orders/{order.pk}/").content.decode()


def test_production_marks_ready_with_one_button(cast, client_of, as_person):
    order = make.order_in("in_production", cast.agent, cast.production)

    answer = client_of(cast.production).post(f"/orders/{order.pk}/ready/", {"version": order.version})

    assert answer.status_code == 302
    with as_person(cast.agent):
        assert Order.objects.get(pk=order.pk).stage == "ready_to_ship"


@pytest.mark.parametrize("verb", ["start", "ship", "deliver", "hold", "cancel", "hand-over", "costs"])
def test_production_may_not_use_the_verbs_of_others(cast, client_of, verb):
    order = make.order_in("in_production", cast.agent, cast.production)

    assert client_of(cast.production).post(f"/orders/{order.pk}/{verb}/", {}).status_code == 403


def test_two_people_edit_different_fields_and_both_stay(cast, client_of, as_person):
    order = make.order(cast.agent)
    shown = {"was_channel": "", "was_carrier": "", "channel": "", "carrier": ""}

    client_of(cast.agent).post(f"/orders/{order.pk}/edit/", {**shown, "channel": "Phone"})
    client_of(cast.manager).post(f"/orders/{order.pk}/edit/", {**shown, "carrier": "TCS"})

    with as_person(cast.manager):
        order = Order.objects.get(pk=order.pk)
        assert (order.channel, order.carrier) == ("Phone", "TCS")


def test_the_same_field_twice_is_a_conflict_that_shows_both_values(cast, client_of, as_person):
    order = make.order(cast.agent)
    client_of(cast.agent).post(f"/orders/{order.pk}/edit/", {"was_channel": "", "channel": "Phone"})

    answer = client_of(cast.manager).post(f"/orders/{order.pk}/edit/", {"was_channel": "", "channel": "Shop"})

    html = answer.content.decode()
    assert answer.status_code == 409
    assert "Phone" in html and "Shop" in html
    with as_person(cast.manager):
        assert Order.objects.get(pk=order.pk).channel == "Phone"

    mine = {"channel": "Shop", "was_channel": "Phone", "keep_channel": "mine"}
    assert client_of(cast.manager).post(f"/orders/{order.pk}/edit/", mine).status_code == 302
    with as_person(cast.manager):
        assert Order.objects.get(pk=order.pk).channel == "Shop"


def test_finance_sets_costs_and_the_database_works_out_the_profit(cast, client_of, as_person):
    order = make.order(cast.agent)
    costs = {"production_cost": "1,000", "shipping_cost": "200.50", "marketing_cost": "0"}

    answer = client_of(cast.finance).post(f"/orders/{order.pk}/costs/", costs)

    assert answer.status_code == 302
    with as_person(cast.finance):
        assert OrderCosting.objects.get(pk=order.pk).profit == Decimal("1300.50")


def test_the_story_names_people_and_what_they_did(cast, client_of):
    order = make.order_in("shipped", cast.agent, cast.production)

    html = client_of(cast.manager).get(f"/orders/{order.pk}/").content.decode()

    assert "Omar Aziz received the order" in html
    assert "Omar Aziz gave it to Bilal Shah for production" in html
    assert "Bilal Shah marked it ready to ship" in html
    assert "Omar Aziz shipped it with TCS, tracking TCS-1" in html


def test_a_live_fragment_is_the_body_alone(cast, client_of):
    order = make.order(cast.agent)

    html = client_of(cast.agent).get(f"/orders/{order.pk}/?ids={order.pk}", headers={"Ops-Live": "1"}).content.decode()

    assert html.strip().startswith(f'<div class="page narrow has-acts" id="row-{order.pk}">')


def test_the_customers_link_shows_the_order_and_nothing_else(cast, client, as_person):
    from orders.emails import status_link

    order = make.order_in("shipped", cast.agent, cast.production)
    with as_person(cast.agent):
        token = status_link(order)

    page = client.get(f"/o/{token}/")
    assert page.status_code == 200
    assert "TCS-1" in page.content.decode()
    assert "2,501" not in page.content.decode()
    assert client.get(f"/o/{token[:-1]}{'y' if token[-1] == 'x' else 'x'}/").status_code == 404


def test_the_profit_is_shown_while_costs_are_typed(cast, client_of):
    order = make.order(cast.agent)
    typed = {"production_cost": "1000", "shipping_cost": "200.50", "marketing_cost": "0"}

    html = client_of(cast.finance).get(f"/orders/{order.pk}/costs/preview/", typed).content.decode()

    assert "Rs\N{NO-BREAK SPACE}1,300.50" in html
    assert html.strip().startswith("<p")


def test_half_typed_costs_say_what_is_missing(cast, client_of):
    order = make.order(cast.agent)

    html = (
        client_of(cast.finance).get(f"/orders/{order.pk}/costs/preview/", {"production_cost": "12x"}).content.decode()
    )

    assert "Type all three costs to see the profit." in html


def test_an_open_page_of_an_order_that_left_says_so_in_place(cast, client_of):
    order = make.order(cast.other_agent)

    answer = client_of(cast.agent).get(f"/orders/{order.pk}/?ids={order.pk}", headers={"Ops-Live": "1"})
    floor = client_of(cast.production).get(f"/orders/{order.pk}/", headers={"Ops-Live": "1"})
    never = client_of(cast.agent).get("/orders/999999/", headers={"Ops-Live": "1"})

    assert answer.status_code == 200
    assert "This order is no longer yours to see" in answer.content.decode()
    assert 'href="/orders/"' in answer.content.decode()
    assert order.number not in answer.content.decode()
    assert "left production" in floor.content.decode()
    assert never.content == answer.content  # it tells nothing of what exists


def test_undo_stands_beside_the_next_move_while_it_is_fresh(cast, client_of, as_person):
    order = make.order_in("ready_to_ship", cast.agent, cast.production)
    client = client_of(cast.production)

    html = client.get(f"/orders/{order.pk}/").content.decode()
    done = client.post(f"/orders/{order.pk}/undo/", {"version": order.version}, follow=True)

    assert "Undo</button>" in html
    assert "Take the last move back" not in html
    assert "is back where it was" in done.content.decode()
