"""Products from files: the SKU names one; prices, names, categories and whether they are active come with it.

A file may say as little as SKU and price: a blank cell, or a column that is not there, leaves what is known. What is on
hand is not the catalogue's: it comes in as opening stock.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django.db import connection
from django.urls import reverse

from catalog import sku_matches
from catalog.imports import COLUMNS, presets
from ops.imports import staging
from ops.imports.models import ImportBatch
from ops.imports.nouns import Noun, Report
from ops.imports.simple import SimpleLoader

if TYPE_CHECKING:
    from accounts.models import User

_STOCK = "What is on hand is not loaded with products. Load the same file once more as opening stock."


# The SKU that a row means: its own where there is such a product, else what was said of it, once or of this file. Of
# two spellings in one file the one may itself have been said to be a product.
_MEANT = """coalesce(
  (select p.sku from catalog_product p where p.sku = r.sku),
  (select p.sku from catalog_skualias a join catalog_product p on p.id = a.product_id where a.alias = r.sku),
  (select coalesce(nullif(n.answer, ''), m.answer) from ops_importmatch m
     left join ops_importmatch n on n.batch_id = m.batch_id and n.kind = 'sku' and n.key = m.answer
    where m.batch_id = %(batch)s and m.kind = 'sku' and m.key = r.sku and m.answer <> ''), r.sku)"""
_UNKNOWN = """
select r.sku, coalesce(min(r.name), ''), min(r.line), count(*) from ({rows}) r
 where r.sku is not null and not r.refused
   and not exists (select 1 from catalog_product p where p.sku = r.sku)
   and not exists (select 1 from catalog_skualias a where a.alias = r.sku)
 group by r.sku
"""


def _after(batch: ImportBatch) -> None:
    """What is on hand is said to come in elsewhere; SKUs that are only almost known are asked about."""
    if "stock" in batch.settings["columns"] and _STOCK not in batch.notes:
        batch.notes = [*batch.notes, _STOCK]
    with connection.cursor() as cursor:
        cursor.execute(_UNKNOWN.replace("{rows}", staging.typed_rows(COLUMNS)), {"batch": batch.pk})
        sku_matches.offer(batch, [sku_matches.Asked(*row) for row in cursor.fetchall()])


class ProductLoader(SimpleLoader):
    """What was said of SKUs holds until the load is done, and is remembered with it."""

    def weigh_again(self, batch: ImportBatch) -> None:
        sku_matches.agreed(batch)
        super().weigh_again(batch)

    def apply(self, batch: ImportBatch, by: User, report: Report) -> None:
        sku_matches.settle(batch)
        super().apply(batch, by, report)


def _page(batch: ImportBatch) -> str:
    return f"{reverse('catalog:product_list')}?batch={batch.pk}"


LOADER = ProductLoader(
    folder=Path(__file__).resolve().parent / "sql", columns=COLUMNS, existing="import_existing.sql",
    key=_MEANT, new=("import_categories.sql", "import_new.sql", "aliases_of_answers.sql"),
    changed=("import_categories.sql", "import_changed.sql", "aliases_of_answers.sql"),
    refuse="import_refuse.sql", still=frozenset({"stock"}), spelled=True, near=_after,
)  # fmt: skip
NOUN = Noun(
    "product", "product", "products", COLUMNS, LOADER, ("catalog_edit",), "products.imported", _page, presets=presets,
    position=20,
)  # fmt: skip
