"""Files of products as shops export them are read by their presets: exact counts, and what cannot be taken by name."""

from decimal import Decimal
from pathlib import Path

import pytest

from catalog.imports import COLUMNS, presets
from customers.imports import COLUMNS as PEOPLE
from customers.imports import EITHER
from customers.imports import presets as people_presets
from ops.imports.presets import fits
from ops.imports.problems import Unreadable
from ops.imports.reading import understand

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "storefront"
real_files = pytest.mark.skipif(not DATA.exists(), reason="the developer data set is not beside the checkout")
KEYS = [column.key for column in COLUMNS]
pytestmark = pytest.mark.django_db


@real_files
@pytest.mark.parametrize(
    ("file", "preset", "taken", "refused", "prices", "stock"),
    [
        ("shopify_csv/product_template.csv", "shopify", 16, 0, "602.99", 95),
        ("shopify_csv/product_template_forward_filled.csv", "shopify", 16, 1, "602.99", 95),
        ("woocommerce/sample_products.csv", "woocommerce", 20, 0, "699", 0),
        ("magento_luma_fashion/products_configurable.csv.gz", "magento", 1847, 0, "83368.60", 184_700),
        ("magento_luma_fashion/products_gear_bags.csv", "magento", 14, 0, "582", 1400),
        ("magento_luma_fashion/products_gear_watches.csv", "magento", 9, 0, "533", 900),
    ],
)
def test_products_of_real_shops_are_read(file, preset, taken, refused, prices, stock):
    reading = understand(DATA / file, {}, presets()[preset], COLUMNS, ())
    rows = list(reading.rows())
    good = [dict(zip(KEYS, values, strict=True)) for _, bad, values in rows if not bad]

    assert (len(good), sum(bad for _, bad, _ in rows)) == (taken, refused)
    assert len({row["sku"] for row in good}) == taken
    assert sum(Decimal(row["price"] or 0) for row in good) == Decimal(prices)
    assert sum(Decimal(row["stock"] or 0) for row in good) == stock


@real_files
def test_a_preset_of_products_is_recognised():
    import csv

    for file, key in (("shopify_csv/product_template.csv", "shopify"),
                      ("woocommerce/sample_products.csv", "woocommerce"),
                      ("magento_luma_fashion/products_gear_bags.csv", "magento")):  # fmt: skip
        with (DATA / file).open(encoding="utf-8-sig", newline="") as stream:
            header = next(csv.reader(stream))
        assert fits(header, presets().values(), COLUMNS)[0].preset.key == key


def test_whether_something_is_sold_is_said_in_many_words():
    clean = COLUMNS[KEYS.index("is_active")].cleaner()

    assert [clean(cell) for cell in ("active", "Draft", "archived", "TRUE", "0")] == [
        "true",
        "false",
        "false",
        "true",
        "false",
    ]
    with pytest.raises(Unreadable):
        clean("perhaps")
    with pytest.raises(Unreadable, match="zero or more"):
        COLUMNS[KEYS.index("price")].cleaner()("-1")


def test_customers_of_shopify_get_their_phones_in_the_shops_country(tmp_path):
    path = tmp_path / "customers_export.csv"
    path.write_text(
        "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Address1,Default Address City,"
        "Phone,Total Spent\n"
        "'6798,Ayla,Bose,Ayla@B.pk,yes,12 Mall Road,LAHORE,0300 1234567,10.00\n"
        "'6799,,Sheikh,,no,,Karachi,12,0\n"
    )

    reading = understand(path, {}, people_presets()["shopify"], PEOPLE, EITHER)
    rows = [(bad, dict(zip([c.key for c in PEOPLE], values, strict=True))) for _, bad, values in reading.rows()]

    assert {key: value for key, value in rows[0][1].items() if value} == {
        "external_id": "6798", "name": "Ayla Bose", "phone": "+923001234567", "email": "ayla@b.pk",
        "address": "12 Mall Road", "city": "Lahore", "wants_offers": "true",
    }  # fmt: skip
    assert rows[1][0]
    assert (reading.problems.kept[0].kind, reading.problems.kept[0].column) == ("no_phone", "Phone")
