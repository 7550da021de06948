"""How a load's columns are shown and asked for: for each column of the noun which of the file's, why, with samples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from ops.errors import Refused
from ops.given import plain, whole
from ops.imports.columns import DATES, Column, named, places_in
from ops.imports.contents import BY_CONTENT
from ops.imports.models import ImportBatch
from ops.imports.nouns import Noun
from ops.imports.preset_page import MadeColumn, made_columns
from ops.imports.presets import Preset

WIDE = 40  # of more columns than this one is typed and found, not picked from a list
_SAMPLES = 3
_MOST_SAID = 500


@dataclass(frozen=True)
class Asked:
    """One column of the noun. `at` is its place in the file, `written` what a person typed or chose for it,
    `made` what a program's preset makes of other columns."""

    key: str
    label: str
    needed: str
    at: int | None
    written: str
    samples: tuple[str, ...]
    why: str
    sure: bool
    fixed: str
    is_day: bool
    may_fix: bool
    made: MadeColumn | None = None

    @property
    def missing(self) -> bool:
        return self.needed == "needed" and self.at is None and not self.fixed and not self.made


def options_of(batch: ImportBatch) -> list[tuple[int, str]]:
    """The file's columns by names that each mean one: two of one name get their numbers."""
    names = [name.strip() for name in batch.header]
    count = Counter(names)
    return [
        (at, (name if count[name] == 1 else f"{name} (column {at + 1})") if name else f"Column {at + 1}")
        for at, name in enumerate(names)
    ]


def samples_of(batch: ImportBatch, at: int | None) -> tuple[str, ...]:
    """The first cells of a column that say something, each once."""
    if at is None:
        return ()
    cells = (row[at].strip() for row in batch.preview.get("sample", ()) if at < len(row))
    return tuple(dict.fromkeys(cell for cell in cells if cell))[:_SAMPLES]


def asked_of(batch: ImportBatch, noun: Noun, typed: QueryDict | None = None) -> list[Asked]:
    """All columns of the noun: as they were decided, or as somebody has just typed them."""
    preset = noun.preset(batch.preset)
    places = _of_preset(batch, preset) if preset else {**batch.mapping}
    options, said = dict(options_of(batch)), batch.settings.get("matching", {})
    by_label = {label: place for place, label in options.items()}
    pairs = {key: [one for one in keys if one != key] for keys in noun.either for key in keys}
    made = made_columns(batch, preset) if preset else {}
    found = []
    for column in noun.columns:
        at, written = places.get(column.key), ""
        if typed is not None and not preset:
            written = typed.get(f"c-{column.key}", "")[:_MOST_SAID]
            at = _at(written, by_label, len(batch.header))
        fixed = typed.get(f"f-{column.key}", "")[:_MOST_SAID] if typed is not None else _shown(batch, column)
        reason = said.get(column.key, {})
        suggested = not preset and at is not None and reason.get("at") == at
        own = made.get(column.key) if at is None else None
        samples = own.samples if own else samples_of(batch, at)
        found.append(
            Asked(
                column.key, column.label, _needed(column, pairs, {**places, **batch.fixed, **made}), at,
                written or (options.get(at, "") if at is not None else ""), samples,
                reason.get("why", "") if suggested else "", not suggested or bool(reason.get("sure")), fixed,
                column.kind in DATES, column.kind != "phone" and column is not noun.columns[0], own,
            )
        )  # fmt: skip
    return found


def _needed(column: Column, pairs: Mapping[str, Sequence[str]], there: Mapping[str, Any]) -> str:
    if column.required:
        return "needed"
    return "needed" if column.key in pairs and there.keys().isdisjoint(pairs[column.key]) else ""


def _shown(batch: ImportBatch, column: Column) -> str:
    value = str(batch.fixed.get(column.key, ""))
    return value[:10] if column.kind in DATES else value


def _of_preset(batch: ImportBatch, preset: Preset) -> dict[str, int]:
    """Where a program's columns stand, as far as this header shows it; what it makes of several stands nowhere."""
    known: dict[str, int] = batch.settings.get("positions") or {}
    if known:
        return {key: at for key, at in known.items() if at < len(batch.header)}
    places = places_in(batch.header)
    found = {key: [places[named(n)] for n in names if named(n) in places] for key, names in preset.columns.items()}
    return {key: at[0] for key, at in found.items() if at}


def goes_nowhere(batch: ImportBatch, asked: list[Asked]) -> list[tuple[str, tuple[str, ...]]]:
    """Columns of the file that no column of the noun is read or made from."""
    used = {one.at for one in asked} | {at for one in asked if one.made for at in one.made.places}
    return [(label, samples_of(batch, at)) for at, label in options_of(batch)
            if at not in used and batch.header[at].strip()]  # fmt: skip


def said_in(batch: ImportBatch, noun: Noun, typed: QueryDict) -> tuple[dict[str, int], dict[str, str]]:
    """What was chosen in the form: places by column, and what holds for all rows. Raises Refused for no such column."""
    by_label = {label: at for at, label in options_of(batch)}
    mapping, fixed = {}, {}
    for column in noun.columns:
        text = typed.get(f"c-{column.key}", "").strip()
        if text:
            at = _at(text, by_label, len(batch.header))
            if at is None:
                raise Refused(f"{column.label}: there is no column “{text[:60]}” in the file.")
            mapping[column.key] = at
        elif value := plain(typed.get(f"f-{column.key}", "")).strip():
            fixed[column.key] = value[:_MOST_SAID]
    return mapping, fixed


def wants_content(typed: QueryDict) -> bool:
    return typed.get(BY_CONTENT, "") == "yes"


def _at(text: str, by_label: Mapping[str, int], width: int) -> int | None:
    """A name as it is offered, or #3 for the fourth column, as lists send it."""
    text = text.strip()
    if text in by_label:
        return by_label[text]
    number = whole(text[1:], digits=5) if text[:1] == "#" else None
    return number if number is not None and number < width else None


@dataclass(frozen=True)
class Found:
    """What was noticed about the file and the chosen table, sorted by what it asks of a person."""

    doubts: list[str]
    left_out: list[str]
    how: list[str]


def found_in(batch: ImportBatch) -> Found:
    every = [*batch.findings, *batch.preview.get("findings", ())]
    by_weight: dict[str, list[str]] = {"doubt": [], "left_out": [], "how": []}
    for one in every:
        said = by_weight[one["weight"]]
        if one["sentence"] not in said:
            said.append(one["sentence"])
    return Found(by_weight["doubt"], by_weight["left_out"], by_weight["how"])
