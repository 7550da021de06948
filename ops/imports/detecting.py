"""What has been brought: which tables, of which noun, from which program or as whose header - suggested, with reasons.

A header that somebody explained before counts most, then a program that is known by its columns, then what the columns
are called and hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ops.errors import Refused
from ops.imports import kept, staging
from ops.imports.columns import Column
from ops.imports.fingerprints import fingerprint, found_again, lasting
from ops.imports.matching import Matching, match
from ops.imports.models import ImportBatch, ImportMapping
from ops.imports.nouns import Noun, nouns_of
from ops.imports.presets import fits
from ops.imports.tables.workbooks import Table, Workbook, open_file

if TYPE_CHECKING:
    from accounts.models import User

OWN = "sheet"  # the source of a file that is from no program we know
SUGGESTED = 0.8  # from here a program is taken for known
_SHOWN_ROWS, _SHOWN_CELL = 8, 80
_KEPT_OPEN = 8  # each is a few hundred rows and some sentences
_TEXTS = {"text", "gz"}  # sheets and archives may lie unpacked aside: those are let go
_lately: dict[tuple[Any, ...], Workbook] = {}


@dataclass(frozen=True)
class Guess:
    """How one table would be read as one noun. `preset` and `remembered` are what it was known by."""

    noun: Noun
    number: int
    matching: Matching
    score: float
    why: str
    preset: str = ""
    remembered: ImportMapping | None = None


Known = Mapping[tuple[str, str], ImportMapping]  # by noun and fingerprint


def open_all(batch: ImportBatch) -> list[tuple[int, Workbook]]:
    """Every file of the load that can be read, with its position. Raises Refused when none can."""
    known = _names_known(batch)
    books, refused = [], []
    for file in batch.files.all():
        try:
            books.append((file.position, _opened(kept.path_of(file), file.name, known)))
        except Refused as no:
            refused.append(no)
    if not books:
        raise refused[0] if refused else Refused("There is no file to load.")
    return books


def book_of(batch: ImportBatch, position: int) -> Workbook:
    """One file of the load. Raises Refused when it cannot be read."""
    file = batch.files.get(position=position)
    return _opened(kept.path_of(file), file.name, _names_known(batch))


def _opened(path: Path, name: str, known: tuple[str, ...]) -> Workbook:
    """The same text is learned once: looked into, checked and checked again, its tables are where they were."""
    stat = path.stat()
    key = (path, stat.st_mtime_ns, stat.st_size, name, known)
    if (book := _lately.get(key)) is None:
        book = open_file(path, name, known=known)
        if book.kind in _TEXTS:
            _lately[key] = book
            while len(_lately) > _KEPT_OPEN:
                _lately.pop(next(iter(_lately), key), None)
    return book


def _names_known(batch: ImportBatch) -> tuple[str, ...]:
    """What columns are called of anything that its owner may load."""
    columns = [column for noun in nouns_of(batch.by) for column in noun.columns]
    return tuple(name for column in columns for name in (column.label, *(spelling.text for spelling in column.names)))


def detect(batch: ImportBatch) -> ImportBatch:
    """Look into the files and suggest how they are read. Raises Refused when nothing in them is a table."""
    books = open_all(batch)
    tables = [(position, i, table) for position, book in books for i, table in enumerate(book.tables)]
    batch.tables = [_told(position, i, table) for position, i, table in tables]
    guesses = _guesses([table for _, _, table in tables], batch.by)
    if not guesses:
        raise Refused("Your role may not load anything from files.")
    hidden = {number for number, (_, _, table) in enumerate(tables) if table.hidden}
    best = max(guesses, key=lambda g: (g.number not in hidden, g.score, tables[g.number][2].row_count))
    batch.findings = _findings(books, tables[best.number][0])
    take(batch, best, tables[best.number][2])
    return batch


def take(batch: ImportBatch, guess: Guess, table: Table) -> None:
    """Make a guess the way the load is read; nothing is decided that a person cannot change."""
    noun, header, matching = guess.noun, table.header.columns, guess.matching
    batch.noun, batch.table, batch.header, batch.preset = noun.key, guess.number, header, guess.preset
    batch.mapping = matching.begun(noun.either)
    batch.answers, batch.fixed, batch.mends, batch.questions = {}, {}, [], []
    preset = noun.preset(guess.preset)
    batch.source = preset.source if preset else OWN
    if known := guess.remembered:
        batch.mapping = found_again(known.names, header)
        batch.answers, batch.fixed, batch.source = lasting(known.answers), known.fixed, known.source or OWN
    batch.settings = {"why": guess.why, "matching": _reasons(matching), "known": bool(guess.remembered)}
    batch.state = ImportBatch.State.UPLOADED


def way_to_read(batch: ImportBatch, *, noun: str, number: int, preset: str | None) -> Noun:
    """Raises Refused for a noun, table or program that there is not; the file itself is not looked into."""
    chosen = next((one for one in nouns_of(batch.by) if one.key == noun), None)
    if chosen is None:
        raise Refused("Your role may not load that from files.")
    if not 0 <= number < len(batch.tables):
        raise Refused("There is no such table in the file.")
    if preset and chosen.preset(preset) is None:
        raise Refused("There is no such program.")
    return chosen


def read_again(batch: ImportBatch, *, noun: str, number: int, preset: str | None) -> None:
    """As another noun, table or program; nothing is written yet. Raises Refused for what there is not."""
    chosen = way_to_read(batch, noun=noun, number=number, preset=preset)
    table = table_of(batch, number)
    if preset is None:
        guess = max(_of(number, table, chosen, _remembered([table], [chosen])), key=lambda g: g.score)
    else:
        guess = Guess(chosen, number, _matching(table, chosen), 1.0, "As you said", preset)
    take(batch, guess, table)


def save_anew(batch: ImportBatch) -> None:
    """What was decided for how it was read before is forgotten. Raises Refused for what is over meanwhile."""
    if ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk).is_over:
        raise Refused("This load is over. Choose the file again.")
    staging.forget_decisions(batch)
    batch.save()


def table_of(batch: ImportBatch, number: int) -> Table:
    """One of the tables of the load, by its number among all of them."""
    told: dict[str, int] = batch.tables[number]
    tables = book_of(batch, told["file"]).tables
    if told["number"] >= len(tables):
        raise Refused("That table is not in the file any more. Choose the file again.")
    return tables[told["number"]]


def _guesses(tables: Sequence[Table], by: User) -> list[Guess]:
    nouns = nouns_of(by)
    known = _remembered(tables, nouns)
    found = [
        guess for number, table in enumerate(tables) for noun in nouns for guess in _of(number, table, noun, known)
    ]
    return [guess for guess in found if guess.preset or guess.remembered or not guess.noun.only_known]


def _remembered(tables: Iterable[Table], nouns: Iterable[Noun]) -> Known:
    """Every header of a file that somebody explained before, asked for at once."""
    prints = {fingerprint(table.header.written) for table in tables}
    known = ImportMapping.objects.filter(noun__in=[noun.key for noun in nouns], fingerprint__in=prints)
    return {(one.noun, one.fingerprint): one for one in known}


def _of(number: int, table: Table, noun: Noun, known: Known) -> list[Guess]:
    header, matching = table.header.columns, _matching(table, noun)
    found = [Guess(noun, number, matching, _coverage(matching, noun), _says(matching, noun))]
    if before := known.get((noun.key, fingerprint(header))):
        why = f"Columns like these were loaded as {noun.many} before"
        found.append(Guess(noun, number, matching, 3.0, why, remembered=before))
    for fit in fits(header, noun.presets().values(), noun.columns):
        if fit.score >= SUGGESTED and not fit.missing:
            why = f"{fit.preset.label}: {'; '.join(fit.reasons)}"
            found.append(Guess(noun, number, matching, 1 + fit.score, why, fit.preset.key))
    return found


def _matching(table: Table, noun: Noun) -> Matching:
    return match(table.header.columns, table.sample, noun.columns)


def _coverage(matching: Matching, noun: Noun) -> float:
    """From 0 to 1: how much of what must be there is, and how much of the file finds a place.

    A sheet of orders names customers and products, too: a noun that needs one column proves little by having it.
    """
    there = {s.column.key: s.chosen.score for s in matching.suggestions if s.chosen}
    needed = [_needed(column, there) for column in noun.columns if column.required]
    needed += [max(there.get(key, 0.0) for key in keys) for keys in noun.either]
    filled = len(there) + len(matching.unmatched)
    share = sum(needed) / len(needed) if needed else 0.0
    proof = share**2 * (1 - 0.5 ** sum(needed))
    return 0.4 * proof + 0.6 * (sum(there.values()) / filled if filled else 0.0)


def _needed(column: Column, there: Mapping[str, float]) -> float:
    return max([there.get(column.key, 0.0), *(0.8 * there.get(key, 0.0) for key in column.otherwise)])


def _says(matching: Matching, noun: Noun) -> str:
    found = sum(1 for s in matching.suggestions if s.chosen)
    return f"{found} of {found + len(matching.unmatched)} columns are like those of {noun.many}"


def _told(position: int, number: int, table: Table) -> dict[str, Any]:
    return {
        "file": position, "number": number, "name": table.name, "rows": table.row_count, "hidden": table.hidden,
        "first_line": table.first_line, "header": list(table.header.written)[:1000],
        "sample": [[cell[:_SHOWN_CELL] for cell in row] for row in table.sample[:_SHOWN_ROWS]],
        "findings": [{"kind": f.kind, "weight": f.weight, "sentence": f.sentence} for f in table.findings],
    }  # fmt: skip


def _findings(books: list[tuple[int, Workbook]], position: int) -> list[dict[str, str]]:
    """What was noticed about the file itself, and what in it could not be read."""
    book = next(book for at, book in books if at == position)
    said = [{"kind": f.kind, "weight": f.weight, "sentence": f.sentence} for f in book.findings]
    return said + [{"kind": "member", "weight": "doubt", "sentence": no.sentence} for no in book.refused]


def _reasons(matching: Matching) -> dict[str, Any]:
    """Why each column was suggested, as the page shows it."""
    return {
        s.column.key: {"at": s.at, "sure": s.sure, "why": "; ".join(s.chosen.reasons) if s.chosen else ""}
        for s in matching.suggestions if s.chosen
    }  # fmt: skip
