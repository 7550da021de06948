"""A file from its bytes to what the shop holds, by the verbs that the pages call; and what a person said on the way."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection, transaction
from django.db.models import Count, Sum

from ops.imports.applying import apply
from ops.imports.checking import check
from ops.imports.deciding import answer, hold_for_all, name_columns, read_as, receive, say_rate
from ops.imports.kept import Brought
from ops.imports.models import ImportBatch
from orders.models import Order, OrderCosting, OrderLine, OrderLinePrice, OrderSale
from tests.database import CHECKOUT, owner_url

DATA = CHECKOUT.parent / "shared" / "data"
WHY_NOT = f"the files of others are not at {DATA}"


@dataclass(frozen=True)
class Said:
    """What a person says about a load. `columns` are names of the file's columns; nothing said is nothing asked for."""

    noun: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)
    rates: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)  # kind of question to the key of its answer


NOTHING = Said()


def bring(by: Any, *files: Path | tuple[str, bytes]) -> ImportBatch:
    """Received and looked into: the guesses stand in the batch."""
    brought = [
        Brought(file[0], BytesIO(file[1])) if isinstance(file, tuple) else Brought(file.name, file.open("rb"))
        for file in files
    ]
    with transaction.atomic():
        return receive(brought, by=by)


def checked(batch: ImportBatch, said: Said = NOTHING) -> ImportBatch:
    """Decided as `said`, asked, answered and checked. A question that nobody answers is left open."""
    if said.noun and batch.noun != said.noun:
        batch = read_as(batch, noun=said.noun)
    if said.columns or (said.fixed and not batch.preset):
        places = {name: at for at, name in reversed(list(enumerate(batch.header)))}
        mapping = {key: at for key, at in batch.mapping.items() if key not in said.fixed}
        given = {key: places[name] for key, name in said.columns.items() if name}
        mapping = {k: at for k, at in mapping.items() if at not in given.values() and k not in said.columns} | given
        batch = name_columns(batch, mapping, fixed=said.fixed)
    elif said.fixed:
        batch = hold_for_all(batch, said.fixed)
    for currency, rate in said.rates.items():
        batch = say_rate(batch, currency, rate)
    with transaction.atomic():
        batch = check(ImportBatch.objects.get(pk=batch.pk))
    while batch.questions and batch.questions[0]["kind"] in said.answers:
        batch = answer(batch, 0, said.answers[batch.questions[0]["kind"]])
        if not batch.questions:
            with transaction.atomic():
                batch = check(ImportBatch.objects.get(pk=batch.pk))
    return batch


def loaded(batch: ImportBatch, by: Any, *, leave_out: bool = False) -> ImportBatch:
    with transaction.atomic():
        return apply(batch, by=by, leave_out=leave_out)


def sums() -> dict[str, Any]:
    """What the shop holds, where one load is all it has: orders, lines, pieces, amount as sold, profit here."""
    counted = OrderLine.objects.aggregate(n=Count("pk"), pieces=Sum("quantity"))
    return {
        "orders": Order.objects.count(), "lines": counted["n"], "pieces": counted["pieces"],
        "amount": OrderSale.objects.aggregate(s=Sum("amount"))["s"],
        "by_line": OrderLinePrice.objects.aggregate(s=Sum("total"))["s"],
        "profit": OrderCosting.objects.aggregate(s=Sum("profit"))["s"],
        "customers": Order.objects.aggregate(n=Count("customer", distinct=True))["n"],
    }  # fmt: skip


def kinds(batch: ImportBatch) -> dict[tuple[str, str], int]:
    return {(kind["kind"], kind["column"]): kind["count"] for kind in batch.counts.get("kinds", ())}


def money(text: Any) -> Decimal:
    return Decimal(str(text))


def named(batch: ImportBatch, keys: Iterable[str] = ()) -> dict[str, str]:
    """Which column of the file each of the noun's is."""
    wanted = set(keys) or batch.mapping.keys()
    return {key: batch.header[at] for key, at in batch.mapping.items() if key in wanted}


def written_before_a_restore(batch: ImportBatch, thing: Any) -> None:
    """Its history has the very transaction number of the load, from before the database was restored."""
    kept = thing.history.model._meta.db_table
    with psycopg.connect(owner_url(connection.settings_dict["NAME"]), autocommit=True) as owner:
        owner.execute(f"alter table {kept} disable trigger user")
        owner.execute(
            f"update {kept} set history_txid = %s, history_date = history_date - interval '30 days' where id = %s",
            [batch.applied_txid, thing.pk],
        )
        owner.execute(f"alter table {kept} enable trigger user")
