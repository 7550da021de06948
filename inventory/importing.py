"""Opening stock from files: a product by SKU, a location or the first, a quantity, perhaps as of a day.

Where stock stands already the file changes nothing: the same quantity is as before, another is refused, since a count
is the way. A load is taken back by contrary moves, as long as nothing else has moved there since.
"""

from pathlib import Path

from django.db import connection
from django.urls import reverse

from accounts.models import User
from inventory.imports import COLUMNS, presets
from inventory.models import Level
from ops.db.texts import sql_of
from ops.errors import Refused
from ops.imports.models import ImportBatch
from ops.imports.nouns import Noun
from ops.imports.simple import SimpleLoader

_SQL = Path(__file__).resolve().parent / "sql"
# How a row finds its location and its product: in this one place, for every statement of a load.
_MAIN = "(select m.name from inventory_location m order by m.id limit 1)"
_PLACE = f"""coalesce((select m.name from inventory_location m where lower(m.name) = lower(r.location)), r.location,
  {_MAIN})"""
_FOUND = f"""
  join inventory_stockitem s on s.sku = k.sku
  join inventory_location p on p.name = {_PLACE.replace("r.", "k.")}"""

LOADER = SimpleLoader(
    folder=_SQL, columns=COLUMNS, existing="import_existing.sql",
    new=("import_opening.sql", "import_opening_levels.sql"), refuse="import_refuse.sql",
    key=f"r.sku || ' in ' || {_PLACE}", still=frozenset({"location", "as_of", "name"}), sums=("quantity",),
    words={"{found}": _FOUND},
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
