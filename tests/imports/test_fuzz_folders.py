"""Every file of the defect folders, the whole way: each row of each table is staged, or a sentence says why not.

Whatever a table holds, a person may say what its columns are: so each table is read as orders, its first columns for
those that must be there, and as every other noun. No exception but a refusal, and exact counts.
"""

import time

import pytest
from django.db import transaction

from ops.errors import Refused
from ops.imports.checking import check
from ops.imports.columns import Column
from ops.imports.deciding import answer, name_columns, read_as
from ops.imports.models import ImportBatch, ImportRow
from ops.imports.nouns import noun_named
from tests.imports.pipeline import DATA, WHY_NOT, bring

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db,
    pytest.mark.skipif(not DATA.is_dir(), reason=WHY_NOT),
]
FOLDERS = ("messy/frictionless", "messy/messytables_horror", "messy/clevercsv")
ENDINGS = {".csv", ".tsv", ".psv", ".ssv", ".zip", ".gz", ".xls", ".xlsx", ".ods"}
MOST_TABLES = 2
LONG = 20.0  # seconds: a hang, on the busiest machine
WORDS = ("0", "2026-01-13", "x@y.pk", "1")


def files() -> list[str]:
    found = (path for folder in FOLDERS for path in sorted((DATA / folder).rglob("*")))
    return [path.relative_to(DATA).as_posix() for path in found if path.suffix.lower() in ENDINGS]


@pytest.mark.parametrize("part", range(4))
def test_every_table_of_every_file_is_staged_row_by_row_or_refused_by_its_defect(part, cast, as_person):
    wrong, staged = {}, 0
    for name in files()[part::4]:
        began = time.perf_counter()
        with as_person(cast.manager), transaction.atomic():
            try:
                batch = bring(cast.manager, DATA / name)
            except Refused as refused:
                assert len(refused.sentence) > 20
                transaction.set_rollback(True)
                continue
            for noun in sorted({"order", batch.noun}):
                for number, told in enumerate(batch.tables[:MOST_TABLES]):
                    rows = _staged(batch, noun, number)
                    staged += rows is not None
                    if rows not in {None, told["rows"]}:
                        wrong[name, noun, number] = (rows, told["rows"])
            transaction.set_rollback(True)
        if time.perf_counter() - began > 2 * LONG:
            wrong[name] = f"{time.perf_counter() - began:.0f} s"

    assert wrong == {}
    assert staged > 40


def _staged(batch: ImportBatch, noun: str, number: int) -> int | None:
    """How many rows come of a table whose columns somebody has named; None where a sentence says why none do."""
    try:
        with transaction.atomic():
            batch = read_as(batch, noun=noun, table=number, preset="")
            mapping, fixed = _named(batch, noun_named(noun).columns)
            batch = check(name_columns(batch, mapping, fixed=fixed))
            for _ in range(20):
                if not batch.questions:
                    break
                batch = answer(batch, 0, batch.questions[0]["answers"][0]["key"])
                batch = batch if batch.questions else check(ImportBatch.objects.get(pk=batch.pk))
    except Refused as refused:
        assert len(refused.sentence) > 20
        return None
    assert batch.state == "checked"
    assert batch.rows == ImportRow.objects.filter(batch=batch).count()
    return batch.rows


def _named(batch: ImportBatch, columns: tuple[Column, ...]) -> tuple[dict[str, int], dict[str, str]]:
    """As found, and for what must be there and was not: the next column of the file, else the same for every row."""
    free = [at for at in range(len(batch.header)) if at not in batch.mapping.values()]
    pairs = {key for pair in noun_named(batch.noun).either for key in pair}
    mapping, fixed = dict(batch.mapping), {}
    for column in columns:
        if column.key in mapping or not (column.required or column.key in pairs):
            continue
        if free:
            mapping[column.key] = free.pop(0)
        elif column.kind == "text":
            fixed[column.key] = "said"
        elif column.kind in {"decimal", "integer"}:
            fixed[column.key] = "1"
    return mapping, fixed
