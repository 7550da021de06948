"""Products from files: the SKU names one; prices, names, categories and whether they are active come with it.

A file may say as little as SKU and price: a blank cell, or a column that is not there, leaves what is known. What is on
hand is not the catalogue's: it comes in as opening stock.
"""

from pathlib import Path

from django.urls import reverse

from catalog.imports import COLUMNS, presets
from ops.imports.models import ImportBatch
from ops.imports.nouns import Noun
from ops.imports.simple import SimpleLoader

_STOCK = "What is on hand is not loaded with products. Load the same file once more as opening stock."


def _after(batch: ImportBatch) -> None:
    """Said of every file with a column of stock; SKUs that are only almost known are asked about from here, too."""
    if "stock" in batch.settings["columns"] and _STOCK not in batch.notes:
        batch.notes = [*batch.notes, _STOCK]


def _page(batch: ImportBatch) -> str:
    return f"{reverse('catalog:product_list')}?batch={batch.pk}"


LOADER = SimpleLoader(
    folder=Path(__file__).resolve().parent / "sql", columns=COLUMNS, existing="import_existing.sql",
    new=("import_categories.sql", "import_new.sql"), changed=("import_categories.sql", "import_changed.sql"),
    refuse="import_refuse.sql", still=frozenset({"stock"}), near=_after,
)  # fmt: skip
NOUN = Noun(
    "product", "product", "products", COLUMNS, LOADER, ("catalog_edit",), "products.imported", _page, presets=presets,
    position=20,
)  # fmt: skip
