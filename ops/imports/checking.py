"""Read a load's files to their end and say what loading them would do. Nothing but the load itself is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.db import OperationalError, connection, transaction

from ops.db.actor import acting_as, current_actor
from ops.errors import Refused
from ops.imports import kept, staging
from ops.imports.columns import Column
from ops.imports.contents import BY_CONTENT
from ops.imports.detecting import book_of
from ops.imports.fixes import Fix, fix_named
from ops.imports.models import ImportBatch
from ops.imports.nouns import Noun, noun_named
from ops.imports.presets import Preset, find_files, plain
from ops.imports.reading import Decisions, Reading, understand, understand_mapped
from ops.imports.sheets import Sheet, find_table, sheet_of
from ops.imports.tables.workbooks import Workbook

_DISK_FULL = "53100"


def check(batch: ImportBatch, *, progress: staging.Progress | None = None, ask: bool = True) -> ImportBatch:
    """Uploaded to checked, or still uploaded with questions for a person. Raises Refused for what cannot be read.

    May be done again at any time, and is begun again by another worker where one was lost: what was staged goes first.
    Without `ask` an open question is refused with its sentence.
    """
    noun = noun_named(batch.noun)
    if batch.is_over:
        raise Refused("This load is over. Choose the file again.")
    decided = _decided(batch)
    reading = read(batch, noun, ask=ask)
    batch.header = reading.sheet.header
    batch.settings = {**batch.settings, **_settings(batch, noun, reading)}
    batch.questions = [question.as_dict() for question in reading.understanding.questions]
    batch.state = ImportBatch.State.UPLOADED
    if batch.questions:
        return _save(batch, decided)
    with importing():
        staging.stage(batch, reading, progress)
        if not batch.rows:
            raise Refused(f"{reading.sheet.name} has column names and no rows.")
        with transaction.atomic(), roomy():  # a worker has none of its own, and what is set lasts for one
            noun.loader.weigh(batch)
        batch.state = ImportBatch.State.CHECKED
        return _save(batch, decided)


def _decided(batch: ImportBatch) -> tuple[object, ...]:
    """What reading the file follows, as it stands in the database just now."""
    fields = ("noun", "preset", "source", "table", "mapping", "answers", "fixed", "mends", "rates")
    return ImportBatch.objects.values_list(*fields).get(pk=batch.pk), *batch.cells.order_by("line", "at").values_list()


def _save(batch: ImportBatch, decided: tuple[object, ...]) -> ImportBatch:
    """Nobody waits while a file is read, so what was decided since counts more. Raises Refused, saving nothing."""
    with transaction.atomic():
        now = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
        if not now.is_over and _decided(batch) == decided:
            batch.save()
            return batch
    if not now.is_over:
        raise Refused("Something else was decided about this load while it was checked. Check the file again.")
    staging.forget(batch)
    raise Refused("This load is over. Choose the file again.")


def read(batch: ImportBatch, noun: Noun, *, ask: bool = True) -> Reading:
    """The files of a load with everything that was decided about them."""
    preset = noun.preset(batch.preset)
    decisions = decisions_of(batch, noun, ask=ask)
    if preset is None:
        return understand_mapped(
            _sheet(batch), batch.mapping, noun.columns, noun.either, decisions, fixed=dict(batch.fixed)
        )
    main, companions, book = _files(batch, preset)
    return understand(
        main, companions, preset, noun.columns, noun.either, decisions, name=main.name, fixed=dict(batch.fixed),
        book=book,
    )  # fmt: skip


def sheet_as_written(batch: ImportBatch, noun: Noun) -> Sheet:
    """The rows of a load as its file has them: nothing of what they mean is looked at."""
    preset = noun.preset(batch.preset)
    if preset is None:
        return _sheet(batch)
    main, _, book = _files(batch, preset)
    known = [name for column in noun.columns for name in preset.columns.get(column.key, ())]
    return find_table(main, known, (), name=main.name, book=book)


def _files(batch: ImportBatch, preset: Preset) -> tuple[Path, dict[str, Path], Workbook | None]:
    """The file of a program's rows, those beside it, and the first opened where it is known which it is."""
    names = {plain(file.name) for file in batch.files.all()}
    has_rows = preset.rows and len(names) > 1 and plain(preset.rows) in names
    main, companions = find_files(kept.folder_of(batch) if has_rows else _path(batch), preset)
    return main, companions, None if has_rows or not batch.tables else _book(batch)


def _sheet(batch: ImportBatch) -> Sheet:
    sheet = sheet_of(_book(batch), batch.tables[batch.table]["number"])
    if [*sheet.header] != [*batch.header]:
        raise Refused("The table is no longer what it was when its columns were named. Choose the file again.")
    return sheet


def _book(batch: ImportBatch) -> Workbook:
    """The file of the table that was chosen."""
    if not batch.tables:
        raise Refused("The file was not looked into to its end. Choose it again.")
    return book_of(batch, batch.tables[batch.table]["file"])


def _path(batch: ImportBatch) -> Path:
    position = batch.tables[batch.table]["file"] if batch.tables else 0
    return kept.path_of(batch.files.get(position=position))


def decisions_of(batch: ImportBatch, noun: Noun, *, ask: bool = True) -> Decisions:
    """What was answered, corrected and mended, as reading wants it."""
    corrections = corrections_of(batch)
    columns = columns_by_header(batch, noun)
    mends: dict[tuple[str, str], list[Fix]] = {}
    for said in batch.mends:
        fix = fix_named(said["fix"], said["kind"], columns.get(said["column"]))
        if fix:
            mends.setdefault((said["kind"], said["column"]), []).append(fix)
    answers: Mapping[str, Any] = batch.answers
    return Decisions(
        answers.get("dates", ""), answers.get("marks", ""), answers.get("currencies", ""), corrections, mends, ask=ask,
        by_content=bool(answers.get(BY_CONTENT)) and noun.columns[0].key not in batch.mapping,
    )  # fmt: skip


def corrections_of(batch: ImportBatch) -> dict[int, dict[int, str]]:
    """What a person put in place of cells: by line, by place in the header."""
    corrections: dict[int, dict[int, str]] = {}
    for line, at, value in batch.cells.values_list("line", "at", "value"):
        corrections.setdefault(line, {})[at] = value
    return corrections


def columns_by_header(batch: ImportBatch, noun: Noun) -> dict[str, Column]:
    """The noun's columns by what the file calls them."""
    found = {column.label: column for column in noun.columns}
    positions = batch.settings.get("positions", batch.mapping)
    by_key = {column.key: column for column in noun.columns}
    return found | {batch.header[at]: by_key[key] for key, at in positions.items() if at < len(batch.header)}


def _settings(batch: ImportBatch, noun: Noun, reading: Reading) -> dict[str, Any]:
    preset = noun.preset(batch.preset)
    return {
        "source": batch.source, "columns": sorted(reading.positions), "options": preset.options if preset else {},
        "fixed": reading.fixed,
        "positions": reading.positions, "samples": reading.understanding.samples,
        "small_print": list(reading.understanding.small_print),
    }  # fmt: skip


@contextmanager
def importing() -> Iterator[None]:
    """The same person, with the source that opens the ways in of the guards; a full disk is a sentence."""
    actor = current_actor.get()
    with acting_as(replace(actor, source="import") if actor else None):
        try:
            yield
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") != _DISK_FULL:
                raise
            raise Refused(
                "There is no room left on the database's disk, so nothing was loaded. Tell a system admin, and do it"
                " again afterwards."
            ) from error


@contextmanager
def roomy() -> Iterator[Any]:
    """Until the end of the transaction sorts of a file stay in memory, and nothing is compiled for one run."""
    with connection.cursor() as cursor:
        cursor.execute("set local work_mem = '64MB'; set local jit = off")
        yield cursor


def left_out_kinds(batch: ImportBatch) -> set[tuple[str, str]]:
    """Kinds of problem, with their column, whose rows a person has chosen to leave out."""
    return {(said["kind"], said["column"]) for said in batch.mends if said["fix"] == "leave_out"}


def open_kinds(batch: ImportBatch) -> list[dict[str, Any]]:
    """Kinds of problem that nobody has decided about: they stand in the way of loading."""
    decided = left_out_kinds(batch)
    return [kind for kind in batch.counts.get("kinds", ()) if (kind["kind"], kind["column"]) not in decided]
