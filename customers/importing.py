"""Customers from files: who is known already, who is new, and who may be somebody known; a person says which.

Known is who has the source's id, or whose phone or e-mail the row has. Likeness alone never decides: it asks.
"""

from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import Max, Q
from django.urls import reverse

from customers.duplicates import POSSIBLE, SUGGESTED, Pair, Person, pairs_with
from customers.imports import COLUMNS, EITHER, presets
from customers.models import Customer
from ops.db.texts import sql_of
from ops.imports import staging
from ops.imports.models import ImportBatch, ImportMatch
from ops.imports.nouns import Noun
from ops.imports.simple import SimpleLoader

KIND = "customer"
_SQL = Path(__file__).resolve().parent / "sql"
_MOST = 3  # of those who are known are offered for one row
_POSSIBLE = 200  # rows at most are offered somebody who is only possible

# A row's name, and what names it in a file: its id, else its e-mail, its phone, its name and city.
_CALLED = "coalesce({0}.name, nullif(concat_ws(' ', {0}.given_name, {0}.surname), ''))"
_KEY = (
    "left(coalesce({0}.external_id, lower({0}.email), {0}.phone, lower(" + _CALLED + ") || ', ' ||"
    " lower(coalesce({0}.city, ''))), 300)"
)
_MADE_KEY = "left(coalesce(nullif(external_id, ''), lower(email), phone, lower(name) || ', ' || lower(city)), 300)"
# Halves of a name that is here, and the name where a file says one or both otherwise: what it leaves blank stays.
_FIRST_WORDS = r"nullif(regexp_replace(btrim({0}.name), '\s*\S+$', ''), '')"
_LAST_WORD = r"substring(btrim({0}.name) from '\S+$')"
_RENAMED = (
    f"concat_ws(' ', coalesce(r.given_name, {_FIRST_WORDS.format('c')}),"
    f" coalesce(r.surname, case when {_FIRST_WORDS.format('c')} is not null then {_LAST_WORD.format('c')} end))"
)
# The id that the source gives is nobody else's here.
_FREE = (
    "not exists (select 1 from customers_customer o where o.source = %(source)s and o.external_id = r.external_id"
    " and o.external_id <> '')"
)


# --- who may be somebody known ----------------------------------------------------------------------------------


def find_likely(batch: ImportBatch) -> None:
    """Ask about new rows that are like a customer: what is sure enough to be suggested waits for an answer, what is
    only possible is offered and taken as new. While it is applied only if somebody changed a customer meanwhile."""
    newest = Customer.history.aggregate(newest=Max("history_id"))["newest"]
    if batch.state == ImportBatch.State.CHECKED and batch.settings.get("compared") == newest:
        return
    batch.settings["compared"] = newest
    fresh, lines = _fresh(batch)
    found: dict[str, list[Pair]] = {}
    if fresh:
        for pair in pairs_with(list(fresh.values()), _everybody(), at_least=POSSIBLE):
            mine = found.setdefault(pair.one, [])
            mine += [pair] if len(mine) < _MOST else []
    possible = [key for key, likely in found.items() if likely[0].score < SUGGESTED]
    for key in possible[_POSSIBLE:]:  # the surest come first
        del found[key]
    matches = ImportMatch.objects.filter(batch=batch, kind=KIND)
    matches.filter(Q(answer=None) | Q(answer="")).exclude(key__in=found).delete()

    named = Customer.objects.in_bulk({int(pair.other) for likely in found.values() for pair in likely})
    ImportMatch.objects.bulk_create(
        [
            ImportMatch(
                batch=batch, kind=KIND, key=key, name=f"{fresh[key].given} {fresh[key].surname}".strip()[:300],
                line=lines[key], answer=None if likely[0].score >= SUGGESTED else "",
                likely=[_offered(pair, named[int(pair.other)]) for pair in likely if int(pair.other) in named],
            )
            for key, likely in found.items()
        ],
        update_conflicts=True, unique_fields=["batch", "kind", "key"], update_fields=["name", "line", "likely"],
    )  # fmt: skip


def _offered(pair: Pair, customer: Customer) -> dict[str, Any]:
    label = ", ".join(filter(None, (customer.name, customer.city, customer.phone, customer.email)))
    return {"value": pair.other, "label": label, "score": pair.score, "why": pair.sentence}


def _fresh(batch: ImportBatch) -> tuple[dict[str, Person], dict[str, int]]:
    """The new rows of a load by their keys, and their lines."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"with rows as ({staging.typed_rows(COLUMNS)}) select i.key, i.first_line, r.name, r.given_name, r.surname,"
            " r.address, r.city, r.phone, r.email from ops_importitem i join rows r on r.line = i.first_line"
            " where i.batch_id = %(batch)s and i.verdict = 'new'", {"batch": batch.pk},
        )  # fmt: skip
        rows = cursor.fetchall()
    return {key: _person(key, *said) for key, _, *said in rows}, {key: line for key, line, *_ in rows}


def _everybody() -> list[Person]:
    """Everybody the shop knows, with the first of their phones and e-mails."""
    rows = Customer.objects.filter(merged_into=None).order_by("pk")
    said = rows.values_list("pk", "name", "address", "city", "phone", "email")
    return [_person(str(pk), name, None, None, *rest) for pk, name, *rest in said]


def _person(
    key: str, name: str | None, given: str | None, surname: str | None, street: str | None, city: str | None,
    phone: str | None, email: str | None,
) -> Person:  # fmt: skip
    if not given and not surname:
        given, _, surname = (name or "").strip().rpartition(" ")
    return Person(
        key, given=given or "", surname=surname or "", street=street or "", city=city or "", phone=phone or "",
        email=email or "",
    )  # fmt: skip


# --- the noun ---------------------------------------------------------------------------------------------------


LOADER = SimpleLoader(
    folder=_SQL, columns=COLUMNS, existing="import_existing.sql", new=("import_new.sql",),
    changed=("import_contacts.sql", "import_changed.sql"), refuse="import_refuse.sql", key=_KEY.format("r"),
    still=frozenset({"external_id"}), near=find_likely,
    words={
        "{knowing}": sql_of(_SQL / "import_known.sql").replace("{called}", _CALLED.format("r")),
        "{first_words}": _FIRST_WORDS.format("x"), "{last_word}": _LAST_WORD.format("x"), "{renamed}": _RENAMED,
        "{called}": _CALLED.format("r"), "{made_key}": _MADE_KEY, "{free}": _FREE,
    },
)  # fmt: skip


def _page(batch: ImportBatch) -> str:
    return reverse("customers:customer_list")


NOUN = Noun(
    KIND, "customer", "customers", COLUMNS, LOADER, ("customers_all",), "customers.imported", _page, either=EITHER,
    presets=presets, position=20,
)  # fmt: skip
