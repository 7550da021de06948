"""What a file of products may say, one column each."""

from pathlib import Path

from ops.imports.columns import Column
from ops.imports.numbers import decimal_text
from ops.imports.problems import Unreadable
from ops.imports.spellings import with_spellings


def _not_below_zero(cell: str) -> str:
    text = decimal_text(cell)
    if text.startswith("-") and text.strip("-0."):
        raise Unreadable("this is zero or more.", "out_of_range", "Correct the number.")
    return text


COLUMNS = with_spellings((
    Column("sku", "SKU", "identifier", required=True, most=60),
    Column("name", "Product", required=True),
    Column("category", "Category", most=80),
    Column("price", "Price", "decimal", clean=_not_below_zero),
    Column("stock", "Stock on hand", "decimal", clean=_not_below_zero),
    Column("is_active", "Active", "yesno"),
), Path(__file__).resolve().parent / "spellings.yaml")  # fmt: skip
