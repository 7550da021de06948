"""What a file of opening stock may say, one column each: a product by its SKU, and how much of it there is."""

from decimal import Decimal
from functools import cache
from pathlib import Path

from ops.imports.columns import Column
from ops.imports.presets import Preset, presets_in
from ops.imports.problems import Unreadable
from ops.imports.spellings import with_spellings
from ops.imports.values.numbers import decimal_text

_HERE = Path(__file__).resolve().parent
_MOST = 10**9


def _on_hand(cell: str) -> str:
    text = decimal_text(cell)
    there = Decimal(text)
    if there < 0:
        raise Unreadable("there is never less than nothing on hand.", "out_of_range", "Correct the number.")
    if there >= _MOST or there != round(there, 3):
        raise Unreadable("a quantity has at most nine digits and three decimals.", "out_of_range")
    return text


# The name is for whoever reads the file, and helps to guess a SKU that is spelled otherwise: a product may be called as
# the shop likes.
COLUMNS = with_spellings((
    Column("sku", "SKU", "identifier", required=True, most=60, takes_shortened=True),
    Column("quantity", "On hand", "decimal", required=True, clean=_on_hand),
    Column("location", "Location", most=60),
    Column("as_of", "As of", "day"),
    Column("name", "Product"),
), _HERE / "spellings.yaml")  # fmt: skip


@cache
def presets() -> dict[str, Preset]:
    return presets_in(_HERE / "presets", COLUMNS)
