"""Files that shops and teachers really made: what is guessed, what a person is asked, and totals to the last decimal.

Each case says what is in the file by numbers that were reckoned apart (`shared/data/oracles`), never by ours.
"""

import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest

from tests.imports.pipeline import DATA, NOTHING, WHY_NOT, Said, bring, checked, kinds, loaded, sums

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db,
    pytest.mark.skipif(not DATA.is_dir(), reason=WHY_NOT),
]
NORTHWIND = ("Order Details.csv", "Orders.csv", "Customers.csv", "Products.csv", "Categories.csv", "Shippers.csv")
GLOBAL = ("Sales.csv.gz", "Customers.csv.gz", "Products.csv", "Stores.csv")


def oracle(name: str, *path: str) -> Any:
    found = json.loads((DATA / "oracles" / f"{name}.json").read_text())
    for key in path:
        found = found[key]
    return found


@dataclass(frozen=True)
class Case:
    """`program` is what is guessed; `truth` what comes out of it, `refused` why some orders do not."""

    name: str
    files: tuple[str, ...]
    truth: dict[str, Any]
    program: str = ""
    said: Said = NOTHING
    refused: dict[tuple[str, str], int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def cases() -> list[Case]:
    if not DATA.is_dir():
        return []
    dmy, mdy = oracle("superstore", "dmy_bom_2023_release"), oracle("superstore", "mdy_classic")
    north, world = oracle("northwind"), oracle("global_electronics")
    cars, deals = oracle("misc", "sales_data_sample"), oracle("misc", "crm_pipeline")
    shop, messy = oracle("misc", "shopify_devstore"), oracle("misc", "shopify_messy")
    rates = {"INR": "3.3", "GBP": "360", "EUR": "310", "USD": "280"}
    return [
        Case("superstore, day first", ("orders/superstore/superstore_dmy_bom.csv.gz",), _superstore(dmy), "superstore",
             Said(rates={"USD": "1"}), notes=("“Order Date” is read day first",)),
        Case("superstore, month first, two tables under it", ("orders/superstore/superstore_mdy.csv.gz",),
             _superstore(mdy), "superstore", Said(rates={"USD": "1"}),
             notes=("“Order Date” is read month first", "another table begins under this one (“Person, Region”")),
        Case("northwind, a folder", tuple(f"orders/northwind/{name}" for name in NORTHWIND),
             {"orders": north["orders"], "lines": north["order_lines"], "amount": north["net_after_discount"]},
             "northwind", Said(rates={"USD": "1"})),
        Case("global electronics, a folder", tuple(f"orders/global_electronics/{name}" for name in GLOBAL),
             {"orders": world["orders"], "lines": world["lines"], "amount": world["revenue_usd"],
              "profit": world["profit_usd"], "customers": world["customers"]},
             "global_electronics", Said(rates={"USD": "1"})),
        Case("model cars, plain letters", ("messy/sales_data_sample_ascii.csv",), _cars(cars),
             notes=("The file has no column for Product: SKU stands for it.",)),
        Case("model cars, letters of DOS and two spellings of dates",
             ("messy/sales_data_sample_cp437_mixed_dates.csv",), _cars(cars),
             notes=("code page 437", "“ORDERDATE” is read month first")),
        Case("deals of a sales team", ("crm/sales_pipeline/sales_pipeline.csv",),
             {"orders": deals["stage"]["Won"] + deals["stage"]["Lost"], "amount": deals["won_value"]},
             said=Said(fixed={"quantity": "1"}),
             refused={("blank", "account"): 1425, ("blank", "close_date"): 2089}),  # those that are still open
        Case("shopify, a test store", ("storefront/shopify_csv/orders_export_devstore.csv",),
             {"orders": shop["orders"], "lines": shop["rows"], "pieces": shop["units"],
              "amount": Decimal(shop["sum_total_inr"]) - Decimal(shop["sum_tax"])},
             "shopify", Said(rates=rates), notes=("Taxes of 4,741.29 stand beside the lines",)),
        Case("shopify, three currencies", ("storefront/shopify_csv/orders_export_multicurrency_messy.csv",),
             {"orders": messy["distinct_orders"], "lines": messy["rows"] - messy["exact_duplicate_rows"]},
             "shopify", Said(rates=rates),
             notes=("1 row that stood in the file before, cell by cell, is left out (line 15)",
                    "#AA10419: 620.00, its lines 540.00")),
        Case("etsy, items", ("storefront/etsy/EtsySoldOrderItems.csv",), {"orders": 2, "lines": 3, "amount": "17.5"},
             "etsy", Said(rates=rates)),
        Case("square, items", ("storefront/square/items.csv",), {"orders": 1, "lines": 2, "amount": "2"}, "square",
             Said(rates=rates)),
        Case("invoices", ("storefront/bigcapital_demo_sheets/sale-invoices.csv",),
             {"orders": 49, "lines": 49, "pieces": 4900, "amount": "490000"}),
    ]  # fmt: skip


def _superstore(truth: dict[str, Any]) -> dict[str, Any]:
    return {
        "orders": truth["orders"], "lines": truth["rows"], "pieces": truth["quantity"], "amount": truth["sales"],
        "profit": truth["profit"], "by_line": truth["sales"],
    }  # fmt: skip


def _cars(truth: dict[str, Any]) -> dict[str, Any]:
    return {key: truth[key] for key in ("orders", "customers")} | {"lines": truth["rows"], "amount": truth["sales"]}


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in cases()])
def test_a_real_file_loads_with_the_totals_of_its_oracle(case, cast, as_person):
    with as_person(cast.manager):
        batch = bring(cast.manager, *(DATA / name for name in case.files))
        assert (batch.noun, batch.preset) == ("order", case.program)

        batch = checked(batch, case.said)
        assert batch.state == "checked", batch.questions
        assert kinds(batch) == case.refused
        said = " ".join(batch.notes)
        assert [note for note in case.notes if note not in said] == []

        batch = loaded(batch, cast.manager, leave_out=bool(case.refused))
        found = sums()
        assert {key: Decimal(str(found[key])) for key in case.truth} == {
            key: Decimal(str(value)) for key, value in case.truth.items()
        }


# --- what it is taken for ---------------------------------------------------------------------------------------

TAKEN_FOR = {
    "orders/northwind/Orders.csv": ("order", ""),
    "orders/northwind/Customers.csv": ("customer", ""),
    "orders/northwind/Products.csv": ("product", ""),
    "orders/global_electronics/Products.csv": ("product", ""),
    "orders/cdnow/CDNOW_sample.txt": ("order", ""),
    "storefront/bigcapital_demo_sheets/customers.csv": ("customer", ""),
    "storefront/bigcapital_demo_sheets/items.csv": ("product", ""),
    "storefront/etsy/EtsySoldOrders.csv": ("order", "etsy_orders"),
    "storefront/square/transactions.csv": ("order", "square_transactions"),
    "storefront/wave_customers_export_ragged.csv": ("customer", ""),
    "storefront/magento_luma_fashion/customer_profile.csv": ("customer", ""),
    "storefront/magento_luma_fashion/products_gear_bags.csv": ("product", "magento"),
    "storefront/shopify_csv/product_template.csv": ("product", "shopify"),
    "storefront/woocommerce/sample_products.csv": ("product", "woocommerce"),
    "storefront/medusa_products/exported-products-semicolon.csv": ("product", ""),
    "messy/india_fashion_stock_Sale Report.csv": ("stock", ""),
    "dedupe/febrl_dataset1.csv": ("customer", ""),
}


def test_a_file_is_taken_for_what_it_is(cast, as_person):
    with as_person(cast.manager):
        found = {name: bring(cast.manager, DATA / name) for name in TAKEN_FOR}

    assert {name: (batch.noun, batch.preset) for name, batch in found.items()} == TAKEN_FOR


@pytest.mark.parametrize(
    ("name", "new", "refused"),
    [
        ("orders/northwind/Customers.csv", 93, {}),
        ("orders/northwind/Products.csv", 77, {}),
        ("storefront/bigcapital_demo_sheets/customers.csv", 5, {}),
        ("storefront/bigcapital_demo_sheets/items.csv", 60, {}),
        ("storefront/wave_customers_export_ragged.csv", 4, {("ragged", ""): 1}),
        ("storefront/shopify_csv/product_template.csv", 16, {}),
        ("storefront/woocommerce/sample_products.csv", 20, {}),
    ],
)
def test_lists_of_products_and_customers_check_without_a_word(name, new, refused, cast, as_person):
    with as_person(cast.manager):
        batch = checked(bring(cast.manager, DATA / name))

        assert (batch.state, batch.counts["new"], kinds(batch)) == ("checked", new, refused)
