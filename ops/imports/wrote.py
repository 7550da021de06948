"""What a load wrote, as history says: where the rows themselves do not name it."""

from collections.abc import Sequence

from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL

from ops.db import history
from ops.imports.models import ImportBatch

# By transaction and by time: a database that was restored counts its transactions anew (ops/sql/undoing.sql).
_WROTE = """
select h."{pk}" from ops_importbatch b
  join public."{kept}" h on h.history_txid = b.applied_txid and h.history_date <@ ops.load_wrote(b)
 where b.noun = %s and b.id = any(%s)
"""


def written_by(loads: Sequence[str], noun: str, model: type[models.Model]) -> Q:
    """Rows of this model that these loads of the noun made or changed."""
    kept, pk = history.history_model(model)._meta.db_table, model._meta.pk.column
    ids = [int(one) for one in loads if one.isdecimal()]
    sql = _WROTE.format(pk=pk, kept=kept)  # names of our own tables
    found = RawSQL(sql, [noun, ids], output_field=ImportBatch._meta.get_field("id"))  # noqa: S611
    return Q(pk__in=found)
