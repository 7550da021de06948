"""Our own list of orders, changed in a spreadsheet and brought back: unchanged, it changes nothing (C19).

What a list may say anew is what the desk edits freely: the promised day, the channel, rush and the production note.
Everything else of an order has its own way, and a difference in it is refused with a sentence that names it.
"""

from functools import cache
from pathlib import Path

from django.urls import reverse

from ops.imports.columns import Column
from ops.imports.models import ImportBatch
from ops.imports.nouns import Noun
from ops.imports.presets import Preset, presets_in
from ops.imports.simple import SimpleLoader
from ops.imports.values.numbers import decimal_text

_HERE = Path(__file__).resolve().parent

COLUMNS = (
    Column("number", "Order", "identifier", required=True, most=40),
    Column("customer", "Customer", most=160),
    Column("stage", "Stage", most=60),
    Column("summary", "What"),
    Column("pieces", "Pieces", "decimal", clean=decimal_text),
    Column("agent", "Agent", most=160),
    Column("assignee", "Production", most=160),
    Column("promise", "Promised", "day"),
    Column("placed", "Placed", "day"),
    Column("amount", "Amount", "decimal"),
    Column("profit", "Profit", "decimal"),
    Column("channel", "Channel", most=40),
    Column("rush", "Rush", "yesno"),
    Column("note", "Production note", most=2000),
)


@cache
def presets() -> dict[str, Preset]:
    return presets_in(_HERE / "list_presets", COLUMNS)


def _page(batch: ImportBatch) -> str:
    return reverse("orders:order_list")


LISTED = Noun(
    "order_change", "order", "changes to orders", COLUMNS,
    SimpleLoader(
        folder=_HERE / "sql", columns=COLUMNS, existing="import_list_existing.sql", new=(),
        changed=("import_list_changed.sql",), refuse="import_list_refuse.sql",
    ),
    ("orders_all",), "orders.changed_by_file", _page, presets=presets, position=41, only_known=True,
)  # fmt: skip
