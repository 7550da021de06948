"""Loading a file in the browser: what loading would do, then doing it; a refusal stays on the page that asked."""

import io
from datetime import date

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from ops.models import ImportBatch
from orders.models import Order

pytestmark = pytest.mark.django_db

HEADER = (
    "Order ID,Order Date,Ship Date,Ship Mode,Customer ID,Customer Name,City,Product ID,Product Name,Quantity,Sales,"
    "Profit\n"
)
ROW = "PG-1,2026-03-31,2026-04-02,Second Class,AB-1,Ayla Bose,Lahore,SK-1,Desk,2,100.5,20\n"


def _upload(client, text: str | bytes, name: str = "sheet.csv", **more):
    data = text.encode() if isinstance(text, str) else text
    return client.post(
        "/orders/import/", {"file": [SimpleUploadedFile(name, data)], "preset": "superstore", "dates": "",
                            "currency": "PKR", **more},
    )  # fmt: skip


def test_what_a_foreign_amount_is_worth_is_asked_and_never_taken_for_one_to_one(client_of, cast, as_person):
    browser = client_of(cast.manager)

    for currency in ("", "usd"):  # the preset's own, and one that was typed
        answer = _upload(browser, HEADER + ROW, currency=currency)
        assert answer.status_code == 422
        assert "The amounts are in USD. Say how many PKR one USD is." in answer.content.decode()

    checked = _upload(browser, HEADER + ROW, currency="", rate="280")
    assert "1 USD counts as 280 PKR" in browser.get(checked.url).content.decode()


def test_numbers_that_read_both_ways_are_asked_about_and_read_as_told(client_of, cast, as_person):
    browser = client_of(cast.manager)
    row = ROW.replace(",100.5,20", ",1.250,1.125").replace("PG-1", "PG-9")

    asked = _upload(browser, HEADER + row)
    assert asked.status_code == 422
    assert "nothing that tells thousands from decimals" in asked.content.decode()

    browser.post(f"{_upload(browser, HEADER + row, decimals=',').url}apply/")
    with as_person(cast.manager):
        assert Order.objects.get(external_id="PG-9").sale.amount == 1250


def test_a_file_is_checked_shown_and_loaded(client_of, cast, as_person):
    browser = client_of(cast.manager)

    checked = _upload(browser, HEADER + ROW)
    shown = browser.get(checked.url)
    assert b"Load 1 order" in shown.content
    with as_person(cast.manager):
        assert not Order.objects.filter(source="superstore").exists()
    loaded = browser.post(f"{checked.url}apply/", follow=True)

    assert b"1 new" in loaded.content
    with as_person(cast.manager):
        order = Order.objects.get(source="superstore")
        assert (order.external_id, order.sale.amount, order.costing.profit) == ("PG-1", 100.5, 20)


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "empty.csv", "is empty"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "photo.csv", "a picture"),
        (b"a,b\n1,2\n", "other.csv", "not the kind of file"),
        (HEADER.encode(), "header.csv", "no rows"),
    ],
)
def test_a_wrong_file_is_refused_on_the_page(client_of, cast, data, name, words):
    answer = _upload(client_of(cast.manager), data, name)

    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_several_tables_are_one_load(client_of, cast):
    orders = SimpleUploadedFile(
        "Orders.csv", b"OrderID,CustomerID,OrderDate,ShippedDate,Freight\n7,C1,2026-01-13,,3.5\n"
    )
    lines = SimpleUploadedFile("Order Details.csv", b"OrderID,ProductID,UnitPrice,Quantity,Discount\n7,P1,10,3,0.1\n")
    customers = SimpleUploadedFile("Customers.csv", b"CustomerID,CompanyName,City\nC1,Acme,Lahore\n")
    products = SimpleUploadedFile("Products.csv", b"ProductID,ProductName,CategoryID\nP1,Tea,1\n")
    browser = client_of(cast.admin)

    checked = browser.post(
        "/orders/import/", {"file": [orders, lines, customers, products], "preset": "northwind", "currency": "pkr"}
    )

    assert b"27.00<" in browser.get(checked.url).content


def test_problems_are_listed_and_the_rest_can_be_loaded(client_of, cast):
    browser = client_of(cast.manager)
    bad = ROW.replace("PG-1", "PG-2").replace("100.5", "lots")

    checked = _upload(browser, HEADER + ROW + bad)
    page = browser.get(checked.url).content.decode()
    blocked = browser.post(f"{checked.url}apply/")
    loaded = browser.post(f"{checked.url}apply/", {"leave_out": "1"}, follow=True)

    assert "“lots”: this is not a number." in page
    assert blocked.status_code == 422
    assert b"nothing was loaded" in blocked.content
    assert b"1 left out" in loaded.content


def test_whoever_may_not_load_gets_no_page(client_of, cast):
    assert client_of(cast.agent).get("/orders/import/").status_code == 403
    assert client_of(cast.production).post("/orders/import/").status_code == 403


def test_a_colleagues_check_is_not_applied(client_of, cast, as_person):
    checked = _upload(client_of(cast.manager), HEADER + ROW)

    answer = client_of(cast.admin).post(f"{checked.url}apply/")

    assert answer.status_code == 404
    with as_person(cast.manager):
        assert not Order.objects.filter(source="superstore").exists()


def test_a_file_too_large_for_a_page_is_told_where_to_go(client_of, cast, monkeypatch):
    monkeypatch.setattr("orders.import_forms.PAGE_BYTES", 10)

    answer = _upload(client_of(cast.manager), HEADER + ROW)

    assert answer.status_code == 422
    assert b"manage.py import_orders" in answer.content


def test_the_same_sheet_as_a_workbook_loads_the_same(client_of, cast, as_person):
    browser = client_of(cast.manager)
    book = io.BytesIO()
    with xlsxwriter.Workbook(book) as written:
        sheet = written.add_worksheet("Orders")
        for n, line in enumerate([HEADER, ROW]):
            sheet.write_row(n, 0, line.strip().split(","))
        sheet.write(1, 9, 2)
        sheet.write(1, 1, date(2026, 3, 31), written.add_format({"num_format": "dd/mm/yy"}))

    checked = _upload(browser, book.getvalue(), name="sheet.xlsx")
    assert b"Load 1 order" in browser.get(checked.url).content
    browser.post(f"{checked.url}apply/")

    _upload(browser, HEADER + ROW)
    with as_person(cast.manager):
        counts = ImportBatch.objects.order_by("-pk")[0].counts
        assert (counts["new"], counts["changed"], counts["same"]) == (0, 0, 1)
        order = Order.objects.get(source="superstore")
        assert (order.external_id, order.sale.amount, str(order.placed_on)[:10]) == ("PG-1", 100.5, "2026-03-31")
