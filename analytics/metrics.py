"""One definition of each metric: its name, its formula in a sentence, its SQL, and the list that opens its rows.

The SQL runs as the person who asks: row security alone says over which orders. Screens, files and the home ask here.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.http import QueryDict
from django.urls import reverse

from accounts.models import User
from ops.access.scopes import scopes_of
from ops.boards import BOARDS
from ops.boards.ask import Ask
from ops.boards.read import capped
from ops.lifecycle import life

SELLS = frozenset({"sales_all", "sales_read", "sales_own"})
COSTS = frozenset({"costs_all", "costs_read"})
QUOTED = frozenset({"quotes_all", "quotes_read", "quotes_own"})
SEES_EVERYONE = frozenset({"orders_all", "orders_read"})
_SELLS_EVERYONE = frozenset({"sales_all", "sales_read"})
_COSTED = "c.production_cost + c.shipping_cost + c.marketing_cost > 0"
_COSTING = " left join orders_ordercosting c on c.order_id = o.id"


@dataclass(frozen=True, eq=False)
class Over:
    """The rows that metrics are taken over: a table `o`, the day by which they count, and the list that shows them.

    `sums` are what a day's rows add up to, and all that a metric knows of them. Where ops.day_figures has them too, for
    every order, `rolled` names the one that counts rows. `period` is the list's filter by that day.
    """

    key: str
    rows: str
    where: str
    day: str
    page: str
    board: str
    period: str
    sums: Mapping[str, str]
    rolled: str = ""


ORDERS = Over(
    "orders", "orders_order o left join orders_ordersale s on s.order_id = o.id", "o.cancelled_at is null",
    "o.placed_on", "orders:order_list", "orders", "placed",
    {
        "orders": "count(*)",
        "revenue": "sum(s.order_amount)",
        "profit": f"sum(c.profit) filter (where {_COSTED})",
        "costed": f"sum(c.order_amount) filter (where {_COSTED})",
    }, rolled="orders",
)  # fmt: skip
_DELIVERED = "o.stage in (select t.key from ops_stage t where t.noun = 'order' and t.category = 'done')"
_OVER = "ops.shop_day(ops.now())"
PROMISED = Over(
    "promised", "orders_order o", f"o.cancelled_at is null and o.promise_on < {_OVER}", "o.promise_on",
    "orders:order_list", "orders", "promised",
    {
        "promised": "count(*)",
        "on_time": f"count(*) filter (where {_DELIVERED} and ops.shop_day(o.stage_since) <= o.promise_on)",
    }, rolled="promised",
)  # fmt: skip
# As orders.quotes: Quote.objects.decided().
QUOTES = Over(
    "quotes", "quotes_quote o",
    "o.first_sent_at is not null and o.stage in"
    " (select t.key from ops_stage t where t.noun = 'quote' and t.category = 'done')",
    "o.quoted_on", "quotes:quote_list", "quotes", "quoted",
    {"decided": "count(*)", "accepted": "count(*) filter (where o.stage = 'accepted')"},
)  # fmt: skip


@dataclass(frozen=True)
class Metric:
    """`sql` is an aggregate over the days `f`, made of the sums of `over` that `of` names.

    `list` are the filters of the order list that hold its rows; `total` is the column whose sum there is the figure,
    or 'count'. A ratio has none: its list holds the rows it is taken over.
    """

    key: str
    label: str
    formula: str
    of: tuple[str, ...]
    sql: str
    unit: str
    scopes: frozenset[str]
    list: tuple[tuple[str, str], ...] = (("cancelled", "0"),)
    total: str = ""
    over: Over = ORDERS


METRICS = {
    metric.key: metric
    for metric in (
        Metric(
            "revenue", "Revenue",
            "The amounts of orders that are not cancelled, in shop currency, by the business day they were placed.",
            ("revenue",), "coalesce(sum(f.revenue), 0)", "money", SELLS, total="amount",
        ),
        Metric(
            "orders", "Orders", "Orders that are not cancelled, by the business day they were placed.",
            ("orders",), "coalesce(sum(f.orders), 0)::bigint", "count", SELLS, total="count",
        ),
        Metric(
            "average", "Average order", "Revenue divided by orders.",
            ("revenue", "orders"), "sum(f.revenue) / nullif(sum(f.orders), 0)", "money", SELLS,
        ),
        Metric(
            "conversion", "Conversion",
            "Quotes accepted of those decided (accepted, lost or expired), by the day they were written; open ones do"
            " not count.",
            ("decided", "accepted"), "100.0 * sum(f.accepted) / nullif(sum(f.decided), 0)", "percent", QUOTED,
            list=(("decided", "1"),), over=QUOTES,
        ),
        Metric(
            "on_time", "On time",
            "Of the orders promised for these days, as far as they are over: how many were delivered by then.",
            ("promised", "on_time"), "100.0 * sum(f.on_time) / nullif(sum(f.promised), 0)", "percent", SELLS,
            list=(("cancelled", "0"), ("ended", "1")), over=PROMISED,
        ),
        Metric(
            "profit", "Profit", "Of orders with costs: the amount less production, shipping and marketing.",
            ("profit",), "coalesce(sum(f.profit), 0)", "money", COSTS,
            list=(("cancelled", "0"), ("costed", "1")), total="profit",
        ),
        Metric(
            "margin", "Margin", "Profit divided by the amounts of the same orders, those with costs.",
            ("profit", "costed"), "100 * sum(f.profit) / nullif(sum(f.costed), 0)", "percent", COSTS,
            list=(("cancelled", "0"), ("costed", "1")),
        ),
    )
}  # fmt: skip

# What a target may be set for, of what is measured here.
TARGETED = ("revenue", "orders", "conversion")
Figures = Mapping[str, Decimal | int | None]


def open_to(user: User) -> list[Metric]:
    """The metrics whose rows and amounts this person may see."""
    held = scopes_of(user)
    return [metric for metric in METRICS.values() if not metric.scopes.isdisjoint(held)]


def own_only(user: User) -> int | None:
    """Whoever does not see everyone's orders is measured by their own, not by those that colleagues share."""
    return user.pk if scopes_of(user).isdisjoint(SEES_EVERYONE) else None


def measured(
    user: User, metrics: Iterable[Metric], first: date, last: date, *, by: Sequence[str] = (), agent: int | None = None
) -> Mapping[tuple[Any, ...], Figures]:
    """The figures of these days, both included, by `by` ('agent', 'month', 'day'): under the person's rights.

    A query for each kind of row that is asked of. `agent` narrows to one person's rows; it never widens what the
    policies let through.
    """
    held = scopes_of(user)
    asked = [metric for metric in metrics if not metric.scopes.isdisjoint(held)]
    whose = own_only(user) or agent
    # Everybody's orders with their amounts: what the roll-up of days is made of.
    whole = (
        not whose and "agent" not in by and not held.isdisjoint(SEES_EVERYONE) and not held.isdisjoint(_SELLS_EVERYONE)
    )
    found: dict[tuple[Any, ...], dict[str, Decimal | int | None]] = {} if by else {(): {}}
    for over in dict.fromkeys(metric.over for metric in asked):
        these = [metric for metric in asked if metric.over is over]
        for row in _rows(these, over, first, last, by, whose, rolled=whole and over.rolled != ""):
            figures = zip((metric.key for metric in these), row[len(by) :], strict=True)
            found.setdefault(row[: len(by)], {}).update(figures)
    return found


_KEYS = {"agent": "f.agent_id", "month": "date_trunc('month', f.day)::date", "day": "f.day"}
# Days that the roll-up has are read from it, the others counted; one statement sees both at one moment.
_ROLLED = "with rolled as materialized (select * from ops.day_figures(%s, %s)), "
_NOT_ROLLED = (
    " and {day} = any (array(select d::date from generate_series(%s::date, %s::date, interval '1 day') d"
    " except select r.day from rolled r))"
)


def _rows(
    metrics: Sequence[Metric],
    over: Over,
    first: date,
    last: date,
    by: Sequence[str],
    agent: int | None,
    *,
    rolled: bool,
) -> list[tuple[Any, ...]]:
    sums = list(dict.fromkeys(name for metric in metrics for name in metric.of))
    costs = _COSTING if any(metric.scopes == COSTS for metric in metrics) else ""
    parts = [
        f"{over.day} as day",
        *(["o.agent_id"] if "agent" in by else []),
        *(f"{over.sums[s]} as {s}" for s in sums),
    ]
    live = (
        f"select {', '.join(parts)} from {over.rows}{costs} where {over.where} and {over.day} between %s and %s"
        + (" and o.agent_id = %s" if agent else "")
        + (_NOT_ROLLED.format(day=over.day) if rolled else "")
        + f" group by {over.day}{', o.agent_id' if 'agent' in by else ''}"
    )
    days: list[Any] = [first, last]
    params = [*days, *([agent] if agent else []), *(days if rolled else [])]
    sql = "with "
    if rolled:
        until = f" and r.day < {_OVER}" if over is PROMISED else ""
        live += f" union all select r.day, {', '.join(f'r.{name}' for name in sums)} from rolled r"
        live += f" where r.{over.rolled} > 0{until}"
        sql, params = _ROLLED, [*days, *params]
    keys = [_KEYS[one] for one in by]
    sql += f"f as ({live}) select {', '.join([*keys, *(metric.sql for metric in metrics)])} from f"
    with connection.cursor() as cursor:
        cursor.execute(sql + (f" group by {', '.join(keys)}" if keys else ""), params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def rows_url(user: User, metric: Metric, first: date, last: date, agent: int | None = None) -> str:
    """The list with exactly the rows that the figure is taken over."""
    over = metric.over
    whose: list[tuple[str, str]] = []
    if own_only(user):
        whose = [("mine" if over is QUOTES else "sold_by_me", "1")]
    elif agent:
        whose = [("agent", str(agent))]
    days = [(f"{over.period}_from", first.isoformat()), (f"{over.period}_to", last.isoformat())]
    return f"{reverse(over.page)}?{urlencode([*whose, *days, *metric.list])}"


@dataclass(frozen=True)
class Standing:
    """How many orders stand somewhere right now. Its SQL is the list it opens: the count and the rows are one query."""

    key: str
    label: str
    formula: str
    list: Callable[[], list[tuple[str, str]]]
    scopes: frozenset[str] = frozenset()


def _in(*categories: str) -> list[tuple[str, str]]:
    here = life("order")
    stages = [stage.key for stage in here.stages if stage.category in categories]
    return [*(("stage", key) for key in stages), ("cancelled", "0")]


_UNDONE = ("open", "working", "ready", "moving")
STANDING = {
    one.key: one
    for one in (
        Standing("open", "Open orders", "Orders that are neither delivered nor cancelled.", lambda: _in(*_UNDONE)),
        Standing(
            "overdue", "Overdue",
            "Past the promised day, or longer in a stage than the shop allows; held orders do not count.",
            lambda: [("late", "1")],
        ),
        Standing(
            "week", "Promised this week", "Open orders promised for today or the seven days after it.",
            lambda: [*_in(*_UNDONE), ("due", "week")],
        ),
        Standing(
            "held", "On hold", "Open orders that somebody has put on hold.", lambda: [*_in(*_UNDONE), ("held", "1")]
        ),
        Standing(
            "today", "To make today", "Orders in production that are promised for today.",
            lambda: [*_in("working"), ("due", "today")],
        ),
        Standing("making", "In production", "Orders that are being made.", lambda: _in("working")),
        Standing("ready", "Ready to ship", "Orders that are made and have not left.", lambda: _in("ready")),
        Standing(
            "uncosted", "Without costs", "Orders, not cancelled, whose three costs are all zero.",
            lambda: [("cancelled", "0"), ("costed", "0")], COSTS,
        ),
    )
}  # fmt: skip


def standing(user: User, asked: Iterable[Standing]) -> dict[str, tuple[int, str]]:
    """How many each has, counted up to the most that lists count, and its rows' address; one round trip for all."""
    held = scopes_of(user)
    asks, urls = {}, {}
    for one in asked:
        if one.scopes and one.scopes.isdisjoint(held):
            continue
        query = urlencode(one.list())
        asks[one.key] = Ask.read(BOARDS["orders"], user, QueryDict(query)).parts
        urls[one.key] = f"{reverse('orders:order_list')}?{query}"
    return {key: (count, urls[key]) for key, count in capped(asks).items()}
