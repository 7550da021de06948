"""Splitting an order into parcels: quantities, the stage, mails, links, taking back, and who else may."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from ops import clock, outbox
from ops.db.actor import acting_as, for_user, mailer
from ops.errors import Refused
from ops.models import Event, OutboxMail
from orders import actions, parcels, parts
from orders.emails import status_link
from orders.models import Carrier, Order, OrderLine, Shipment, ShipmentLine
from tests import make
from tests.races.together import together

TABLE = actions.LineInput("Walnut table", Decimal(3), Decimal(9000))


@pytest.fixture
def ready(cast):
    return make.order_in("ready_to_ship", cast.agent, cast.production, lines=(make.CHAIR, TABLE), email="a@c.example")


def lines_of(order, as_person, by):
    with as_person(by):
        return {line.description: line.pk for line in OrderLine.objects.filter(order=order)}


def send(order, by, as_person, tracking="TCS-1", carrier="TCS", **quantities):
    known = lines_of(order, as_person, by)
    asked = {known[f"Walnut {what}"]: Decimal(quantity) for what, quantity in quantities.items()}
    with as_person(by), transaction.atomic():
        return parts.ship_part(
            Order.objects.get(pk=order.pk), by=by, quantities=asked, tracking=tracking, carrier=carrier
        )


def a_minute_later():
    with acting_as(mailer()), clock.moved_to(clock.now() + timedelta(seconds=61)):
        return outbox.send_waiting()


def mails():
    with acting_as(mailer()):
        return list(OutboxMail.objects.order_by("pk").values_list("kind", "subject", "text"))


@pytest.mark.django_db
def test_a_part_leaves_and_the_order_is_shipped_with_its_last_piece(cast, as_person, ready):
    part = send(ready, cast.agent, as_person, chair=2, table=1)
    assert part.stage == "ready_to_ship"

    whole = send(ready, cast.agent, as_person, tracking="LEO-2", carrier="leopards", table=2)

    with as_person(cast.agent):
        sent = list(Shipment.objects.filter(order=ready).values_list("position", "carrier_name", "tracking_number"))
        contents = list(ShipmentLine.objects.order_by("shipment", "line").values_list("quantity", flat=True))
        kinds = list(
            Event.objects.filter(noun="order", subject_id=ready.pk).order_by("pk").values_list("kind", flat=True)
        )[3:]
    assert whole.stage == "shipped"
    assert sent == [(1, "TCS", "TCS-1"), (2, "Leopards", "LEO-2")]
    assert contents == [2, 1, 2]
    assert kinds == ["order.part_shipped", "order.shipped"]


@pytest.mark.django_db
def test_each_parcel_is_told_once_with_what_is_in_it_and_where_it_is_followed(cast, as_person, ready):
    send(ready, cast.agent, as_person, table=1)
    send(ready, cast.agent, as_person, tracking="LEO-2", carrier="Leopards", chair=2, table=2)

    first, second = mails()

    assert first[1].endswith(f"a part of order {ready.number} is on its way")
    assert "- 1 × Walnut table" in first[2]
    assert "chair" not in first[2].partition("left us")[2]
    assert "https://www.tcsexpress.com/track/TCS-1" in first[2]
    assert "The rest follows" in first[2]
    assert second[1].endswith(f": order {ready.number} is on its way")
    assert "- 2 × Walnut table" in second[2]
    assert "LEO-2" in second[2]
    assert "The rest follows" not in second[2]


@pytest.mark.django_db
def test_the_ordinary_way_stays_one_step_and_is_one_parcel(cast, as_person, ready):
    with as_person(cast.agent):
        actions.ship_order(ready, by=cast.agent, tracking="TCS-1", carrier="tcs")
        [parcel] = Shipment.objects.filter(order=ready)
        assert [line.quantity for line in parcel.lines.order_by("line")] == [2, 3]
        assert (parcel.carrier.key, parcel.carrier_name) == ("tcs", "TCS")
    [(_, _, text)] = mails()
    assert "- 2 ×" not in text


@pytest.mark.django_db
@pytest.mark.parametrize(("quantities", "says"), [
    ({"chair": 3}, "Of Walnut chair only 2 are left to ship."), ({"chair": 0}, "every quantity is zero"),
    ({"chair": -1}, "zero or more"),
])  # fmt: skip
def test_what_is_not_there_does_not_leave(quantities, says, cast, as_person, ready):
    with pytest.raises(Refused, match=says):
        send(ready, cast.agent, as_person, **quantities)

    with as_person(cast.agent):
        assert not Shipment.objects.exists()
    assert mails() == []


@pytest.mark.django_db
def test_only_what_is_ready_leaves_and_only_by_whose_it_is(cast, as_person):
    order = make.order(cast.agent)
    with pytest.raises(Refused, match="received"):
        send(order, cast.agent, as_person, chair=1)

    ready = make.order_in("ready_to_ship", cast.agent, cast.production)
    known = lines_of(ready, as_person, cast.agent)
    with as_person(cast.other_agent), pytest.raises(Refused, match="not yours"):
        parts.ship_part(ready, by=cast.other_agent, quantities=dict.fromkeys(known.values(), Decimal(1)), tracking="X")


@pytest.mark.django_db
def test_a_parcel_comes_back_and_goes_again(cast, as_person, ready):
    send(ready, cast.agent, as_person, table=1)
    a_minute_later()
    with as_person(cast.agent), transaction.atomic():
        [parcel] = Shipment.objects.all()
        parts.take_parcel_back(ready, by=cast.agent, parcel=parcel.pk)
        parts.take_parcel_back(ready, by=cast.agent, parcel=parcel.pk)
        left = {line.description: rest for line, rest in parcels.left_of(ready).items()}

    again = send(ready, cast.agent, as_person, tracking="TCS-2", chair=2, table=3)

    assert left == {"Walnut chair": 2, "Walnut table": 3}
    assert again.stage == "shipped"
    assert [kind for kind, _, _ in mails()] == ["order.part_shipped", "order.not_shipped", "order.shipped"]


@pytest.mark.django_db
def test_a_parcel_taken_back_at_once_is_not_announced_and_packed_again_it_is_once(cast, as_person, ready):
    for _ in range(2):
        send(ready, cast.agent, as_person, table=1)
        with as_person(cast.agent), transaction.atomic():
            parcel = Shipment.objects.get(taken_back_at=None)
            parts.take_parcel_back(ready, by=cast.agent, parcel=parcel.pk)
    send(ready, cast.agent, as_person, table=1)

    assert a_minute_later() == 1
    assert [kind for kind, _, _ in mails()] == ["order.part_shipped"] * 3


@pytest.mark.django_db
def test_taking_the_move_back_brings_the_last_parcel_back_only(cast, as_person, ready):
    send(ready, cast.agent, as_person, table=1)
    send(ready, cast.agent, as_person, tracking="TCS-2", chair=2, table=2)
    with as_person(cast.agent):
        order = Order.objects.get(pk=ready.pk)
        actions.undo_move(order, by=cast.agent)
        left = {line.description: rest for line, rest in parcels.left_of(ready).items()}

    assert left == {"Walnut chair": 2, "Walnut table": 2}


@pytest.mark.django_db
def test_correcting_the_number_of_an_order_corrects_its_only_parcel(cast, as_person, ready):
    from orders import editing

    with as_person(cast.agent):
        order = actions.ship_order(ready, by=cast.agent, tracking="TCS-1", carrier="TCS")
        editing.edit_order(order, by=cast.agent, values={"tracking_number": "TCS-7"}, was={"tracking_number": "TCS-1"})
        assert Shipment.objects.get(order=ready).tracking_number == "TCS-7"


# --- the database by itself ---------------------------------------------------------------------------------------


def sql(by, statement, *values):
    """Raw SQL as the web login in this person's role; the name of the rule that refused, or how many rows."""
    with acting_as(for_user(by, request="raw")):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement, values)
                return cursor.rowcount
        except DatabaseError as error:
            diag = error.__cause__.diag
            return diag.constraint_name or diag.sqlstate


@pytest.mark.django_db
def test_raw_sql_cannot_ship_more_than_was_ordered_nor_say_that_a_part_is_all(cast, as_person, ready):
    send(ready, cast.agent, as_person, table=2)
    line = lines_of(ready, as_person, cast.agent)["Walnut table"]
    add = "insert into orders_shipmentline (shipment_id, line_id, quantity)"
    add += " select id, %s, %s from orders_shipment where position = 9"

    parcel = "insert into orders_shipment (order_id, position, carrier_name, tracking_number) values (%s, 9, '', 'x')"
    assert sql(cast.agent, parcel, ready.pk) == 1
    assert sql(cast.agent, add, line, 2) == "ops_guard_shipment_quantity"
    assert sql(cast.owner, add, line, "1.001") == "ops_guard_shipment_quantity"
    assert sql(cast.agent, add, line, 1) == 1
    moved = "update orders_order set stage = 'shipped', tracking_number = 'x' where id = %s"
    assert sql(cast.agent, moved, ready.pk) == "ops_guard_order_part"
    cancelled = "update orders_order set cancelled_at = now(), cancel_reason = 'x' where id = %s"
    assert sql(cast.owner, cancelled, ready.pk) == "ops_guard_order_parts_left"
    assert sql(cast.agent, "update orders_orderline set quantity = 1 where id = %s", line) == "ops_guard_line_shipped"
    assert sql(cast.agent, "delete from orders_shipmentline") == "42501"
    assert sql(cast.agent, "update orders_shipmentline set quantity = 1") == "42501"
    assert sql(cast.other_agent, parcel, ready.pk) == "42501"
    assert sql(cast.production, parcel, ready.pk) == "42501"
    assert sql(cast.other_agent, "update orders_shipment set tracking_number = 'y'") == 0


@pytest.mark.django_db(transaction=True)
def test_two_who_ship_at_once_never_ship_more_than_there_is(cast, as_person):
    with transaction.atomic():
        ready = make.order_in("ready_to_ship", cast.agent, cast.production, lines=(TABLE,))
    [line] = lines_of(ready, as_person, cast.agent).values()

    def ship(by, tracking):
        def go():
            with acting_as(for_user(by, request=tracking)), transaction.atomic():
                order = Order.objects.get(pk=ready.pk)
                return parts.ship_part(order, by=by, quantities={line: Decimal(2)}, tracking=tracking).stage

        return go

    results = together(ship(cast.agent, "A"), ship(cast.manager, "B"))

    assert sorted(type(one).__name__ for one in results) == ["Refused", "str"]
    with as_person(cast.agent):
        assert sum(ShipmentLine.objects.values_list("quantity", flat=True)) == 2


@pytest.mark.django_db(transaction=True)
def test_two_connections_with_raw_sql_wait_for_each_other(cast, as_person):
    with transaction.atomic():
        ready = make.order_in("ready_to_ship", cast.agent, cast.production, lines=(TABLE,))
    [line] = lines_of(ready, as_person, cast.agent).values()

    def ship(by, position):
        def go():
            with acting_as(for_user(by, request=str(position))), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(
                    "with parcel as (insert into orders_shipment (order_id, position, carrier_name, tracking_number)"
                    " values (%s, %s, '', 'x') returning id)"
                    " select id from parcel", [ready.pk, position],
                )  # fmt: skip
                (parcel,) = cursor.fetchone()
                cursor.execute(
                    "insert into orders_shipmentline (shipment_id, line_id, quantity) values (%s, %s, 2)",
                    [parcel, line],
                )
                return position

        return lambda: _rule(go)

    results = together(ship(cast.agent, 1), ship(cast.manager, 2))

    assert "ops_guard_shipment_quantity" in results
    with as_person(cast.agent):
        assert sum(ShipmentLine.objects.values_list("quantity", flat=True)) == 2


def _rule(go):
    try:
        return go()
    except DatabaseError as error:
        return error.__cause__.diag.constraint_name


# --- pages --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_form_offers_what_is_left_and_the_page_shows_parcels_with_links(cast, client_of, as_person, ready):
    browser = client_of(cast.agent)
    known = lines_of(ready, as_person, cast.agent)
    url = f"/orders/{ready.pk}/ship-part/"

    form = browser.get(url).content.decode()
    typed = {f"line-{known['Walnut table']}": "1", f"line-{known['Walnut chair']}": "0", "carrier": "TCS"}
    missing = browser.post(url, typed)
    too_many = browser.post(url, typed | {"tracking": "TCS-1", f"line-{known['Walnut table']}": "4"})
    sent = browser.post(url, typed | {"tracking": "TCS-1"})
    page = browser.get(f"/orders/{ready.pk}/").content.decode()

    assert f'href="{url}"' in browser.get(f"/orders/{ready.pk}/").content.decode()
    assert "3 left" in form
    assert 'value="3"' in form
    assert missing.status_code == too_many.status_code == 422
    assert (sent.status_code, sent["Location"]) == (302, f"/orders/{ready.pk}/")
    assert 'href="https://www.tcsexpress.com/track/TCS-1"' in page
    assert "1 × Walnut table" in page
    assert "Still here: 2 × Walnut chair, 2 × Walnut table" in " ".join(page.split())
    assert "sent 1 × Walnut table with TCS, tracking TCS-1" in page
    assert "2 left" in browser.get(url).content.decode()


@pytest.mark.django_db
def test_a_parcel_is_taken_back_on_the_page(cast, client_of, as_person, ready):
    send(ready, cast.agent, as_person, table=1)
    with as_person(cast.agent):
        [parcel] = Shipment.objects.values_list("pk", flat=True)
    browser = client_of(cast.agent)

    assert browser.post(f"/orders/{ready.pk}/parcels/{parcel}/back/").status_code == 302

    page = browser.get(f"/orders/{ready.pk}/").content.decode()
    assert "Taken back" in page
    assert "took the parcel TCS-1 back" in page
    assert client_of(cast.production).post(f"/orders/{ready.pk}/parcels/{parcel}/back/").status_code == 403


@pytest.mark.django_db
def test_the_customers_page_follows_every_parcel(cast, client_of, as_person, ready, client):
    send(ready, cast.agent, as_person, table=1)
    send(ready, cast.agent, as_person, tracking="X 2", carrier="My cousin", chair=2, table=2)
    with as_person(cast.agent):
        token = status_link(ready)

    page = client.get(f"/o/{token}/").content.decode()

    assert "Parcel 1" in page
    assert 'href="https://www.tcsexpress.com/track/TCS-1"' in page
    assert "My cousin" in page
    assert "X 2" in page


@pytest.mark.django_db
def test_an_order_from_before_parcels_is_followed_too(cast, client_of, as_person, client):
    order = make.order_in("ready_to_ship", cast.agent, cast.production)
    gone = "update orders_order set stage = 'shipped', tracking_number = 'A&B', carrier = 'tcs' where id = %s"
    assert sql(cast.agent, gone, order.pk) == 1
    with as_person(cast.agent):
        token = status_link(order)

    link = 'href="https://www.tcsexpress.com/track/A%26B"'
    assert link in client.get(f"/o/{token}/").content.decode()
    assert link in client_of(cast.agent).get(f"/orders/{order.pk}/").content.decode()


# --- carriers -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_carriers_ship_with_the_product_and_are_the_shops_to_edit(cast, client_of, as_person):
    browser = client_of(cast.manager)
    with as_person(cast.manager):
        names = list(Carrier.objects.order_by("name").values_list("name", flat=True))
        tcs = Carrier.objects.get(key="tcs")
    edited = {"name": "TCS Express", "tracking_url": "https://tcs.example/?n={number}", "is_active": "on"}

    bad = browser.post(f"/orders/carriers/?edit={tcs.pk}", edited | {"tracking_url": "https://tcs.example/"})
    double = browser.post("/orders/carriers/", {"name": "dhl", "tracking_url": "", "is_active": "on"})
    good = browser.post(f"/orders/carriers/?edit={tcs.pk}", edited)
    new = browser.post("/orders/carriers/", {"name": "Call Courier", "tracking_url": "", "is_active": "on"})

    assert names == ["DHL", "Leopards", "M&P", "Own rider", "Pakistan Post", "TCS"]
    assert bad.status_code == double.status_code == 422
    assert "https://" in bad.content.decode()
    assert good.status_code == new.status_code == 302
    with as_person(cast.manager):
        tcs.refresh_from_db()
        assert tcs.link("7/8") == "https://tcs.example/?n=7%2F8"
        assert tcs.history.count() == 2
    assert client_of(cast.agent).get("/orders/carriers/").status_code == 403
    assert sql(cast.agent, "update orders_carrier set name = 'x'") == "42501"
    assert sql(cast.manager, "update orders_carrier set tracking_url = 'javascript:{number}'") == "orders_carrier_url"
