"""Verifies the hash chains of history, and keeps each day's last hashes so that a cut tail shows (A13, ruling 13)."""

from dataclasses import dataclass

from django.db import connection, models, transaction

from ops import clock
from ops.db import history, security


@dataclass(frozen=True)
class Broken:
    table: str
    history_id: int
    what: str


def kept_models() -> list[type[models.Model]]:
    found = [t.django_model for t in security.tables() if t.history and t.django_model is not None]
    return list(dict.fromkeys(found))  # several apps may say who sees the history of one table


def verify(most: int = 100) -> list[Broken]:
    """Every link that does not hold, at most `most` a table; and every day's root whose row is gone or different."""
    broken: list[Broken] = []
    with connection.cursor() as cursor:
        for model in kept_models():
            table = history.history_model(model)._meta.db_table
            cursor.execute(history.row_order(model))
            columns = [name for (name,) in cursor.fetchall()]
            cursor.execute(f"{history.broken_links(model, columns)} limit %s", [most])
            broken += [Broken(table, row[0], "does not follow from the row before") for row in cursor.fetchall()]
            cursor.execute(
                f'select r.last_id from ops_chainroot r left join public."{table}" h on h.history_id = r.last_id'
                ' where r."table" = %s and h.history_hash is distinct from r.root order by 1 limit %s',
                [table, most],
            )
            broken += [Broken(table, row[0], "was the last row of a day and is gone") for row in cursor.fetchall()]
    return broken


class HistoryAltered(Exception):
    """A history row does not follow from the one before it: somebody changed what happened."""


def prove() -> int:
    """How many history rows hold. Raises HistoryAltered, which names the first that does not."""
    if broken := verify(1):
        raise HistoryAltered("; ".join(f"{one.table} {one.history_id} {one.what}" for one in broken))
    rows = 0
    with connection.cursor() as cursor:
        for model in kept_models():
            cursor.execute(f'select count(*) from public."{history.history_model(model)._meta.db_table}"')
            rows += cursor.fetchone()[0]
    return rows


@transaction.atomic
def keep_roots() -> int:
    """The day's last hash of every history table; a second run of the same day changes nothing. Returns new roots."""
    kept = 0
    with connection.cursor() as cursor:
        for model in kept_models():
            table = history.history_model(model)._meta.db_table
            cursor.execute(
                f'insert into ops_chainroot (day, "table", rows, last_id, root) select %s, %s,'
                f' (select count(*) from public."{table}"), history_id, history_hash from public."{table}"'
                ' order by history_id desc limit 1 on conflict (day, "table") do nothing',
                [clock.today(), table],
            )
            kept += cursor.rowcount
    return kept
