"""What a file of orders may say, one column each. Presets (orders/presets) say what each program calls them."""

from decimal import Decimal
from functools import cache
from pathlib import Path

from django.conf import settings

from ops.errors import Refused
from ops.imports.columns import Column
from ops.imports.presets import Preset, presets_in
from ops.imports.problems import Unreadable
from ops.imports.spellings import with_spellings
from ops.imports.values.currencies import code_of
from ops.imports.values.numbers import decimal_text

_FOLDER = Path(__file__).resolve().parent / "presets"
_MOST_PIECES = 10**9


def _amount(cell: str) -> str:
    text = decimal_text(cell)
    if text.startswith("-") and text.strip("-0."):
        raise Unreadable("an order's amounts are zero or more; returns are no orders.", "out_of_range")
    return text


def _quantity(cell: str) -> str:
    text = decimal_text(cell)
    pieces = Decimal(text)
    if pieces <= 0:
        raise Unreadable("a quantity is more than zero.", "out_of_range")
    if pieces >= _MOST_PIECES or pieces != round(pieces, 3):
        raise Unreadable("a quantity has at most nine digits and three decimals.", "out_of_range")
    return text


def _currency(cell: str) -> str:
    return code_of(cell, settings.SHOP_CURRENCY)


COLUMNS = with_spellings((
    Column("external_id", "Order number", "identifier", required=True, most=120),
    Column("placed_at", "Order date", "moment", required=True, shared=True),
    Column("shipped_at", "Ship date", "moment", shared=True),
    Column("promise_on", "Promised for", "day", shared=True),
    Column("channel", "Channel", shared=True, most=40),
    Column("carrier", "Carrier", shared=True, most=40),
    Column("tracking_number", "Tracking number", "identifier", shared=True, most=80),
    Column("customer_id", "Customer ID", "identifier", shared=True, most=120),
    Column("customer_name", "Customer", required=True, shared=True, most=160,
           otherwise=("customer_id", "customer_email")),
    Column("customer_email", "Customer's e-mail", "email", shared=True),
    Column("city", "City", shared=True, most=80),
    Column("address", "Address", shared=True, most=400),
    Column("agent", "Sales agent", shared=True, most=160),
    Column("sku", "SKU", "identifier", most=60, takes_shortened=True),
    Column("description", "Product", required=True, otherwise=("sku", "category")),
    Column("category", "Category", most=80),
    Column("subcategory", "Sub-category", most=80),
    Column("quantity", "Quantity", "decimal", required=True, clean=_quantity),
    Column("unit_price", "Unit price", "decimal", clean=_amount),
    Column("discount", "Discount", "share"),
    Column("total", "Line total", "decimal", clean=_amount, times=("quantity", "unit_price"), less="discount"),
    Column("profit", "Profit", "decimal"),
    Column("cost", "Cost", "decimal", clean=_amount),
    Column("shipping_cost", "Shipping cost", "decimal", shared=True, clean=_amount),
    Column("currency", "Currency", shared=True, clean=_currency),
), Path(__file__).resolve().parent / "spellings.yaml")  # fmt: skip
EITHER = (("total", "unit_price"),)


@cache
def presets() -> dict[str, Preset]:
    return presets_in(_FOLDER, COLUMNS)


def preset(key: str) -> Preset:
    if key not in presets():
        raise Refused(f"There is no preset “{key}”. There are: {', '.join(presets())}.")
    return presets()[key]
