"""Files of the shops' own programs load by their presets, with totals that equal the files and the oracles."""
# ruff: noqa: E501  rows of files stand on one line each

import csv
import gzip
import json
from decimal import Decimal
from pathlib import Path

import pytest
from django.db.models import Count, Sum

from customers.models import Customer
from ops.errors import Refused
from ops.imports.presets import fits
from orders.imports import COLUMNS, presets
from orders.models import Order, OrderCosting, OrderLine, OrderLinePrice, OrderSale

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
real_files = pytest.mark.skipif(not DATA.exists(), reason="the developer data set is not beside the checkout")
SHOPIFY = (
    "Name,Email,Financial Status,Fulfilled at,Currency,Subtotal,Taxes,Total,Discount Amount,Created at,Lineitem quantity,"
    "Lineitem name,Lineitem price,Lineitem sku,Lineitem discount,Billing Name,Shipping City,Cancelled at,Refunded Amount\n"
)


def sums() -> tuple[int, int, Decimal | None, Decimal | None]:
    """Orders, lines, pieces, and what they are sold for."""
    lines = OrderLine.objects.aggregate(n=Count("pk"), pieces=Sum("quantity"))
    return Order.objects.count(), lines["n"], lines["pieces"], OrderLinePrice.objects.aggregate(s=Sum("total"))["s"]


# --- Shopify, row by row ----------------------------------------------------------------------------------------


@pytest.fixture
def shopify(tmp_path, load):
    def loaded(*rows: str, **said):
        path = tmp_path / "orders_export.csv"
        path.write_text(SHOPIFY + "\n".join(rows) + "\n")
        return load(path, "shopify", currency="PKR", **said)

    return loaded


@pytest.mark.django_db
def test_the_lines_below_the_first_belong_to_its_order_with_and_without_its_name(shopify, cast, as_person):
    batch = shopify(
        "#1,a@b.pk,paid,2026-01-14 10:00:00 +0500,PKR,45.00,4.50,49.50,5.00,2026-01-13 10:00:00 +0500,2,Mug,10.00,'007,0,Ayla,Lahore,,0",
        "#1,,,,,,,,,,1,Jug,20.00,JUG,0,,,,",
        ",,,,,,,,,,1,Cup,10.00,CUP,0,,,,",
    )

    with as_person(cast.manager):
        order = Order.objects.get()
        assert (order.external_id, order.customer.name, order.customer.email) == ("#1", "Ayla", "a@b.pk")
        assert sums() == (1, 3, 4, Decimal("45.0000"))
        assert OrderSale.objects.get().amount == Decimal("45.0000")
        # The apostrophe kept a spreadsheet's hands off the zeros, and is no part of the SKU.
        assert list(OrderLine.objects.order_by("position").values_list("sku", flat=True)) == ["007", "JUG", "CUP"]
        totals = OrderLinePrice.objects.order_by("line__position").values_list("total", flat=True)
        assert list(totals) == [Decimal(18), Decimal(18), Decimal(9)]
    assert "Taxes of 4.50 stand beside the lines" in " ".join(batch.notes)


@pytest.mark.django_db
def test_cancelled_orders_and_repeated_rows_are_left_out_and_refunds_are_mentioned(shopify, cast, as_person):
    first = "#1,a@b.pk,paid,,PKR,10.00,0,10.00,0,2026-01-13 10:00:00 +0500,1,Mug,10.00,MUG,0,Ayla,Lahore,,10.00"
    batch = shopify(
        first,
        "#2,c@d.pk,refunded,,PKR,20.00,0,20.00,0,2026-01-14 10:00:00 +0500,1,Jug,20.00,JUG,0,Omar,Lahore,2026-01-15 09:00:00 +0500,20.00",
        first,
    )

    with as_person(cast.manager):
        assert sums() == (1, 1, 1, Decimal("10.0000"))
    notes = " ".join(batch.notes)
    assert "1 row is left out, “Cancelled at” is filled: what was cancelled is no order." in notes
    assert "1 row that stood in the file before, cell by cell, is left out (line 4)." in notes
    assert "Refunds of 30.00 stand in the file" in notes


@pytest.mark.django_db
def test_the_same_export_again_changes_nothing_and_a_longer_one_adds_what_is_new(shopify):
    first = "#1,a@b.pk,paid,,PKR,10.00,0,10.00,0,2026-01-13 10:00:00 +0500,1,Mug,10.00,MUG,0,Ayla,Lahore,,0"
    second = "#2,c@d.pk,paid,,PKR,20.00,0,20.00,0,2026-01-14 10:00:00 +0500,1,Jug,20.00,JUG,0,Omar,Lahore,,0"

    counts = [shopify(*rows).counts for rows in ([first], [first], [first, second])]

    assert [(c["new"], c["same"], c["changed"]) for c in counts] == [(1, 0, 0), (0, 1, 0), (1, 1, 0)]


# --- real files -------------------------------------------------------------------------------------------------


@real_files
@pytest.mark.django_db
def test_the_shopify_export_of_a_store_adds_up(load, cast, as_person):
    batch = load(
        DATA / "storefront" / "shopify_csv" / "orders_export_devstore.csv",
        "shopify",
        currency="INR",
        rate=Decimal("3.3"),
    )

    with as_person(cast.manager):
        # The file's Total of 590,683.29 is its lines and 4,741.29 of taxes.
        assert sums() == (51, 121, 258, Decimal("585942.0000"))
        assert OrderSale.objects.aggregate(s=Sum("order_amount"))["s"] == Decimal("585942.00") * Decimal("3.3")
    assert Decimal("585942.00") + Decimal("4741.29") == Decimal("590683.29")
    assert any("Taxes of 4,741.29" in note for note in batch.notes)


@real_files
@pytest.mark.django_db
def test_a_file_of_three_currencies_refuses_those_it_was_not_loaded_in(load, cast, as_person):
    path = DATA / "storefront" / "shopify_csv" / "orders_export_multicurrency_messy.csv"

    batch = load(path, "shopify", currency="GBP", rate=Decimal(350), leave_out=True)

    with as_person(cast.manager):
        assert (batch.counts["new"], batch.counts["refused"]) == (11, 4)
        assert sums() == (11, 13, 13, Decimal("5070.0000"))
        assert Customer.objects.filter(name="Okafor, Chidi", email="chidi.okafor@example.org").count() == 1
    notes = " ".join(batch.notes)
    assert "1 row that stood in the file before, cell by cell, is left out (line 15)." in notes
    assert "#AA10419: 620.00, its lines 540.00" in notes


@real_files
@pytest.mark.django_db
def test_etsy_and_square_load_what_was_sold(load, cast, as_person):
    load(DATA / "storefront" / "etsy" / "EtsySoldOrderItems.csv", "etsy", currency="USD", rate=Decimal(280))
    batch = load(DATA / "storefront" / "square" / "items.csv", "square", rate=Decimal(280))

    with as_person(cast.manager):
        assert sums() == (3, 5, 6, Decimal("19.5000"))
        etsy = Order.objects.filter(source="etsy").order_by("external_id")
        assert [(o.external_id, o.sale.amount, o.customer.name, str(o.placed_on)) for o in etsy] == [
            ("#3001", 13, "Jane Doe", "2025-08-14"), ("#3002", Decimal("4.5"), "Bob Roe", "2025-09-02"),
        ]  # fmt: skip
        assert Order.objects.get(source="square").customer.name == "Customer One"
    assert "Times are read as the shop's own; the file says “Pacific Time (US & Canada)”." in batch.notes


@real_files
@pytest.mark.slow
@pytest.mark.django_db
def test_global_electronics_equals_its_oracle(load, cast, as_person):
    truth = json.loads((DATA / "oracles" / "global_electronics.json").read_text())

    batch = load(DATA / "orders" / "global_electronics", "global_electronics", rate=Decimal(1), currency="USD")

    with as_person(cast.manager):
        assert sums()[:2] == (truth["orders"], truth["lines"])
        assert OrderSale.objects.aggregate(s=Sum("amount"))["s"] == Decimal(truth["revenue_usd"])
        assert OrderCosting.objects.aggregate(s=Sum("production_cost"))["s"] == Decimal(truth["cost_usd"])
        assert OrderCosting.objects.aggregate(s=Sum("profit"))["s"] == Decimal(truth["profit_usd"])
        assert Customer.objects.filter(source="global_electronics").count() == truth["customers"]
    assert "“Order Date” is read month first: only so are the rows in order of time." in batch.notes


@real_files
def test_the_magento_fixture_is_refused_by_what_it_lacks(load):
    with pytest.raises(Refused, match="has no column for Order number, Order date"):
        load(DATA / "storefront" / "magento_luma_fashion" / "orders.csv", "magento")


# --- which preset is it? ----------------------------------------------------------------------------------------


@real_files
@pytest.mark.parametrize(
    ("file", "key"),
    [
        ("storefront/shopify_csv/orders_export_devstore.csv", "shopify"),
        ("storefront/shopify_csv/orders_export_multicurrency_messy.csv", "shopify"),
        ("storefront/etsy/EtsySoldOrderItems.csv", "etsy"), ("storefront/square/items.csv", "square"),
        ("orders/global_electronics/Sales.csv.gz", "global_electronics"),
        ("orders/superstore/superstore_mdy.csv.gz", "superstore"), ("orders/northwind/Order Details.csv", "northwind"),
        ("storefront/square/transactions.csv", "square_transactions"), ("storefront/magento_luma_fashion/orders.csv", ""),
        ("storefront/woocommerce/sample_products.csv", ""), ("messy/sales_data_sample_ascii.csv", ""),
        ("storefront/shopify_csv/product_template.csv", ""),
    ],
)  # fmt: skip
def test_a_real_file_is_recognised_or_left_open(file, key):
    path = DATA / file
    with gzip.open(path, "rt", encoding="latin-1") if path.suffix == ".gz" else path.open(encoding="latin-1") as stream:
        header = next(csv.reader(stream))

    likely = [fit for fit in fits(header, presets().values(), COLUMNS) if fit.score >= 0.8]

    assert [fit.preset.key for fit in likely] == ([key] if key else [])


def test_a_fit_says_why_and_what_is_missing():
    header = ["Name", "Lineitem name", "Lineitem quantity", "Financial Status", "Created at", "Email"]

    (fit, *_) = fits(header, presets().values(), COLUMNS)

    assert fit.preset.key == "shopify"
    assert fit.reasons[0] == "only Shopify has “Lineitem name”, “Lineitem quantity”, “Financial Status”"
    assert fit.missing == ()


def test_exports_of_woocommerce_and_magento_are_read_by_their_presets(tmp_path):
    from ops.imports.reading import understand
    from orders.imports import EITHER

    woo = tmp_path / "woo.csv"
    woo.write_text(
        "Order Number,Order Status,Order Date,First Name (Billing),Last Name (Billing),Email (Billing),City (Billing),SKU,"
        "Item Name,Quantity,Item Cost,Order Subtotal Amount,Cart Discount Amount\n"
        "7,completed,2026-01-13 10:00,Ayla,Bose,a@b.pk,Lahore,MUG,Mug,2,10.00,18.00,2.00\n"
        "8,failed,2026-01-14 10:00,Omar,Ali,c@d.pk,Lahore,JUG,Jug,1,20.00,20.00,0\n"
    )
    magento = tmp_path / "magento.csv"
    magento.write_text(
        "ID,Purchase Point,Purchase Date,Bill-to Name,Grand Total (Base),Grand Total (Purchased),Status,Total Refunded\n"
        '000000012,Main Website,"Jan 13, 2026 10:05:00 AM",Ayla Bose,"1,250.50","1,250.50",complete,0\n'
        '000000013,Main Website,"Jan 14, 2026 10:05:00 AM",Omar Ali,20.00,20.00,canceled,0\n'
    )
    found = {}
    for key, path in (("woocommerce", woo), ("magento", magento)):
        reading = understand(path, {}, presets()[key], COLUMNS, EITHER)
        keys = [column.key for column in COLUMNS]
        found[key] = [dict(zip(keys, values, strict=True)) for _, refused, values in reading.rows() if not refused]

    (line,) = found["woocommerce"]
    assert (line["external_id"], line["customer_name"], line["total"], line["sku"]) == (
        "7",
        "Ayla Bose",
        "18.00",
        "MUG",
    )
    (order,) = found["magento"]
    assert (order["external_id"], order["total"], order["quantity"]) == ("000000012", "1250.50", "1")
    assert order["placed_at"] == "2026-01-13T10:05:00+05:00"
