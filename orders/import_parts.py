"""New orders go in by parts of the file, in one transaction: its rows stay in memory, and how far it is can be told.

A part ends where no order of the file reaches over; of a file whose orders are scattered through all of it, the whole
is one part.
"""

from django.db import connection

from ops.imports.models import ImportBatch

LINES = 50_000
WHOLE = (0, 2_147_483_647)
Part = tuple[int, int]  # first and last line

_CUTS = """
with spans as (
  select min(line) as first, max(line) as last from ops_importrow
   where batch_id = %(batch)s and cells[1] is not null group by cells[1]),
reach as (
  select first, max(last) over (order by first rows between unbounded preceding and 1 preceding) as before from spans)
select min(first) from reach where before < first group by first / %(lines)s order by 1
"""
# What gets a number of ours gets it after all numbers of the file are there, so it is not parted.
_NUMBERED = """
select exists (select 1 from ops_importitem i where i.batch_id = %(batch)s and i.verdict = 'new'
  and (length(%(number_prefix)s || i.key) > 40
       or exists (select 1 from orders_order o where o.number = %(number_prefix)s || i.key)))
"""


def parts_of(batch: ImportBatch, number_prefix: str) -> list[Part]:
    """In the order of the file, each with whole orders; together they are all of it."""
    if batch.rows <= LINES:
        return [WHOLE]
    said: dict[str, int | str] = {"batch": batch.pk, "lines": LINES, "number_prefix": number_prefix}
    with connection.cursor() as cursor:
        cursor.execute(_NUMBERED, said)
        if cursor.fetchone()[0]:
            return [WHOLE]
        cursor.execute(_CUTS, said)
        firsts = [0, *(first for (first,) in cursor.fetchall() if first > LINES)]
    return [(first, following - 1) for first, following in zip(firsts, [*firsts[1:], WHOLE[1] + 1], strict=True)]


def settle_part() -> None:
    """Foreign keys of the rows so far are looked up now: what waits for the end of a transaction waits in memory."""
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("set constraints all deferred")
