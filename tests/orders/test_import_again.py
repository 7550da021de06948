"""A file of orders that comes again: what it leaves blank stays, what was done here meanwhile is not written over."""

import csv
import io
import json

import pytest
from django.db import transaction

from ops.errors import Refused
from ops.imports.applying import apply
from ops.imports.models import ImportItem
from ops.imports.presets import read_preset
from orders.importing import check_orders, differences
from orders.imports import COLUMNS, presets
from orders.models import Order, OrderCosting
from tests.imports.round_trips import brought_back, taken
from tests.imports.round_trips import loaded as round_trip
from tests.orders.sheets import row

pytestmark = pytest.mark.django_db

_COLUMNS = {
    "external_id": "Order", "placed_at": "Date", "customer_name": "Customer", "description": "Product",
    "quantity": "Pieces", "total": "Sum", "promise_on": "Due", "channel": "Channel", "carrier": "Carrier",
    "tracking_number": "Tracking",
}  # fmt: skip
_FULL = "Order,Date,Customer,Product,Pieces,Sum,Due,Channel,Carrier,Tracking"


@pytest.fixture
def own(tmp_path, monkeypatch):
    book = {"label": "Own", "source": "own", "why": "", "columns": _COLUMNS}
    (tmp_path / "own.yaml").write_text(json.dumps(book))
    monkeypatch.setitem(presets(), "own", read_preset(tmp_path / "own.yaml", COLUMNS))

    def laid(header: str, *lines: str):
        path = tmp_path / "own.csv"
        path.write_text("\n".join([header, *lines]) + "\n")
        return path

    return laid


@pytest.fixture
def check(cast, as_person):
    def done(path, preset: str = "superstore"):
        with as_person(cast.manager), transaction.atomic():
            return check_orders(path, preset, by=cast.manager, rates={"USD": "1"})

    return done


@pytest.mark.parametrize(("header", "line"), [
    ("Order,Date,Customer,Product,Pieces,Sum", "A1,2026-01-13,Aslam,Desk,1,200"),
    (_FULL, "A1,2026-01-13,Aslam,Desk,1,200,,,,"),
])  # fmt: skip
def test_a_blank_cell_and_a_missing_column_leave_what_is_here(own, load, check, cast, as_person, header, line):
    load(own(_FULL, "A1,2026-01-13,Aslam,Desk,1,100,2026-02-01,Phone,TCS,T-77"), "own", rates={})
    path = own(header, line)

    with as_person(cast.manager):
        assert set(differences(check(path, "own"), ["A1"])["A1"]) == {"Amount"}
    load(path, "own", rates={})

    with as_person(cast.manager):
        order = Order.objects.select_related("sale").get()
        assert (str(order.promise_on), order.channel, order.carrier, order.tracking_number, order.sale.amount) == (
            "2026-02-01", "Phone", "TCS", "T-77", 200)  # fmt: skip


def test_what_the_file_says_anew_is_shown_and_done(own, load, check, cast, as_person):
    load(own(_FULL, "A1,2026-01-13,Aslam,Desk,1,100,2026-02-01,Phone,TCS,T-77"), "own", rates={})
    path = own(_FULL, "A1,2026-01-13,Aslam,Desk,1,100,2026-02-05,Shop,Leopards,T-78")

    with as_person(cast.manager):
        assert differences(check(path, "own"), ["A1"])["A1"] == {
            "Promised for": ("2026-02-01", "2026-02-05"), "Channel": ("Phone", "Shop"),
            "Carrier": ("TCS", "Leopards"), "Tracking number": ("T-77", "T-78")}  # fmt: skip
    load(path, "own", rates={})

    with as_person(cast.manager):
        order = Order.objects.get()
        assert (str(order.promise_on), order.channel, order.tracking_number) == ("2026-02-05", "Shop", "T-78")


@pytest.mark.django_db(transaction=True)
def test_what_a_list_changed_is_work_that_was_done_here(load, sheet, cast, as_person, client_of):
    load(sheet(row(), row("A-2")))
    load(sheet(row(sales="90"), row("A-2", sales="90")))  # a load of orders is none
    name, data = taken(client_of(cast.manager), "/orders/export/?as=csv")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    head = next(line for line in rows if "Promised" in line)
    next(line for line in rows if "A-1" in line)[head.index("Promised")] = "2026-02-01"
    changed = io.StringIO()
    csv.writer(changed).writerows(rows)
    with transaction.atomic():
        batch = brought_back(name, changed.getvalue().encode(), by=cast.manager, as_person=as_person)
    assert (batch.noun, batch.counts["changed"]) == ("order_change", 1)
    round_trip(batch, by=cast.manager, as_person=as_person)

    with pytest.raises(Refused, match=r"1 order cannot be taken.* order A-1 has been worked on here"):
        load(sheet(row(sales="80"), row("A-2", sales="80")))

    with as_person(cast.manager):
        assert str(Order.objects.get(external_id="A-1").promise_on) == "2026-02-01"


@pytest.mark.parametrize("number", ["'1001", '"=""1001"""'])
def test_a_cut_row_refuses_its_order_however_the_number_is_written(sheet, check, cast, as_person, number):
    batch = check(sheet(row(number), f"{number},2026-01-13,2026-01-16", row("A-2")))

    with as_person(cast.manager):
        found = {item.key: (item.verdict, item.rows) for item in ImportItem.objects.filter(batch=batch)}
    assert found == {"1001": ("refused", 2), "A-2": ("new", 1)}
    assert batch.counts["lost_lines"] == 0


def test_a_cut_row_whose_number_cannot_be_read_is_counted_alone(sheet, check, cast, as_person):
    batch = check(sheet(row(), "3.6E+11,2026-01-13,2026-01-16", "A\x1e9\x1f\x1d,2026-01-13,2026-01-16"))

    with as_person(cast.manager):
        found = {item.key: item.verdict for item in ImportItem.objects.filter(batch=batch)}
    assert found == {"A-1": "new", "A 9": "refused"}
    assert batch.counts["lost_lines"] == 1


def test_no_more_is_left_out_than_the_button_said(load, sheet, check, cast, as_person):
    load(sheet(row()))
    path = sheet(row(sales="90"), row("A-2", qty="none"), row("A-3"))
    batch = check(path)
    assert batch.counts["refused"] == 1
    with as_person(cast.manager), transaction.atomic():
        OrderCosting.objects.filter(order__external_id="A-1").update(shipping_cost=7)

    with (
        as_person(cast.manager),
        pytest.raises(Refused, match=r"2 orders cannot be taken now, and you were to leave out 1,.* Check the file"),
        transaction.atomic(),
    ):
        apply(batch, by=cast.manager, leave_out=1)

    with as_person(cast.manager), transaction.atomic():
        assert Order.objects.count() == 1
        assert apply(batch, by=cast.manager, leave_out=2).counts["new"] == 1
