"""What a person decides about a load: what it is, what its columns are, how they are read, what mends them.

Every decision is kept in the load and takes effect when the file is checked again; none changes the file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from django.db import transaction

from ops import clock, events
from ops.errors import Refused
from ops.events import Kind
from ops.given import plain
from ops.imports import kept, work
from ops.imports.checking import columns_by_header
from ops.imports.columns import DATES, Column
from ops.imports.contents import BY_CONTENT
from ops.imports.detecting import detect, read_again, save_anew, way_to_read
from ops.imports.fixes import fix_named
from ops.imports.models import ImportBatch, ImportCell, ImportMatch
from ops.imports.nouns import noun_named, nouns_of
from ops.imports.problems import Unreadable
from ops.imports.values.days import ISO, reader
from ops.imports.values.numbers import decimal_text
from ops.rates.actions import rate_problem

if TYPE_CHECKING:
    from accounts.models import User

events.declare(Kind("imports.brought", "brought {file} to be loaded", "file-down"))
MOST_FILES = 20
_AT_ONCE = 1000  # answers in one statement
_DOING = {work.READ: "read another way", work.CHECK: "checked", work.APPLY: "loaded"}
_SOURCE = re.compile(r"[^\W_][\w .-]{0,39}")


@transaction.atomic
def receive(files: Sequence[kept.Brought], *, by: User, detected: bool = True) -> ImportBatch:
    """Keep the files and suggest how they are read. Raises Refused, keeping nothing, for what holds no table."""
    if not nouns_of(by):
        raise Refused("Your role may not load anything from files.")
    if not files:
        raise Refused("Choose a file.")
    if len(files) > MOST_FILES:
        raise Refused(f"At most {MOST_FILES} files make one load.")
    batch = ImportBatch.objects.create(
        noun=nouns_of(by)[0].key, file_name=_called(files), file_sha256="", by=by, state=ImportBatch.State.UPLOADED
    )
    rows = kept.keep(batch, files)
    batch.file_sha256 = rows[0].sha256
    try:
        if detected:
            detect(batch)
        batch.save()
        events.record("imports.brought", batch, file=batch.file_name, sha256=batch.file_sha256)
    except BaseException:
        kept.drop(batch)
        raise
    return batch


def _called(files: Sequence[kept.Brought]) -> str:
    first = plain(files[0].name)[:180]
    return first if len(files) == 1 else f"{first} and {len(files) - 1} more"


def read_as(batch: ImportBatch, *, noun: str = "", table: int | None = None, preset: str | None = None) -> ImportBatch:
    """Another noun, another table of the file, another program. What was decided for the one before is forgotten."""
    batch = _open(batch)
    read_again(batch, noun=noun or batch.noun, number=batch.table if table is None else table, preset=preset)
    save_anew(batch)
    return batch


def start_reading(batch: ImportBatch, *, noun: str, table: int | None, preset: str | None) -> None:
    """The same at once where the file is small, by a worker otherwise. Raises Refused for what there is not."""
    batch = _open(batch)
    if work.is_light(batch):
        read_as(batch, noun=noun, table=table, preset=preset)
        return
    noun, number = noun or batch.noun, batch.table if table is None else table
    way_to_read(batch, noun=noun, number=number, preset=preset)
    work.begin(work.READ, batch, batch.by, noun=noun, number=number, preset=preset)


def name_columns(
    batch: ImportBatch, mapping: Mapping[str, int], *, fixed: Mapping[str, str] | None = None, source: str = "",
    by_content: bool = False,
) -> ImportBatch:  # fmt: skip
    """Which column of the file is which: keys of the noun's columns to places in the header.

    `fixed` are values that hold for every row; `by_content` makes rows without a number one thing each.
    Raises Refused when one column of the file is named twice.
    """
    batch = _open(batch)
    noun = noun_named(batch.noun)
    labels = noun.labels()
    if unknown := mapping.keys() - labels.keys():
        raise Refused(f"There is no column {', '.join(sorted(unknown))}.")
    twice: dict[int, str] = {}
    for key, at in mapping.items():
        if not 0 <= at < len(batch.header):
            raise Refused(f"There is no such column in the file for {labels[key]}.")
        if at in twice:
            raise Refused(f"“{batch.header[at]}” is chosen for {twice[at]} and for {labels[key]}. Choose it for one.")
        twice[at] = labels[key]
    source = " ".join(source.split()) or batch.source
    if not _SOURCE.fullmatch(source):
        raise Refused("Say in a few letters where the file comes from, like “Old order book”.")
    batch.mapping, batch.source = dict(mapping), source.casefold()
    batch.preset = ""
    batch.answers = {key: said for key, said in batch.answers.items() if key != BY_CONTENT}
    if by_content and noun.by_content and noun.columns[0].key not in mapping:
        batch.answers[BY_CONTENT] = "yes"
    batch.fixed = _fixed(batch, fixed or {})
    return _again(batch)


def hold_for_all(batch: ImportBatch, fixed: Mapping[str, str]) -> ImportBatch:
    """Values that hold for every row of the file, whatever its program."""
    batch = _open(batch)
    batch.fixed = _fixed(batch, fixed)
    return _again(batch)


def _fixed(batch: ImportBatch, fixed: Mapping[str, str]) -> dict[str, str]:
    columns = {column.key: column for column in noun_named(batch.noun).columns}
    return {key: _one_value(columns[key], value.strip()) for key, value in fixed.items()
            if key in columns and value.strip()}  # fmt: skip


def _one_value(column: Column, value: str) -> str:
    """What stands in every row is read as a cell is; a day is written so that it reads one way."""
    day = reader({}, clock.zone(), with_time=column.kind == "moment") if column.kind in DATES else None
    if day and not ISO.match(value):
        raise Refused(f"{column.label}: write the day like 2026-03-31.", field=column.key)
    try:
        return column.cleaner(day)(value) or ""
    except Unreadable as wrong:
        raise Refused(f"{column.label}, “{value[:60]}”: {wrong.sentence}", field=column.key) from wrong


def answer(batch: ImportBatch, question: int, key: str) -> ImportBatch:
    """One of the open questions of a file. The same question is not asked of this header again."""
    batch = _open(batch)
    if not 0 <= question < len(batch.questions):
        return batch  # somebody, or a second press, has answered it
    asked = batch.questions[question]
    if key not in {one["key"] for one in asked["answers"]}:
        raise Refused("Choose one of the answers.")
    _tell(batch, _ABOUT[asked["kind"]], asked["column"], key)
    batch.questions = [one for i, one in enumerate(batch.questions) if i != question]
    return _again(batch)


_ABOUT = {
    "order_of_dates": "dates", "mixed_dates": "dates", "turned_dates": "dates", "decimal_mark": "marks",
    "mixed_decimals": "marks", "mixed_currencies": "currencies",
}  # fmt: skip


def _tell(batch: ImportBatch, about: str, column: str, key: str) -> None:
    batch.answers = {**batch.answers, about: {**batch.answers.get(about, {}), column: key}}


def ask_again(batch: ImportBatch, about: str, column: str) -> ImportBatch:
    """Forget one answer: where the file itself does not say it, it is asked once more."""
    batch = _open(batch)
    said = batch.answers.get(about)
    if isinstance(said, dict):
        batch.answers = {**batch.answers, about: {name: key for name, key in said.items() if name != column}}
    return _again(batch)


def take_corrections_back(batch: ImportBatch) -> ImportBatch:
    """Every cell is again what the file has."""
    batch = _open(batch)
    batch.cells.all().delete()
    return _again(batch)


def say_rate(batch: ImportBatch, currency: str, rate: str) -> ImportBatch:
    """What one unit of a currency is in the shop's, for this load; “table”: count again at the shop's own rates.

    Raises Refused for what is no rate.
    """
    batch = _open(batch)
    if rate == "table":
        batch.rates = {**batch.rates, currency.upper(): rate}
        return _again(batch)
    try:
        amount = Decimal(decimal_text(rate.strip()))
    except (Unreadable, InvalidOperation) as error:
        raise Refused(f"“{rate}” is no rate. Write it like 278.5.") from error
    if problem := rate_problem(amount):
        raise Refused(problem)
    batch.rates = {**batch.rates, currency.upper(): f"{amount:f}"}
    return _again(batch)


def correct(batch: ImportBatch, cells: Mapping[tuple[int, str], str]) -> ImportBatch:
    """Put other values in place of single cells, by line and by what the file calls the column."""
    places = batch.places
    if unknown := {column for _, column in cells} - places.keys():
        raise Refused(f"There is no column “{min(unknown)}” in the file.")
    return correct_at(batch, {(line, places[column]): value for (line, column), value in cells.items()})


def correct_at(batch: ImportBatch, cells: Mapping[tuple[int, int], str]) -> ImportBatch:
    """The same by place in the header: two columns may have one name."""
    batch = _open(batch)
    for (line, at), value in cells.items():
        ImportCell.objects.update_or_create(batch=batch, line=line, at=at, defaults={"value": value[:5000]})
    return _again(batch)


def mend(batch: ImportBatch, kind: str, column: str, fix: str) -> ImportBatch:
    """All problems of one kind in one column at once; with an empty `fix` what was chosen is taken back."""
    batch = _open(batch)
    rest = [said for said in batch.mends if (said["kind"], said["column"]) != (kind, column)]
    if not fix:
        batch.mends = rest
        return _again(batch)
    noun = noun_named(batch.noun)
    chosen = fix_named(fix, kind, columns_by_header(batch, noun).get(column))
    if chosen is None:
        raise Refused("That does not mend problems of this kind.")
    if chosen.tells:
        about, key = chosen.tells
        _tell(batch, about, column, key)
    else:
        batch.mends = [*rest, {"kind": kind, "column": column, "fix": fix}]
    if chosen.rows == "leave_out":  # how it is read stays: the check stands
        batch.save()
        return batch
    return _again(batch)


def settle(batch: ImportBatch, answers: Mapping[int, str]) -> ImportBatch:
    """What is known here, and what is new: match ids to the value of a likely one, or to nothing."""
    batch = _open(batch)
    matches = list(ImportMatch.objects.filter(batch=batch, pk__in=answers.keys()))
    for match in matches:
        match.answer = answers[match.pk]
        if match.answer and match.answer not in {likely["value"] for likely in match.likely}:
            raise Refused(f"Choose one of those that are offered for “{match.key}”.")
    ImportMatch.objects.bulk_update(matches, ["answer"], batch_size=_AT_ONCE)
    return _again(batch)


def _open(batch: ImportBatch) -> ImportBatch:
    batch = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if batch.is_over:
        raise Refused("This load is over. Choose the file again.")
    job = work.job_of(batch, batch.by)
    if job is not None and job.kind in _DOING and not job.is_over and not job.cancel_asked:
        raise Refused(f"This file is being {_DOING[job.kind]} just now. Wait until that is done, or stop it.")
    return batch


def _again(batch: ImportBatch) -> ImportBatch:
    """Decided otherwise, so what was checked does not hold any more."""
    batch.state = ImportBatch.State.UPLOADED
    batch.save()
    kept.touch(batch)
    return batch
