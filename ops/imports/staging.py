"""Rows to the database, before anything is decided: staged beside their batch, seen by their loader alone.

COPY is closed to tables with row security, so rows go in by the thousand as one parameter that PostgreSQL takes apart.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import connection

from ops.imports.columns import Column
from ops.imports.reading import Reading
from ops.models import ImportBatch

if TYPE_CHECKING:
    from accounts.models import User

_CHUNK = 2000
_CELL, _ROW, _NULL = "\x1f", "\x1e", "\x1d"
_STAGE = """
insert into ops_importrow (batch_id, line, refused, cells)
select %s, c[1]::int, c[2] = 't', c[3:] from (
  select string_to_array(r, e'\\x1f', e'\\x1d') as c from string_to_table(%s, e'\\x1e') r) split
"""
Progress = Callable[[int], None]


def stage(
    reading: Reading, path: Path, *, noun: str, preset: str, settings: dict[str, Any], by: User,
    progress: Progress | None = None,
) -> ImportBatch:  # fmt: skip
    """A batch in the state Staged with every row of the file, its problems and its notes."""
    batch = ImportBatch.objects.create(
        noun=noun, preset=preset, file_name=reading.sheet.name[:200], file_sha256=_sha256(path), by=by,
        settings=settings,
    )  # fmt: skip
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
    batch.save(update_fields=["rows", "problems", "notes", "counts"])
    return batch


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


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def typed_rows(columns: tuple[Column, ...]) -> str:
    """A SELECT of one batch's rows with their columns by name and type; its one parameter is the batch."""
    cells = ", ".join(f"cells[{i}]::{c.sql_type} as {c.key}" for i, c in enumerate(columns, start=1))
    return f"select line, refused, {cells} from ops_importrow where batch_id = %(batch)s"


def forget(batch: ImportBatch) -> None:
    """The staged rows have done their work; the batch itself stays."""
    with connection.cursor() as cursor:
        cursor.execute("delete from ops_importrow where batch_id = %s", [batch.pk])
        cursor.execute("delete from ops_importitem where batch_id = %s", [batch.pk])
