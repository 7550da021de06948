"""Rows to the database, before anything is decided: staged beside their batch, seen by their loader alone.

COPY is closed to tables with row security, so rows go in by the thousand as one parameter that PostgreSQL takes apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from ops.imports.columns import Column
from ops.imports.models import ImportBatch
from ops.imports.reading import Reading

_CHUNK = 2000
_CELL, _ROW, _NULL = "\x1f", "\x1e", "\x1d"
_STAGE = """
insert into ops_importrow (batch_id, line, refused, cells)
select %s, c[1]::int, c[2] = 't', c[3:] from (
  select string_to_array(r, e'\\x1f', e'\\x1d') as c from string_to_table(%s, e'\\x1e') r) split
"""
Progress = Callable[[int], None]


def stage(batch: ImportBatch, reading: Reading, progress: Progress | None = None) -> None:
    """Every row of the file beside its load, in place of what was staged before; its problems and notes into it."""
    forget(batch)
    batch.rows = 0
    with connection.cursor() as cursor:
        for count, chunk in _ahead(_chunks(reading)):
            cursor.execute(_STAGE, [batch.pk, chunk])
            batch.rows += count
            if progress:
                progress(batch.rows)
        cursor.execute("analyze ops_importrow")
    batch.problems = [problem.as_dict() for problem in reading.problems.kept]
    batch.notes = reading.notes
    batch.counts = {"problems": reading.problems.count, "kinds": reading.problems.counted()}


def _ahead(chunks: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """The same chunks; the next is read while the database takes this one, so two cores are busy."""
    with ThreadPoolExecutor(1) as reader:
        coming = reader.submit(next, chunks, None)
        while (chunk := coming.result()) is not None:
            coming = reader.submit(next, chunks, None)
            yield chunk


def _chunks(reading: Reading) -> Iterator[tuple[int, str]]:
    lines: list[str] = []
    for line, refused, values in reading.rows():
        cells = [_NULL if value is None else value for value in values]
        lines.append(f"{line}{_CELL}{'t' if refused else 'f'}{_CELL}{_CELL.join(cells)}")
        if len(lines) == _CHUNK:
            yield len(lines), _ROW.join(lines)
            lines = []
    if lines:
        yield len(lines), _ROW.join(lines)


def typed_rows(columns: tuple[Column, ...]) -> str:
    """A SELECT of one batch's rows with their columns by name and type; its one parameter is the batch."""
    cells = ", ".join(f"cells[{i}]::{c.sql_type} as {c.key}" for i, c in enumerate(columns, start=1))
    return f"select line, refused, {cells} from ops_importrow where batch_id = %(batch)s"


def forget(batch: ImportBatch) -> None:
    """The staged rows have done their work; the batch itself stays."""
    with connection.cursor() as cursor:
        cursor.execute("delete from ops_importrow where batch_id = %s", [batch.pk])
        cursor.execute("delete from ops_importitem where batch_id = %s", [batch.pk])


def forget_decisions(batch: ImportBatch) -> None:
    """Cells that were put right and what is the same as what: nobody reads the file any more."""
    with connection.cursor() as cursor:
        cursor.execute("delete from ops_importcell where batch_id = %s", [batch.pk])
        cursor.execute("delete from ops_importmatch where batch_id = %s", [batch.pk])
