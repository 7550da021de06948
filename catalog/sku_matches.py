"""SKUs of a file that may mean a product spelled otherwise: found, asked about, remembered (C16).

A loader offers the SKUs it does not know (`offer`, when it weighs), asks that nothing is open or was said otherwise
meanwhile (`settle`, under its lock), and remembers the answers (`remember`, once the new products are there).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from django.db import connection, models

from catalog.alias_actions import lock_aliases
from catalog.models import Product, SkuAlias
from ops.db.texts import sql_of
from ops.errors import Conflict, Refused
from ops.imports.values import skus
from ops.imports.values.identifiers import SHORTENED
from ops.models import ImportBatch, ImportMatch

KIND = "sku"
AMONG_SEVERAL = 0.5  # a number that a spreadsheet has shortened may have been several
SURE_ENOUGH = 0.8  # whoever loads is stopped by a question: below this it would be noise
ALIASES_OF_ANSWERS = Path(__file__).resolve().parent / "sql" / "aliases_of_answers.sql"
_CHUNK = 1000
_SHOWN = 3
# What has pk, sku and name of each product: the catalogue's own where nothing is said, for who may read that.
Products = models.Manager[Any] | None


class Asked(NamedTuple):
    """A SKU as a file has it, what the file calls the product, its first line and how many lines have it."""

    sku: str
    name: str = ""
    line: int = 0
    lines: int = 1


def offer(batch: ImportBatch, asked: Iterable[Asked], *, products: Products = None, new: bool = True) -> int:
    """Questions about the SKUs of a load that neither the catalogue nor an alias knows; how many are open.

    What was answered before stays so; what is no longer in doubt is asked no more. `products` are those that who loads
    may read; without `new` no SKU of the file becomes a product, so none is another spelling of one.
    """
    unknown = [one for one in asked if one.sku]
    found = likely(unknown, products=products, new=new)
    said = dict(ImportMatch.objects.filter(batch=batch, kind=KIND).values_list("key", "answer"))
    ImportMatch.objects.filter(batch=batch, kind=KIND).delete()
    rows = [
        ImportMatch(batch=batch, kind=KIND, key=one.sku, name=one.name[:300], line=one.line, likely=found[one.sku],
                    answer=_still(said.get(one.sku), found[one.sku]))
        for one in unknown if one.sku in found
    ]  # fmt: skip
    ImportMatch.objects.bulk_create(rows, batch_size=_CHUNK)
    batch.settings = {**batch.settings, "matches": sorted({*batch.settings.get("matches", ()), KIND})}
    return sum(1 for row in rows if row.answer is None)


def likely(
    asked: Sequence[Asked], *, products: Products = None, new: bool = True
) -> dict[str, list[dict[str, object]]]:
    """Of each SKU in doubt what it may be: a product of the catalogue, else another spelling in the same file."""
    if not asked:
        return {}
    there = list(_of(products).values_list("pk", "sku", "name"))
    names, skus_of = {sku: name for _, sku, name in there}, {pk: sku for pk, sku, _ in there}
    said = SkuAlias.objects.values_list("alias", "product_id")
    known = skus.Skus(names, {alias: skus_of[pk] for alias, pk in said if pk in skus_of}, names)
    found: dict[str, list[dict[str, object]]] = {}
    for one in asked:
        at_least = AMONG_SEVERAL if SHORTENED.match(one.sku) else SURE_ENOUGH
        answer = known.find(one.sku, one.name, at_least=at_least)
        if not answer.sku and answer.likely:
            found[one.sku] = [_told(near.sku, names[near.sku], near.score, near.why) for near in answer.likely]
    return {**(_of_one_file(asked, found, names) if new else {}), **found}


def lost(shortened: Sequence[str]) -> list[str]:
    """Those of the SKUs like 3.6E+11 that no product of the catalogue can have been: nobody can say what they were."""
    if not shortened:
        return []
    known = skus.Skus(Product.objects.values_list("sku", flat=True))
    return [sku for sku in shortened if not known.find(sku, at_least=AMONG_SEVERAL).likely]


def _of(products: Products) -> Any:
    return Product.objects if products is None else products


def settle(batch: ImportBatch, *, products: Products = None) -> None:
    """Under the lock of aliases, until the end of the transaction.

    Raises Refused while a question is open, and Conflict when somebody has said otherwise meanwhile.
    """
    matches = ImportMatch.objects.filter(batch=batch, kind=KIND)
    if not matches.exists():
        return
    lock_aliases()
    still_open = list(matches.filter(answer=None).values_list("key", flat=True))
    if still_open:
        keys = ", ".join(still_open[:_SHOWN]) + (" …" if still_open[_SHOWN:] else "")
        word = "1 SKU looks" if len(still_open) == 1 else f"{len(still_open):,} SKUs look"
        raise Refused(f"{word} like one that is known ({keys}). Say which it is, or that it is new.")
    _refuse_contrary(matches, products)


def agreed(batch: ImportBatch, *, products: Products = None) -> None:
    """Before SKUs are offered again, where an alias that somebody else gave would answer the question unseen.

    Under the lock of aliases, until the end of the transaction. Raises Conflict.
    """
    answered = ImportMatch.objects.filter(batch=batch, kind=KIND).exclude(answer=None)
    if answered.exists():
        lock_aliases()
        _refuse_contrary(answered, products)


def _refuse_contrary(matches: models.QuerySet[ImportMatch], products: Products) -> None:
    answers = dict(matches.values_list("key", "answer"))
    said = list(SkuAlias.objects.select_related("by").filter(alias__in=answers))
    is_now = dict(_of(products).filter(pk__in=[alias.product_id for alias in said]).values_list("pk", "sku"))
    for alias in said:
        if (sku := is_now.get(alias.product_id)) != _meant(answers, alias.alias):
            who = alias.by.name if alias.by else "Somebody"
            raise Conflict(f"{who} has said meanwhile that {alias.alias} is {sku}. Check the file again.")


def remember(batch: ImportBatch) -> int:
    """The answers become aliases; how many are new. The products they name must be there."""
    with connection.cursor() as cursor:
        cursor.execute(sql_of(ALIASES_OF_ANSWERS), {"batch": batch.pk})
        return int(cursor.rowcount)


def _of_one_file(
    asked: Sequence[Asked], elsewhere: Mapping[str, object], names: Mapping[str, str]
) -> dict[str, list[dict[str, object]]]:
    """Spellings of one SKU that is new: the one on most lines is what the others may be."""
    alike: dict[str, list[Asked]] = defaultdict(list)
    for one in asked:
        if one.sku not in elsewhere and one.sku not in names and (key := skus.key(one.sku)):
            alike[key].append(one)
    found: dict[str, list[dict[str, object]]] = {}
    for several in alike.values():
        first, *others = sorted(several, key=lambda one: (-one.lines, one.line, one.sku))
        for one in others:
            same = skus.loose(one.sku) == skus.loose(first.sku)
            why = "only capitals, blanks or dashes differ" if same else "only zeros in front differ"
            found[one.sku] = [_told(first.sku, first.name, 0.98 if same else 0.92, f"{why}; both are in this file")]
    return found


def _told(sku: str, name: str, score: float, why: str) -> dict[str, object]:
    return {"value": sku, "label": f"{sku} · {name}" if name else sku, "score": score, "why": why}


def _still(answer: str | None, offered: Sequence[Mapping[str, object]]) -> str | None:
    """An answer holds as long as what it names is still offered."""
    return answer if answer == "" or answer in {one["value"] for one in offered} else None


def _meant(answers: Mapping[str, str | None], sku: str) -> str | None:
    """Of two spellings in one file the one may itself have been said to be a product."""
    answer = answers.get(sku)
    return (answers.get(answer) or answer) if answer else answer
