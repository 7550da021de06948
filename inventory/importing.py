"""Opening stock from files: a product by SKU, a location or the first, a quantity, perhaps as of a day.

Where stock stands already the file changes nothing: the same quantity is as before, another is refused, since a count
is the way. A load is taken back by contrary moves, as long as nothing else has moved there since.
"""

from pathlib import Path

from django.db import connection
from django.urls import reverse

from accounts.models import User
from catalog import sku_matches
from inventory.imports import COLUMNS, presets
from inventory.models import Level, StockItem
from ops.db.texts import sql_of
from ops.errors import Refused
from ops.imports.models import ImportBatch
from ops.imports.nouns import Noun, Report
from ops.imports.simple import SimpleLoader

_SQL = Path(__file__).resolve().parent / "sql"
# How a row finds its location and its product: in this one place, for every statement of a load. Its SKU is a product's
# own, else what somebody said that it is, once or of this file.
_MAIN = "(select m.name from inventory_location m order by m.id limit 1)"
_PLACE = f"""coalesce((select m.name from inventory_location m where lower(m.name) = lower(r.location)), r.location,
  {_MAIN})"""
_MEANT = """coalesce(
  (select x.sku from inventory_stockitem x where x.sku = r.sku),
  (select x.sku from catalog_skualias a join inventory_stockitem x using (product_id) where a.alias = r.sku),
  (select m.answer from ops_importmatch m
    where m.batch_id = %(batch)s and m.kind = 'sku' and m.key = r.sku and m.answer <> ''), r.sku)"""
_FOUND = f"""
  join inventory_stockitem s on s.sku = {_MEANT.replace("r.", "k.")}
  join inventory_location p on p.name = {_PLACE.replace("r.", "k.")}"""


class StockLoader(SimpleLoader):
    """SKUs that are only almost known are asked about; what was said of them is remembered with the load."""

    def weigh(self, batch: ImportBatch) -> None:
        with connection.cursor() as cursor:
            cursor.execute(self._text(sql_of(_SQL / "import_skus.sql"), batch), self._said(batch))
            asked = [sku_matches.Asked(*row) for row in cursor.fetchall()]
        sku_matches.offer(batch, asked, products=StockItem.objects, new=False)
        super().weigh(batch)

    def weigh_again(self, batch: ImportBatch) -> None:
        sku_matches.agreed(batch, products=StockItem.objects)
        super().weigh_again(batch)

    def apply(self, batch: ImportBatch, by: User, report: Report) -> None:
        sku_matches.settle(batch, products=StockItem.objects)
        super().apply(batch, by, report)


LOADER = StockLoader(
    folder=_SQL, columns=COLUMNS, existing="import_existing.sql",
    new=("import_opening.sql", "import_opening_levels.sql", "import_aliases.sql"), refuse="import_refuse.sql",
    key=f"{_MEANT} || ' in ' || {_PLACE}", still=frozenset({"location", "as_of", "name"}), sums=("quantity",),
    words={"{found}": _FOUND, "{meant}": _MEANT.replace("r.", "k."),
           "{shortened}": r"k.sku ~* '^[0-9]([.,][0-9]+)?E\+[0-9]{2,3}$'"},
)  # fmt: skip


def _page(batch: ImportBatch) -> str:
    return f"{reverse('inventory:stock_list')}?batch={batch.pk}"


def take_back(batch: ImportBatch, by: User) -> dict[str, int]:
    """Contrary moves for all that a load opened; how many levels are as before.

    Raises Refused, moving nothing, once any has moved since.
    """
    with connection.cursor() as cursor:
        cursor.execute(sql_of(_SQL / "import_moved_since.sql"), {"batch": batch.pk})
        if moved := cursor.fetchall():
            first = ", ".join(f"{name} ({sku}) in {where}" for name, sku, where, _ in moved[:3])
            count = moved[0][3]
            more = f" and {count - 3:,} more" if count > 3 else ""
            raise Refused(f"{first}{more} moved after this load, so it stays as it is. Count what is wrong instead.")
        cursor.execute(sql_of(_SQL / "import_take_back.sql"), {"batch": batch.pk})
        return {Level._meta.db_table: cursor.rowcount}


NOUN = Noun(
    "stock", "line of stock", "opening stock", COLUMNS, LOADER, ("stock_all",), "stock.imported", _page,
    presets=presets, undo=take_back, position=19,  # before products: a file of SKUs and quantities alone is stock
)  # fmt: skip
