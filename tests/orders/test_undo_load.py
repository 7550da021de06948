"""A load of orders taken out again: everything as before, or a sentence that says which rows stop it."""

import json
from dataclasses import replace
from decimal import Decimal

import psycopg
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from catalog.models import Product
from customers import actions as customer_actions
from customers.models import Customer, CustomerContact
from inventory import actions as stock
from inventory.models import Location, StockItem
from ops import chain
from ops.db.actor import acting_as, task
from ops.errors import Refused
from ops.imports import nouns, undoing
from ops.models import Event, ImportBatch, Transition
from ops.threads.models import Message
from orders import editing
from orders.models import Order, OrderCosting, OrderLine, OrderLinePrice, OrderSale
from tests import make
from tests.database import live_url, owner_url
from tests.imports.pipeline import written_before_a_restore
from tests.orders.sheets import row

# Each load has a transaction of its own, as in life.
pytestmark = pytest.mark.django_db(transaction=True)
KEPT = (Order, OrderLine, OrderLinePrice, OrderSale, OrderCosting, Customer, CustomerContact, Product)
FOLLOWS = {"version", "updated_at"}


def everything():
    """Every row of what a load may write, without what only counts changes."""
    with connection.cursor() as cursor:
        found = {}
        for model in KEPT:
            cursor.execute(f"select to_jsonb(t)::text from {model._meta.db_table} t order by 1")
            rows = [json.loads(value) for (value,) in cursor]
            found[model.__name__] = [{k: v for k, v in row.items() if k not in FOLLOWS} for row in rows]
        return found


@pytest.fixture
def take_out(cast, as_person):
    def taken(batch, by=None, because=""):
        by = by or cast.manager
        with as_person(by), transaction.atomic():
            return undoing.undo(ImportBatch.objects.get(pk=batch.pk), by=by, because=because)

    return taken


def stops_of(batch, person, as_person):
    with as_person(person):
        return undoing.stops(ImportBatch.objects.get(pk=batch.pk))


def test_everything_is_as_it_was_and_the_history_says_so(load, sheet, cast, as_person, take_out):
    with as_person(cast.manager):
        make.order(cast.manager, name="Before", phone="+923009990001")
        before = everything()
    batch = load(sheet(row(), row(sku="SK-2", product="Chair"), row("A-2", cid="C-2", name="Omar Dar")))

    undone = take_out(batch, because="wrong year")

    with as_person(cast.manager):
        assert everything() == before
        batch.refresh_from_db()
        assert (batch.state, batch.undone_by, batch.undone_at is not None) == ("undone", cast.manager, True)
        gone = Order.history.filter(history_type="-")
        assert {(h.number, h.history_source, h.history_change_reason, h.history_user_id) for h in gone} == {
            ("A-1", "undo", "wrong year", cast.manager.pk), ("A-2", "undo", "wrong year", cast.manager.pk)}  # fmt: skip
        told = Event.objects.get(kind="load.undone")
        assert (told.subject_id, told.data["file"]) == (batch.pk, "sheet.csv")
        assert Transition.objects.filter(noun="order", source="import").count() == 2
    assert undone.sentence == "2 orders, 2 products, 2 customers removed"


def test_the_chain_of_history_holds(load, sheet, take_out):
    load(sheet(row()))
    take_out(load(sheet(row(sales="90", profit="1"), row("A-2"))))

    with acting_as(task("chain")):
        assert chain.verify() == []


def test_the_same_file_is_new_again_and_its_totals_are_the_same(load, sheet, cast, as_person, take_out):
    path = sheet(row(), row("A-2", cid="C-2", name="Omar Dar"))
    first = load(path)
    take_out(first)

    again = load(path)

    assert (again.counts["new"], again.counts["totals"]) == (2, first.counts["totals"])
    with as_person(cast.manager):
        assert sorted(Order.objects.values_list("number", flat=True)) == ["A-1", "A-2"]


def test_what_a_load_changed_is_as_it_was_with_the_lines_it_took_away(load, sheet, cast, as_person, take_out):
    load(sheet(row(), row(sku="SK-2", product="Chair"), row("A-2", cid="C-2", name="Omar Dar")))
    with as_person(cast.manager):
        before = everything()
    batch = load(sheet(row(sales="90", profit="1", product="Oak desk"), row("A-2", cid="C-2", name="Omar Dar"),
                       row("A-3", cid="C-3", name="New")))  # fmt: skip
    assert (batch.counts["new"], batch.counts["changed"], batch.counts["same"]) == (1, 1, 1)

    undone = take_out(batch)

    with as_person(cast.manager):
        assert everything() == before
        assert Order.objects.get(number="A-1").history.latest("history_id").history_source == "undo"
    assert undone.sentence == "1 order, 1 customer removed; 1 order as before"
    assert load(sheet(row(sales="90", profit="1", product="Oak desk"))).counts["changed"] == 1


def test_an_edit_stops_it_and_is_named(load, sheet, cast, as_person, take_out):
    batch = load(sheet(row(ship=""), row("A-2", ship="")))
    with as_person(cast.admin), transaction.atomic():
        editing.edit_order(Order.objects.get(number="A-1"), by=cast.admin, values={"channel": "Phone"}, was={})

    with pytest.raises(Refused) as refused:
        take_out(batch)

    assert refused.value.sentence.startswith(f"This load cannot be undone: 2 of its rows have been worked with since."
                                             f" Order A-1: changed by {cast.admin.name}, ")  # fmt: skip
    found = stops_of(batch, cast.manager, as_person)
    assert found.count == 2
    assert {(stop.noun, stop.name, stop.what, stop.by) for stop in found.first} == {
        ("Order", "A-1", "changed", cast.admin.name), ("Order", "A-1", "changed channel", cast.admin.name)}  # fmt: skip
    with as_person(cast.manager):
        assert Order.objects.count() == 2
        assert ImportBatch.objects.get(pk=batch.pk).state == "applied"


def test_names_of_what_stops_it_are_asked_once_however_many_there_are(load, sheet, cast, as_person):
    batch = load(sheet(*(row(f"A-{number}", ship="") for number in range(1, 5))))

    def asked(*numbers: int) -> int:
        with as_person(cast.manager):
            for order in Order.objects.filter(number__in=[f"A-{number}" for number in numbers]):
                Message.objects.create(noun="order", subject_id=order.pk, text="Ring her", by=cast.manager)
            Order.objects.filter(number__in=[f"A-{number}" for number in numbers]).update(channel="Phone")
        with CaptureQueriesContext(connection) as queries:
            found = stops_of(batch, cast.manager, as_person)
        assert {stop.name for stop in found.first} == {f"A-{number}" for number in range(1, max(numbers) + 1)}
        return len(queries)

    assert asked(1) == asked(2, 3, 4)


def test_a_message_beside_an_order_stops_it(load, sheet, cast, as_person, take_out):
    batch = load(sheet(row()))
    with as_person(cast.manager):
        order = Order.objects.get()
        Message.objects.create(noun="order", subject_id=order.pk, text="Ring her", by=cast.manager)

    with pytest.raises(Refused, match="Order A-1: there is a message of it"):
        take_out(batch)


def test_a_customer_who_has_another_order_stays_and_is_said(load, sheet, cast, as_person, take_out):
    batch = load(sheet(row(), row("A-2", cid="C-2", name="Omar Dar", sku="SK-9")))
    with as_person(cast.manager):
        customer = Customer.objects.get(external_id="C-1")
        Order.objects.create(customer=customer, agent=cast.manager)

    undone = take_out(batch)

    assert undone.sentence == (
        "2 orders, 2 products, 1 customer removed; left here, used by something else or changed since: 1 customer"
    )
    with as_person(cast.manager):
        assert Customer.objects.get(pk=customer.pk).name == "Ayla Bose"
        assert Order.objects.get().customer == customer


def test_a_customer_who_was_edited_or_reached_stays_with_their_numbers(load, sheet, cast, as_person, take_out):
    batch = load(sheet(row(), row("A-2", cid="C-2", name="Omar Dar"), row("A-3", cid="C-3", name="Nida")))
    with as_person(cast.manager), transaction.atomic():
        Customer.objects.filter(external_id="C-1").update(city="Multan")
        customer_actions.add_contact(Customer.objects.get(external_id="C-2"), by=cast.manager, value="+923001112223")

    take_out(batch)

    with as_person(cast.manager):
        assert sorted(Customer.objects.values_list("external_id", flat=True)) == ["C-1", "C-2"]
        assert Customer.objects.get(external_id="C-1").city == "Multan"
        assert CustomerContact.objects.get().value == "+923001112223"


def test_a_product_that_is_in_stock_stays_and_an_untouched_one_goes_with_its_half_in_stock(
    load, sheet, cast, as_person, take_out
):
    batch = load(sheet(row(), row("A-2", sku="SK-9", product="Lamp")))
    with as_person(cast.manager), transaction.atomic():
        item = StockItem.objects.get(sku="SK-9")
        main = Location.objects.get(name="Main")
        stock.receive(item, by=cast.manager, location=main, quantity=Decimal(3))

    assert "left here, used by something else or changed since: 1 product" in take_out(batch).sentence

    with as_person(cast.manager):
        assert [item.sku for item in StockItem.objects.all()] == ["SK-9"]
        assert Product.objects.get().sku == "SK-9"


def test_an_order_copied_from_a_loaded_one_stops_it(load, sheet, cast, as_person, take_out):
    batch = load(sheet(row()))
    with as_person(cast.manager):
        order = Order.objects.get()
        Order.objects.create(customer=order.customer, agent=cast.manager, copied_from=order)

    with pytest.raises(Refused, match="Order A-1: there is an order of it"):
        take_out(batch)


def test_two_loads_are_undone_the_last_one_first(load, sheet, cast, as_person, take_out):
    first = load(sheet(row()))
    second = load(sheet(row(sales="90", profit="1")))
    with pytest.raises(Refused, match="worked with since"):
        take_out(first)

    take_out(second)
    with pytest.raises(Refused, match="worked with since"):
        take_out(first)


def test_a_load_is_undone_once_and_by_whoever_loaded_it(load, sheet, cast, as_person, take_out):
    batch = load(sheet(row()))
    with pytest.raises(Refused, match="only they undo it"):
        take_out(batch, by=cast.admin)
    take_out(batch)

    with pytest.raises(Refused, match="This load has been undone"):
        take_out(batch)


def test_one_word_tells_every_screen(load, sheet, cast, as_person):
    batch = load(sheet(*(row(f"A-{n}", cid=f"C-{n}", name=f"Person {n}") for n in range(5))))
    heard = []
    with psycopg.connect(live_url(connection.settings_dict["NAME"]), autocommit=True) as listener:
        listener.execute("listen ops")

        with as_person(cast.manager), transaction.atomic():
            undoing.undo(ImportBatch.objects.get(pk=batch.pk), by=cast.manager)

        heard = [notify.payload for notify in listener.notifies(timeout=2)]
    assert sorted(heard) == ["customer * * * *", "order * * * *", "product * * * *"]


def test_a_transaction_of_the_same_number_before_a_restore_is_none_of_the_load(load, sheet, cast, as_person, take_out):
    with as_person(cast.manager), transaction.atomic():
        older = make.order(cast.manager, name="Before", phone="+923009990001")
    batch = load(sheet(row()))
    written_before_a_restore(batch, older)

    assert stops_of(batch, cast.manager, as_person).count == 0
    undone = take_out(batch)

    assert undone.sentence == "1 order, 1 product, 1 customer removed"
    with as_person(cast.manager):
        assert Order.objects.get() == older


def test_a_row_that_the_load_only_changed_is_never_taken_for_made_by_it(load, sheet, cast, as_person, take_out):
    load(sheet(row()))
    batch = load(sheet(row(sales="90", profit="1")))
    with psycopg.connect(owner_url(connection.settings_dict["NAME"]), autocommit=True) as owner:
        for model in (Order, OrderLine, OrderLinePrice, OrderSale, OrderCosting):  # kept since some later day
            kept = model.history.model._meta.db_table
            owner.execute(f"alter table {kept} disable trigger user")
            owner.execute(f"delete from {kept} where history_type = '+'")
            owner.execute(f"alter table {kept} enable trigger user")

    take_out(batch)

    with as_person(cast.manager):
        assert Order.objects.get().number == "A-1"


def test_whoever_may_no_longer_load_takes_nothing_out(load, sheet, cast, as_person, take_out, monkeypatch):
    batch = load(sheet(row()))
    monkeypatch.setitem(nouns._nouns, "order", replace(nouns.noun_named("order"), scopes=("owner_only",)))

    with pytest.raises(Refused, match="Your role may not load orders from files, or undo"):
        take_out(batch)

    monkeypatch.delitem(nouns._nouns, "order")
    with pytest.raises(Refused, match="no longer known here, so it cannot be taken out"):
        take_out(batch)
    with as_person(cast.manager):
        assert Order.objects.count() == 1
