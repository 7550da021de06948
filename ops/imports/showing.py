"""What a check found, as its page shows it: what loading would do, what is wrong and what mends it, old and new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.conf import settings

from ops.imports.checking import columns_by_header
from ops.imports.fixes import Fix, fix_named, fixes_for, preview
from ops.imports.models import ImportBatch, ImportItem
from ops.imports.nouns import Noun

VERDICTS = (("new", "New", "info"), ("changed", "Changed", "warn"), ("same", "As before", ""),
            ("refused", "Cannot be taken", "bad"))  # fmt: skip
_FIRST = ("lines", "pieces", "amount", "profit")
_EXAMPLES = 3


@dataclass(frozen=True)
class Sum:
    """One column that is added up. `mine` is what a person says it should be, `says` how that compares."""

    key: str
    label: str
    cells: tuple[str, ...]
    whole: str
    mine: str = ""
    says: str = ""
    right: bool = False


@dataclass(frozen=True)
class Verdicts:
    """The table of what loading would do: verdicts down, sums across."""

    rows: list[dict[str, Any]]
    sums: list[Sum]
    count: int
    note: str = ""


def verdicts_of(batch: ImportBatch, mine: Mapping[str, str] | None = None) -> Verdicts:
    """Amounts of several currencies are never added up as they stand: all of them are in the shop's then."""
    totals: dict[str, dict[str, Any]] = batch.counts.get("totals", {})
    currencies = {code for said in totals.values() for code in said.get("currencies", ())}
    note = ""
    if len(currencies) > 1:
        totals = {verdict: _in_shops_own(said) for verdict, said in totals.items()}
        note = _note_of(sum(int(said.get("unrated", 0)) for said in totals.values()))
    shown = [one for one in VERDICTS if one[0] in totals or batch.counts.get(one[0])]
    keys: set[str] = {key for said in totals.values() for key, value in said.items() if _number(value) is not None}
    keys = {key for key in keys if not key.startswith("shop_") and key != "unrated"}
    ordered = [key for key in _FIRST if key in keys] + sorted(keys - {*_FIRST})
    spoken = {said["currency"] for said in totals.values() if "currency" in said}
    currency = (spoken or {batch.settings.get("currency", "")}).pop() if len(spoken) < 2 else ""
    sums = [_sum(key, totals, shown, (mine or {}).get(f"mine-{key}", ""), currency) for key in ordered]
    rows: list[dict[str, Any]] = [
        {"key": key, "label": label, "css": css, "count": int(batch.counts.get(key, 0)),
         "cells": [one.cells[i] for one in sums]}
        for i, (key, label, css) in enumerate(shown)
    ]  # fmt: skip
    return Verdicts(rows, sums, sum(row["count"] for row in rows), note)


def _in_shops_own(said: Mapping[str, Any]) -> dict[str, Any]:
    own = {key: said.get(f"shop_{key}", "") for key in ("amount", "profit")}
    return {**said, **own, "currency": settings.SHOP_CURRENCY}


def _note_of(unrated: int) -> str:
    if not unrated:
        return ""
    return (
        "1 order without a rate is in no sum." if unrated == 1 else f"{unrated:,} orders without a rate are in no sum."
    )


def _sum(key: str, totals: Mapping[str, Any], shown: Sequence[Any], mine: str, currency: str) -> Sum:
    numbers = [_number(totals.get(verdict, {}).get(key, "")) for verdict, _, _ in shown]
    least = 0 if key in {"lines", "pieces"} else 2
    whole = sum((n for n in numbers if n is not None), Decimal(0))
    label = key.replace("_", " ").capitalize()
    if currency and key in {"amount", "profit"}:
        label += f", {currency}"
    cells = tuple("" if n is None else exact(n, least) for n in numbers)
    own = _number(mine.replace(",", "").replace(" ", ""))
    if own is None:
        says = "This is no number." if mine.strip() else ""
        return Sum(key, label, cells, exact(whole, least), mine[:40], says)
    says = "matches" if own == whole else f"differs by {exact(whole - own, least)}"
    return Sum(key, label, cells, exact(whole, least), mine[:40], says, own == whole)


def _number(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < Decimal(10) ** 30 else None


def exact(number: Decimal, least: int) -> str:
    """Every decimal there is, to compare with one's own totals, and at least so many."""
    whole, _, part = f"{number:,f}".partition(".")
    part = part.rstrip("0").ljust(least, "0")
    return f"{whole}.{part}" if part else whole


@dataclass(frozen=True)
class Offer:
    """One way to mend all problems of a kind, with cells before and after."""

    fix: Fix
    shown: list[tuple[str, str]]


@dataclass(frozen=True)
class Kind:
    """One kind of problem in one column; `chosen` is what somebody decided about it."""

    kind: str
    column: str
    label: str
    count: int
    examples: list[dict[str, Any]]
    offers: list[Offer]
    chosen: Fix | None


def kinds_of(batch: ImportBatch, noun: Noun) -> list[Kind]:
    columns, chosen = columns_by_header(batch, noun), {(m["kind"], m["column"]): m["fix"] for m in batch.mends}
    found = []
    for said in batch.counts.get("kinds", ()):
        kind, name = said["kind"], said["column"]
        alike = [p for p in batch.problems if (p["kind"], p["column"]) == (kind, name)]
        column, cells = columns.get(name), [p["value"] for p in alike]
        offers = [Offer(fix, preview(fix, cells)) for fix in fixes_for(kind, column)]
        useful = [one for one in offers if one.fix.mends is None or one.shown]
        decided = fix_named(chosen[kind, name], kind, column) if (kind, name) in chosen else None
        found.append(Kind(kind, name, said["label"], said["count"], alike[:_EXAMPLES], useful, decided))
    return found


@dataclass(frozen=True)
class Decided:
    """Something that a person chose, in words, and what takes it back."""

    sentence: str
    post: Mapping[str, str]


_ANSWERS = {
    "dates": {"dmy": "day first", "mdy": "month first", "ymd": "year first"},
    "marks": {",": "the comma is for decimals", ".": "the point is for decimals"},
    "currencies": {"each": "each amount has the currency it names", "column": "all in the currency of the column"},
    "first_wins": {"yes": "the first line counts"},
}


def decided_in(batch: ImportBatch, noun: Noun) -> list[Decided]:
    """Mends, answers and corrections of this load."""
    columns, found = columns_by_header(batch, noun), []
    for said in batch.mends:
        fix = fix_named(said["fix"], said["kind"], columns.get(said["column"]))
        if fix:
            found.append(Decided(f"{said['column'] or 'Rows'}: {fix.label[:1].lower()}{fix.label[1:]}.",
                                 {"mend": said["kind"], "column": said["column"]}))  # fmt: skip
    for about, told in batch.answers.items():
        for column, key in told.items() if isinstance(told, dict) else ():
            words = _ANSWERS.get(about, {}).get(key, key)
            found.append(Decided(f"{column} is read so: {words}.", {"about": about, "column": column}))
    if count := batch.cells.count():
        cells = "1 cell was" if count == 1 else f"{count:,} cells were"
        found.append(Decided(f"{cells} corrected by hand.", {"cells": "all"}))
    return found


@dataclass(frozen=True)
class Item:
    """One thing of the file, and what would become of it: label, what is here, what the file says."""

    item: ImportItem
    changes: list[tuple[str, str, str]]
    label: str
    css: str


def items_with_changes(batch: ImportBatch, noun: Noun, items: Sequence[ImportItem]) -> list[Item]:
    labels = noun.labels()
    asked = [item.key for item in items if item.verdict == ImportItem.Verdict.CHANGED and not item.changes]
    told = noun.differences(batch, asked) if noun.differences and asked else {}
    words = {key: (label, css) for key, label, css in VERDICTS}
    found = []
    for item in items:
        changes = [(labels.get(key, key), pair[0] or "", pair[1] or "") for key, pair in (item.changes or {}).items()]
        changes += [(label, old, new) for label, (old, new) in told.get(item.key, {}).items()]
        found.append(Item(item, changes if item.verdict == ImportItem.Verdict.CHANGED else [], *words[item.verdict]))
    return found
