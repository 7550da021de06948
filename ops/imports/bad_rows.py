"""Rows with problems: a grid whose cells are corrected in place, and a file that is corrected and brought again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from ops import clock
from ops.exports.sheets import Table, defused
from ops.imports import checking, staging
from ops.imports.columns import Column, named
from ops.imports.fingerprints import ADDED
from ops.imports.models import ImportBatch, ImportRow
from ops.imports.nouns import Noun
from ops.imports.problems import Unreadable
from ops.imports.sheets import Sheet
from ops.imports.values.numbers import decimal_text

_CONTEXT = 3
_CUT = 119  # problems keep so many letters of a cell
_LINES = """
select line from ops_importrow where batch_id = %(batch)s and refused
union
select r.line from ({rows}) r
  join ops_importitem i on i.batch_id = %(batch)s and i.verdict = 'refused' and i.key = {key}
union
select first_line from ops_importitem where batch_id = %(batch)s and verdict = 'refused'
"""


@dataclass
class Cell:
    """One cell that a person may put right; `at` is None where it stands in no column of the file."""

    label: str
    at: int | None
    value: str
    sentences: list[str]
    todo: str = ""
    corrected: bool = False
    cut: bool = False


@dataclass
class Line:
    number: int
    context: list[tuple[str, str]] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)


def lines_with_problems(batch: ImportBatch, kind: str = "", column: str = "") -> list[int]:
    """Of the problems that are kept; of one kind and column where it is asked for."""
    return sorted({
        p["line"] for p in batch.problems
        if (not kind or p["kind"] == kind) and (not column or p["column"] == column)
    })  # fmt: skip


def grid_of(batch: ImportBatch, noun: Noun, numbers: Sequence[int]) -> list[Line]:
    """These lines, each with its cells that are wrong, what is wrong with them, and what tells the line from others."""
    wanted = set(numbers)
    problems = [p for p in batch.problems if p["line"] in wanted]
    staged = {row.line: row.cells for row in ImportRow.objects.filter(batch=batch, line__in=numbers)}
    corrected = {(line, at): value for line, at, value
                 in batch.cells.filter(line__in=numbers).values_list("line", "at", "value")}  # fmt: skip
    positions: Mapping[str, int] = batch.settings.get("positions", batch.mapping)
    labels = {column.label: column for column in noun.columns}
    names = batch.places
    by_key = {column.key: i for i, column in enumerate(noun.columns)}
    lines = {number: Line(number) for number in numbers}
    for problem in problems:
        line, cells = lines[problem["line"]], staged.get(problem["line"], [])
        for label in _parts(problem["column"], names, labels):
            at = _place(label, names, labels, positions, len(batch.header))
            known = next((cell for cell in line.cells if cell.at is not None and cell.at == at), None)
            if known:
                known.sentences.append(problem["sentence"])
                continue
            value = problem["value"]
            if problem["kind"] in {"disagree", "refused"} and label in labels:
                place = by_key[labels[label].key]
                value = (cells[place] if place < len(cells) else None) or ""
            is_corrected = at is not None and (line.number, at) in corrected
            if is_corrected and at is not None:
                value = corrected[line.number, at]
            line.cells.append(Cell(label, at, value, [problem["sentence"]], problem["todo"], is_corrected,
                                   cut=not is_corrected and len(problem["value"]) >= _CUT))  # fmt: skip
    for line in lines.values():
        line.context = _context(noun, staged.get(line.number, []), {cell.label for cell in line.cells}, batch)
    return list(lines.values())


def _parts(column: str, names: Mapping[str, int], labels: Mapping[str, Column]) -> list[str]:
    """One problem may be about several columns: “Customer, City”."""
    parts = column.split(", ")
    return parts if len(parts) > 1 and column not in names and all(part in labels for part in parts) else [column]


def _place(
    label: str, names: Mapping[str, int], labels: Mapping[str, Column], positions: Mapping[str, int], width: int
) -> int | None:
    at = names.get(label)
    if at is None and label in labels:
        at = positions.get(labels[label].key)
    return at if at is not None and at < width else None


def _context(noun: Noun, cells: Sequence[str | None], wrong: set[str], batch: ImportBatch) -> list[tuple[str, str]]:
    shown = [
        (column.label, cells[i] or "") for i, column in enumerate(noun.columns)
        if i < len(cells) and cells[i] and (i == 0 or column.kind in {"text", "identifier"})
        and column.label not in wrong and not str(cells[i]).startswith("row:")
    ]  # fmt: skip
    return shown[:_CONTEXT]


def corrections_in(grid: Sequence[Line], typed: Mapping[str, str]) -> dict[tuple[int, int], str]:
    """What somebody typed otherwise than it was shown."""
    found = {}
    for line in grid:
        for cell in line.cells:
            said = typed.get(f"v-{line.number}-{cell.at}")
            if cell.at is not None and said is not None and said.strip() != cell.value.strip():
                found[line.number, cell.at] = said.strip()
    return found


# --- as a file --------------------------------------------------------------------------------------------------


def file_of(batch: ImportBatch, noun: Noun) -> Table:
    """All rows of what is refused, in the file's own columns, with their line and problem behind them."""
    sheet = checking.sheet_as_written(batch, noun)
    keep = [at for at, name in enumerate(sheet.header) if named(name) not in set(map(named, ADDED))]
    heads = [*(sheet.header[at] for at in keep), *ADDED]
    return Table(
        f"{batch.file_name[:20]} problems", "rows", heads, _rows(batch, noun, sheet, keep),
        origin=[("What", f"Rows of {batch.file_name} that could not be loaded"),
                ("Checked", f"{clock.today():%d %B %Y}")],
    )  # fmt: skip


def _rows(batch: ImportBatch, noun: Noun, sheet: Sheet, keep: Sequence[int]) -> Iterator[list[Any]]:
    """One pass, as far as the last row that is wanted."""
    with connection.cursor() as cursor:
        cursor.execute(
            _LINES.format(rows=staging.typed_rows(noun.columns), key=noun.loader.row_key), {"batch": batch.pk}
        )
        wanted = {line for (line,) in cursor.fetchall()}
        cursor.execute("select first_line, reason from ops_importitem where batch_id = %s and reason <> ''", [batch.pk])
        reasons = dict(cursor.fetchall())
    said: dict[int, list[str]] = {}
    for problem in batch.problems:
        where = f"{problem['column']}: " if problem["column"] else ""
        said.setdefault(problem["line"], []).append(f"{where}{problem['sentence']}")
    wanted |= said.keys()  # also of a thing that stands in several rows, whatever it is known by
    corrections = checking.corrections_of(batch)
    for line, cells in sheet.rows() if wanted else ():
        if line in wanted:
            own = corrections.get(line, {})
            row = [own.get(at, cells[at] if at < len(cells) else "") for at in keep]
            problem = " ".join(said.get(line, ())) or reasons.get(line) or "Belongs to rows that cannot be taken."
            yield [*(_cell(text) for text in row), line, problem]
            wanted.discard(line)
            if not wanted:
                return


def _cell(text: str) -> str:
    """Numbers go out as they came in; only what a spreadsheet would run gets its apostrophe."""
    try:
        decimal_text(text.strip())
    except Unreadable:
        return str(defused(text))
    return text
