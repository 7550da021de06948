"""The set-based verb of orders: what a checked file would do, and doing it (ruling 32).

Everything is a few statements over the staged rows, in the caller's transaction, under the loader's own rights: row
policies, stage guard, history and totals are the database's, exactly as for one order typed into the form.
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.urls import reverse

from accounts.models import User
from catalog import sku_matches
from ops import clock
from ops.db.security import filled
from ops.db.texts import sql_of
from ops.errors import Refused
from ops.imports import kept, staging
from ops.imports.applying import apply
from ops.imports.checking import check, columns_by_header
from ops.imports.deciding import receive
from ops.imports.kept import Brought
from ops.imports.models import ImportBatch, ImportItem
from ops.imports.nouns import Noun, Report
from ops.imports.presets import find_files
from ops.imports.telling import tell
from ops.imports.understanding import Told
from ops.rates.actions import rates_in_a_word, rates_stay
from orders.import_money import Total, in_sum, rate_notes, told_rates
from orders.import_parts import WHOLE, parts_of, settle_part
from orders.imports import COLUMNS, EITHER, preset, presets

_FOLDER = Path(__file__).resolve().parent / "sql"
_CURRENCY_CELL = str(1 + [column.key for column in COLUMNS].index("currency"))
_KINDS = {
    "differing": ("disagree", ""),
    "sku": ("refused", "Format the column as text and export the file again, or type the number."),
    "currency": ("no_rate", "Check the file again afterwards."),
}
_LABELS = {column.key: column.label for column in COLUMNS}
_TOTAL = "coalesce(round({0}total, 4), round({0}unit_price * {0}quantity * (1 - coalesce({0}discount, 0)), 4))"
_UNIT = (
    "coalesce(round({0}unit_price, 4), round({0}total / ({0}quantity * coalesce(nullif(1 - {0}discount, 0), 1)), 4))"
)
# Said for this load, else the one it was counted at, else the shop's of its day; one that nobody knows is null.
_RATE = (
    "case when s.currency = %(home)s then 1 when %(rates)s::jsonb ->> s.currency = 'table' then t.rate"
    " else coalesce((%(rates)s::jsonb ->> s.currency)::numeric, e.rate, t.rate) end"
)
_OFF = (
    "case when coalesce({0}discount, 0) = 0 and ({0}unit_price is null or {0}total is null) then 0"
    f" else greatest(round({_UNIT} * {{0}}quantity - {_TOTAL}, 4), 0) end"
)
_IN_PART = " and line between %(first)s and %(last)s"
# Who has no id in the file and no e-mail is found again by name and city.
_CUSTOMER = (
    "coalesce(r.customer_id, left(coalesce('mail:' || lower(r.customer_email),"
    " 'name:' || lower(r.customer_name) || '|' || lower(coalesce(r.city, ''))), 120))"
)


def check_orders(
    where: Path, preset_key: str, *, by: User, name: str = "", dates: str = "", decimals: str = "",
    currency: str = "", currencies: Told = "", rate: Decimal | None = None, rates: Mapping[str, str] | None = None,
    progress: staging.Progress | None = None,
) -> ImportBatch:  # fmt: skip
    """Bring a file, or a folder of tables, and say what loading it would do. Raises Refused, saving nothing.

    `rate` is that of `currency`; `rates` are those of several, each a number, or “table” to count again at the shop's.
    """
    NOUN.require(by)
    if currency and not (currency.isalpha() and len(currency) == 3):
        raise Refused("A currency is three letters, like PKR.")
    chosen = preset(preset_key)
    told = told_rates(rates or {}, rate, currency.upper() or chosen.fixed.get("currency", ""))
    main, companions = find_files(where, chosen)
    with ExitStack() as opened:
        files = [(name or main.name, main), *companions.items()]
        brought = [Brought(called, opened.enter_context(path.open("rb"))) for called, path in files]
        batch = receive(brought, by=by, detected=False)
    batch.noun, batch.preset, batch.source = "order", preset_key, chosen.source
    batch.answers = {key: said for key, said in _told(dates, decimals, currencies) if said}
    batch.fixed = {"currency": currency.upper()} if currency else {}
    batch.rates = told
    try:
        return check(batch, progress=progress, ask=False)
    except BaseException:
        kept.drop(batch)
        raise


def _told(dates: str, decimals: str, currencies: Told) -> list[tuple[str, Told]]:
    return [("dates", dates), ("marks", decimals), ("currencies", currencies)]


def import_orders(batch: ImportBatch, *, by: User, leave_out: bool = False) -> ImportBatch:
    """Checked to applied, all of it or nothing; `leave_out` loads what can be loaded and leaves out what is refused.

    Loading what is loaded already changes nothing.
    """
    return apply(batch, by=by, leave_out=leave_out)


class OrderLoader:
    """New, changed, same or refused, order by order; a load is a few statements over its staged rows."""

    row_key = "r.external_id"

    def weigh(self, batch: ImportBatch) -> None:
        batch.settings |= {"currency": batch.settings["fixed"].get("currency", settings.SHOP_CURRENCY)}
        batch.rates = told_rates(batch.rates, None, "")
        _weigh(batch)

    def weigh_again(self, batch: ImportBatch) -> None:
        _weigh_again(batch)

    def apply(self, batch: ImportBatch, by: User, report: Report) -> None:
        said, steps = _parameters(batch, by), _steps(batch, by)
        parts = parts_of(batch, said["number_prefix"]) if "new" in steps else [WHOLE]
        runs = [(name, part) for name in steps for part in (parts if name == "new" else [WHOLE])]
        with connection.cursor() as cursor:
            for done, (name, (first, last)) in enumerate(runs):
                report(done, len(runs))
                statement = _statement(name, with_costs=bool(_priced(batch)))
                cursor.execute(statement, said | {"first": first, "last": last})
                if len(parts) > 1:
                    settle_part()


def differences(batch: ImportBatch, keys: Sequence[str]) -> dict[str, dict[str, tuple[str, str]]]:
    """What the file says otherwise of some changed orders: label to what is here and what it would become."""
    with connection.cursor() as cursor:
        cursor.execute(_statement("differences"), {**_parameters(batch, batch.by), "keys": [*keys]})
        names = [column.name for column in cursor.description]
        found = {row[0]: dict(zip(names[1:], row[1:], strict=True)) for row in cursor.fetchall()}
    return {
        key: {label: (old or "", new or "") for label, (old, new) in said.items() if (old or "") != (new or "")}
        for key, said in found.items()
    }


def _page(batch: ImportBatch) -> str:
    return f"{reverse('orders:order_list')}?batch={batch.pk}"


NOUN = Noun(
    "order", "order", "orders", COLUMNS, OrderLoader(), ("orders_import", "orders_all"), "orders.imported", _page,
    either=EITHER, presets=presets, position=40, by_content=True, differences=differences,
)  # fmt: skip


def _steps(batch: ImportBatch, by: User) -> list[str]:
    steps: list[str] = []
    counts, priced = batch.counts, _priced(batch)
    if not counts["new"] and not counts["changed"]:
        return steps
    if priced and not by.has_scope("costs_all"):
        raise Refused("This file says what orders cost, and your role may not set costs.")
    sku_matches.settle(batch)
    steps += ["customers", "catalogue", "aliases"]
    steps += ["new"] if counts["new"] else []
    steps += ["changed"] if counts["changed"] else []
    return steps + (["costs"] if priced and counts["changed"] else [])


def _priced(batch: ImportBatch) -> set[str]:
    """The columns of the file that say what orders cost."""
    return {"profit", "cost", "shipping_cost"} & set(batch.settings["columns"])


def _first_wins(batch: ImportBatch) -> frozenset[str]:
    """Columns in which the lines of an order may differ: the program's, and those that a person said."""
    chosen = presets().get(batch.preset)
    named = columns_by_header(batch, NOUN)
    said = [part for names in batch.answers.get("first_wins", ()) for part in (names, *names.split(", "))]
    return (chosen.first_wins if chosen else frozenset()) | {named[name].key for name in said if name in named}


# --- checking ---------------------------------------------------------------------------------------------------


def _weigh(batch: ImportBatch) -> None:
    """New, changed, same or refused, order by order, with the reasons."""
    with connection.cursor() as cursor:
        cursor.execute("delete from ops_importitem where batch_id = %s", [batch.pk])
        cursor.execute(_statement("check"), _parameters(batch, batch.by))
        cursor.execute("analyze ops_importitem")
    _judge(batch)
    _ask_skus(batch)
    batch.notes = [*batch.notes, *_notes(batch)]


def _ask_skus(batch: ImportBatch) -> None:
    """SKUs that nobody knows, and that may be a known one spelled otherwise."""
    with connection.cursor() as cursor:
        cursor.execute(_statement("skus"), _parameters(batch, batch.by))
        sku_matches.offer(batch, [sku_matches.Asked(*row) for row in cursor.fetchall()])


def _weigh_again(batch: ImportBatch) -> None:
    """Others work while somebody looks at a check: what it said is brought up to date, under the lock."""
    with connection.cursor() as cursor:
        cursor.execute(_statement("refresh"), _parameters(batch, batch.by))
        moved = cursor.rowcount
        cursor.execute(
            "select id from orders_order where id in (select subject_id from ops_importitem where batch_id = %s"
            " and verdict = 'changed') order by id for no key update", [batch.pk],
        )  # fmt: skip
        foreign = {*batch.counts.get("currencies", ())} - {settings.SHOP_CURRENCY}
        if foreign:  # until the end the rates stay as they are
            rates_stay()
        if moved or cursor.rowcount or (foreign and batch.settings.get("rates") != rates_in_a_word()):
            _judge(batch)


def _judge(batch: ImportBatch) -> None:
    """Refuse what cannot be taken, say why, and count: by rates that were known before, so another one is noticed."""
    batch.settings |= {"rates": rates_in_a_word()}
    with connection.cursor() as cursor:
        cursor.execute(_statement("shortened"), _parameters(batch, batch.by))
        lost = sku_matches.lost([sku for (sku,) in cursor.fetchall()])
        cursor.execute(_statement("refuse", _first_wins(batch)), {**_parameters(batch, batch.by), "lost": lost})
        found = []
        for line, key, value, sentence in cursor.fetchall():
            column = value if key == "differing" else _LABELS.get(key, key)
            kind, todo = _KINDS.get(key, ("refused", ""))
            found.append({"line": line, "column": column, "value": value, "sentence": sentence, "kind": kind,
                          "todo": todo})  # fmt: skip
        tell(batch, found)
        batch.counts |= _counted(cursor, batch)


def _counted(cursor: Any, batch: ImportBatch) -> dict[str, Any]:
    cursor.execute(_statement("totals"), _parameters(batch, batch.by))
    rows = [Total(*row) for row in cursor.fetchall()]
    counts: dict[str, Any] = dict.fromkeys(ImportItem.Verdict.values, 0)
    totals: dict[str, dict[str, Any]] = {}
    for verdict in dict.fromkeys(row.verdict for row in rows):
        of_it = [row for row in rows if row.verdict == verdict]
        counts[verdict] = sum(row.orders for row in of_it)
        totals[verdict] = in_sum(of_it)
    cursor.execute("select count(*) from ops_importrow where batch_id = %s and cells[1] is null", [batch.pk])
    lost = cursor.fetchone()[0]
    currencies = sorted({row.currency for row in rows})
    return {**counts, "lost_lines": lost, "totals": totals, "currencies": currencies}


def _notes(batch: ImportBatch) -> list[str]:
    return rate_notes(batch.counts["currencies"], batch.rates) + _first_lines(batch)


def _first_lines(batch: ImportBatch) -> list[str]:
    """Where the lines of an order differ and the preset says that the first one counts."""
    there = _first_wins(batch) & {*batch.settings["columns"]}
    loose = [(i, column) for i, column in enumerate(COLUMNS, start=1) if column.key in there]
    if not loose:
        return []
    differ = ", ".join(f"min(cells[{i}]) <> max(cells[{i}]) as differ_{i}" for i, _ in loose)
    found = ", ".join(
        f"count(*) filter (where differ_{i}), (array_agg(number order by number) filter (where differ_{i}))[:3]"
        for i, _ in loose
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"select {found} from (select cells[1] as number, {differ} from ops_importrow"
            " where batch_id = %s and cells[1] is not null group by 1) orders",
            [batch.pk],
        )
        row = cursor.fetchone()
    return [
        f"In {count:,} orders the lines differ in {column.label}; the first line counts ({', '.join(numbers)})."
        for (_, column), count, numbers in zip(loose, row[::2], row[1::2], strict=True) if count
    ]  # fmt: skip


# --- statements -------------------------------------------------------------------------------------------------


@cache
def _statement(name: str, first_wins: frozenset[str] = frozenset(), *, with_costs: bool = False) -> str:
    """The text of sql/import_<name>.sql, filled from the columns."""
    verdict = "new" if name == "new" else "changed"
    alias = "n." if name in {"new", "changed"} else "r."
    words = {
        "{heads}": _file("heads"), "{priced}": _file("priced"), "{product}": _file("product"),
        "{told_rate}": _file("told_rate"), "{rate_of}": _file("rate_of"), "{rate}": _RATE,
        "{rows}": staging.typed_rows(COLUMNS) + (_IN_PART if name == "new" else ""),
        "{customer_key}": _CUSTOMER, "{currency_cell}": _CURRENCY_CELL,
        "{costs}": _file("new_costs") if with_costs else "", "{differing}": _differing(first_wins),
        "{verdict}": verdict, "{unit_price}": _UNIT.format(alias), "{discount}": _OFF.format(alias),
        "{sku}": "(%(sku_prefix)s || r.sku)", "{n_sku}": "(%(sku_prefix)s || n.sku)",
        "{list_price}": _UNIT.format("r."),
    }  # fmt: skip
    text = _file(name)
    for word, meaning in words.items():
        text = text.replace(word, meaning)
    head, tail = text, ""
    if name in {"new", "changed"}:  # inside `heads` the rows are r, in the writes n
        head, mark, tail = text.partition("numbered as")
        tail = mark + tail
    return filled(head.replace("{line_total}", _TOTAL.format("")) + tail.replace("{line_total}", _TOTAL.format(alias)))


def _file(name: str) -> str:
    return sql_of(sku_matches.ALIASES_OF_ANSWERS if name == "aliases" else _FOLDER / f"import_{name}.sql")


def _differing(first_wins: frozenset[str]) -> str:
    shared = [column for column in COLUMNS if column.shared and column.key not in first_wins]
    labels = {column.key: column.label.replace("'", "''") for column in shared}
    cases = (f"case when min({key}) <> max({key}) then '{label}' end" for key, label in labels.items())
    return f"concat_ws(', ', {', '.join(cases)})"


def _parameters(batch: ImportBatch, by: User) -> dict[str, Any]:
    said = batch.settings
    options = said["options"]
    return {
        "batch": batch.pk, "by": by.pk, "source": said["source"], "currency": said["currency"],
        "home": settings.SHOP_CURRENCY, "rates": json.dumps(batch.rates), "told": bool(batch.rates),
        "ships": "shipping_cost" in said["columns"],
        "hashed": f"{said['source']} {said['currency']} 1 ",  # no rate: see import_check.sql
        "number_prefix": options.get("number_prefix", ""), "sku_prefix": options.get("sku_prefix", ""),
        "delivered_after": int(options.get("delivered_after_days", 7)), "now": clock.now(),
        "first": WHOLE[0], "last": WHOLE[1],
    }  # fmt: skip
