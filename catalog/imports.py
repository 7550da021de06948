"""What a file of products may say, one column each."""

from functools import cache
from pathlib import Path

from ops.imports.columns import Column
from ops.imports.presets import Preset, presets_in
from ops.imports.problems import Unreadable
from ops.imports.spellings import with_spellings
from ops.imports.values.numbers import decimal_text
from ops.imports.values.yesno import yes_or_no_text

_HERE = Path(__file__).resolve().parent


def _not_below_zero(cell: str) -> str:
    text = decimal_text(cell)
    if text.startswith("-") and text.strip("-0."):
        raise Unreadable("this is zero or more.", "out_of_range", "Correct the number.")
    return text


def _on_sale(cell: str) -> str:
    """Programs also say why something is not."""
    return "false" if cell.casefold() in {"draft", "archived", "unpublished", "private"} else yes_or_no_text(cell)


COLUMNS = with_spellings((
    Column("sku", "SKU", "identifier", required=True, most=60),
    Column("name", "Product"),
    Column("category", "Category", most=80),
    Column("price", "Price", "decimal", clean=_not_below_zero),
    # Not loaded with products: what was sold before it came in, below zero, refuses nothing here.
    Column("stock", "Stock on hand", "decimal"),
    Column("is_active", "Active", "yesno", clean=_on_sale),
), _HERE / "spellings.yaml")  # fmt: skip


@cache
def presets() -> dict[str, Preset]:
    return presets_in(_HERE / "presets", COLUMNS)
