"""Three questions that used to take half an hour, each one page (A62): reads under the reader's own rights.

Profit by category shares an order's costs over its lines by their net value, so that the categories add up to the
order exactly (M8). A repeat customer has counted orders on two business days at least (M10). What is owed is what
customers have ordered and not yet received: payments are not kept here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.urls import reverse

from accounts.models import User
from analytics.metrics import COSTS, SELLS, own_only
from catalog.models import Category
from ops import clock
from ops.access.scopes import scopes_of
from ops.lifecycle import life

BUYERS = frozenset({"customers_all", "customers_own"})
_MOST = 25


@dataclass(frozen=True)
class Question:
    """`needs`: one scope of each set opens it. `says` is the definition, in a sentence or two."""

    key: str
    label: str
    icon: str
    says: str
    needs: tuple[frozenset[str], ...]
    by_period: bool = True

    @property
    def url(self) -> str:
        return reverse(f"analytics:{self.key}")

    def opens_to(self, held: frozenset[str]) -> bool:
        return all(not scopes.isdisjoint(held) for scopes in self.needs)


QUESTIONS = {
    one.key: one
    for one in (
        Question(
            "profit", "Profit by category", icon="coins",
            says="Of orders that are not cancelled and have costs, by the day they were placed. An order's costs are"
            " shared over its lines by what each sells for, so the categories add up to the profit of the report.",
            needs=(COSTS, SELLS),
        ),
        Question(
            "repeat", "Repeat customers", icon="users",
            says="Customers with orders on at least two days, cancelled ones not counted, among all who ever ordered;"
            " and what of these months' revenue is theirs.",
            needs=(SELLS, BUYERS),
        ),
        Question(
            "owed", "What’s owed", icon="hourglass",
            says="What customers have ordered and not yet received: open orders and their amounts, by the day promised."
            " Payments are not kept here.",
            needs=(SELLS,), by_period=False,
        ),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """One figure; `unit` says how it reads, `url` opens the rows it is taken over."""

    value: Decimal | int | str | date | None
    unit: str = "count"
    url: str = ""


@dataclass(frozen=True)
class Answer:
    """`figures` stand above the table. The last row is the sum where `summed`."""

    heads: Sequence[str]
    rows: list[list[Cell]]
    figures: list[tuple[str, Cell]] = field(default_factory=list)
    summed: bool = True
    more: Cell | None = None  # how many there are in all, where the table shows only the first


def questions_for(user: User) -> list[Question]:
    held = scopes_of(user)
    return [one for one in QUESTIONS.values() if one.opens_to(held)]


def answer(key: str, user: User, first: date, last: date) -> Answer:
    return {"profit": _profit, "repeat": _repeat, "owed": _owed}[key](user, first, last)


def _fetched(sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _listed(user: User, *pairs: tuple[str, str]) -> str:
    """The order list; of whoever does not see everyone's orders, only those they sell."""
    own = [("sold_by_me", "1")] if own_only(user) else []
    return f"{reverse('orders:order_list')}?{urlencode([*own, *pairs])}"


def _number(cell: Cell) -> Decimal:
    return Decimal(cell.value) if isinstance(cell.value, Decimal | int) else Decimal(0)


def _own(user: User, alias: str = "o") -> tuple[str, list[int]]:
    own = own_only(user)
    return (f" and {alias}.agent_id = %s", [own]) if own else ("", [])


# --- profit by category -------------------------------------------------------------------------------------------

# Shares are differences of rounded running sums: whatever is rounded, they add up to the order.
_PROFIT = """
with counted as (
  select o.id, c.order_amount, c.profit from orders_order o join orders_ordercosting c on c.order_id = o.id
   where o.cancelled_at is null and o.placed_on between %s and %s
     and c.production_cost + c.shipping_cost + c.marketing_cost > 0{own}),
weighed as (
  select n.id, n.order_amount, n.profit, coalesce(l.category, '') as category, l.position,
         case when sum(p.total) over w > 0 then p.total else 1 end as weight
    from counted n left join orders_orderline l on l.order_id = n.id
    left join orders_orderlineprice p on p.line_id = l.id
  window w as (partition by n.id)),
run as (
  select *, sum(weight) over (partition by id order by position) as upto, sum(weight) over (partition by id) as whole
    from weighed),
shared as (
  select id, category,
         round(order_amount * upto / whole, 4) - round(order_amount * (upto - weight) / whole, 4) as amount,
         round(profit * upto / whole, 4) - round(profit * (upto - weight) / whole, 4) as profit from run)
select category, count(distinct id), sum(amount), sum(profit) from shared group by rollup (category)
 order by grouping(category), sum(profit) desc nulls last, category
"""


def _profit(user: User, first: date, last: date) -> Answer:
    own, params = _own(user)
    days = (("cancelled", "0"), ("costed", "1"), ("placed_from", first.isoformat()), ("placed_to", last.isoformat()))
    known = {"", *Category.objects.values_list("name", flat=True)}
    rows = []
    found = _fetched(_PROFIT.format(own=own), [first, last, *params])
    for place, (category, orders, amount, profit) in enumerate(found):
        whole = place == len(found) - 1
        url = _listed(user, *days, *(() if whole else (("category", category or "-"),)))
        rows.append([
            Cell("Together" if whole else category or "Without category", "text"),
            Cell(orders, url=url if whole or category in known else ""), Cell(amount or Decimal(0), "money"),
            Cell(profit or Decimal(0), "money", _listed(user, *days) if whole else ""),
            Cell(100 * profit / amount if amount else None, "percent"),
        ])  # fmt: skip
    best = max(rows[:-1], key=lambda row: _number(row[3]), default=None)
    figures = [("Profit", rows[-1][3]), ("Margin", rows[-1][4])]
    if best:
        figures.append(("Earns most", best[0]))
    return Answer(("Category", "Orders", "Revenue", "Profit", "Margin"), rows, figures)


# --- repeat customers ---------------------------------------------------------------------------------------------

_REPEAT = """
with ever as (
  select o.customer_id, count(*) as orders, count(distinct o.placed_on) as days, max(o.placed_on) as last_on,
         coalesce(sum(s.order_amount), 0) as spent,
         coalesce(sum(s.order_amount) filter (where o.placed_on between %s and %s), 0) as lately
    from orders_order o left join orders_ordersale s on s.order_id = o.id
   where o.cancelled_at is null{own} group by 1)
select e.customer_id, c.name, e.orders, e.spent, e.last_on, count(*) over () as repeats,
       sum(e.lately) over () as theirs,
       (select count(*) from ever) as everybody, (select coalesce(sum(lately), 0) from ever) as revenue
  from ever e left join customers_customer c on c.id = e.customer_id
 where e.days > 1 order by e.spent desc, e.customer_id limit %s
"""


def _repeat(user: User, first: date, last: date) -> Answer:
    own, params = _own(user)
    found = _fetched(_REPEAT.format(own=own), [first, last, *params, _MOST])
    rows = [
        [
            Cell(name or "A colleague’s", "text", reverse("customers:customer_detail", args=[pk]) if name else ""),
            Cell(orders, url=_listed(user, ("customer", str(pk)), ("cancelled", "0"))),
            Cell(spent, "money"), Cell(last_on, "day"),
        ]
        for pk, name, orders, spent, last_on, *_ in found
    ]  # fmt: skip
    figures: list[tuple[str, Cell]] = []
    if found:
        repeats, theirs, everybody, revenue = found[0][5:]
        figures = [
            ("Ordered again", Cell(repeats, url="" if own else f"{reverse('customers:customer_list')}?repeat=1")),
            ("Of all who ordered", Cell(Decimal(100 * repeats) / everybody, "percent")),
            ("Their part of the revenue", Cell(100 * theirs / revenue if revenue else None, "percent")),
        ]
    more = figures[0][1] if figures and repeats > len(rows) else None
    return Answer(("Customer", "Orders", "Spent", "Last order"), rows, figures, summed=False, more=more)


# --- what is owed -------------------------------------------------------------------------------------------------

_OWED = """
select case when o.promise_on is null then 3 when o.promise_on < %s then 0 when o.promise_on <= %s then 1
            else 2 end as due,
       count(*), coalesce(sum(o.pieces), 0), coalesce(sum(s.order_amount), 0)
  from orders_order o left join orders_ordersale s on s.order_id = o.id
 where o.cancelled_at is null and o.stage = any(%s){own} group by 1 order by 1
"""


def _owed(user: User, first: date, last: date) -> Answer:
    own, params = _own(user)
    today = clock.today()
    week = today + timedelta(days=7)
    stages = [stage.key for stage in life("order").stages if stage.category != "done"]
    undone = [*(("stage", key) for key in stages), ("cancelled", "0")]
    found = {due: rest for due, *rest in _fetched(_OWED.format(own=own), [today, week, stages, *params])}
    kinds: tuple[tuple[str, list[tuple[str, str]]], ...] = (
        ("Late", [("promised_to", (today - timedelta(days=1)).isoformat())]),
        ("In the next 7 days", [("promised_from", today.isoformat()), ("promised_to", week.isoformat())]),
        ("Later", [("promised_from", (week + timedelta(days=1)).isoformat())]),
        ("Without a day", []),
    )
    rows = []
    for due, (label, days) in enumerate(kinds):
        orders, pieces, amount = found.get(due, (0, Decimal(0), Decimal(0)))
        if due < 3 or orders:
            url = _listed(user, *undone, *days) if due < 3 else ""
            rows.append([Cell(label, "text"), Cell(orders, url=url), Cell(pieces), Cell(amount, "money", url)])
    sums = [sum((_number(row[at]) for row in rows), Decimal(0)) for at in (1, 2, 3)]
    url = _listed(user, *undone)
    rows.append([Cell("Together", "text"), Cell(int(sums[0]), url=url), Cell(sums[1]), Cell(sums[2], "money", url)])
    figures = [("Owed to customers", rows[-1][3]), ("Of it late", rows[0][3]), ("Orders", rows[-1][1])]
    return Answer(("", "Orders", "Pieces", "Amount"), rows, figures)
