"""What the report and the home show of a month: figures, targets and the pace they are going at."""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal

from accounts.models import User
from analytics.metrics import (
    METRICS,
    SEES_EVERYONE,
    TARGETED,
    Figures,
    Metric,
    measured,
    open_to,
    own_only,
    rows_url,
)
from analytics.models import Target
from ops import clock
from ops.access.scopes import scopes_of
from ops.shop import working_days_between
from orders.models import Order

MONTHS_SHOWN = 12


def last_of(month: date) -> date:
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def month_before(month: date, count: int = 1) -> date:
    for _ in range(count):
        month = (month - timedelta(days=1)).replace(day=1)
    return month


@dataclass(frozen=True)
class Cell:
    """One figure with its definition and the address of its rows."""

    metric: Metric
    value: Decimal | int | None
    url: str


@dataclass(frozen=True)
class Pace:
    """Where a figure lands at the rate of the days gone by; `reached` and `share` are percentages of the target."""

    so_far: Decimal
    target: Decimal | None
    lands_at: Decimal | None
    reached: Decimal | None
    share: Decimal | None

    @property
    def behind(self) -> bool:
        return self.share is not None and self.share < 100


def worked(month: date, until: date) -> Decimal:
    """The working days of a month up to and with a day of it."""
    return working_days_between(month - timedelta(days=1), until)


def share_words(share: Decimal) -> str:
    """Whole percent, but what is not there yet never reads as if it were: 99.8 %, and not 100 %."""
    near = Decimal(99) < share < 100
    return f"{share.quantize(Decimal('0.1'), ROUND_DOWN)} %" if near else f"{share:.0f} %"


def pace(so_far: Decimal, target: Decimal | None, month: date, today: date, *, grows: bool = True) -> Pace:
    """By working days, a half day as half, today included; a month that is over has landed, one to come lands nowhere
    yet, nor one on whose first working day the shop still waits.

    A rate does not grow with the days: it lands where it is.
    """
    lands: Decimal | None
    if today < month:
        lands = None
    elif today >= last_of(month) or not grows:
        lands = so_far
    else:
        gone = worked(month, today)
        lands = so_far * worked(month, last_of(month)) / gone if gone else None

    def of_target(value: Decimal | None) -> Decimal | None:
        return None if value is None or not target else 100 * value / target

    return Pace(so_far, target, lands, of_target(so_far), of_target(lands))


@dataclass(frozen=True)
class Line:
    """A person, the shop, or a month in a table of figures."""

    label: str
    url: str
    cells: list[Cell]
    pace: Pace
    month: date | None = None


Targets = Mapping[tuple[int, date, str], Decimal]


def targets_of(user: User, first: date, last: date) -> Targets:
    """Those that row security shows; whoever has no right to any is not led to the table."""
    if scopes_of(user).isdisjoint({"targets_all", "targets_own"}):
        return {}
    rows = Target.objects.filter(month__range=(first, last))
    return {(row.agent_id, row.month, row.metric): row.amount for row in rows}


def target_for(targets: Targets, month: date, metric: str, agent: int | None) -> Decimal | None:
    """One person's target, or for the shop the sum of everybody's; of rates the mean."""
    found = [
        amount
        for (whose, when, what), amount in targets.items()
        if when == month and what == metric and agent in (None, whose)
    ]
    whole = sum(found, Decimal(0)) if found else None
    return whole / len(found) if whole is not None and METRICS[metric].unit == "percent" else whole


class Report:
    """One month for one reader; `who` is the person it is about, or None for all whom the reader sees."""

    def __init__(self, user: User, month: date, who: int | None = None) -> None:
        self.user, self.month = user, month
        self.who = own_only(user) or who
        self.metrics = open_to(user)
        self.today = clock.today()
        self.sees_everyone = not scopes_of(user).isdisjoint(SEES_EVERYONE)
        self.names = dict(User.objects.visible_to(user).values_list("pk", "name"))
        self.targets = targets_of(user, month_before(month, MONTHS_SHOWN - 1), month)

    def _cells(self, figures: Figures, first: date, last: date, agent: int | None) -> list[Cell]:
        return [
            Cell(metric, figures.get(metric.key), rows_url(self.user, metric, first, last, agent))
            for metric in self.metrics
        ]

    def _pace(self, figures: Figures, month: date, agent: int | None) -> Pace:
        so_far = Decimal(figures.get("revenue") or 0)
        return pace(so_far, target_for(self.targets, month, "revenue", agent), month, self.today)

    def people(self) -> list[Line]:
        """Everybody who sold in this month or has a target for it, most revenue first; only for who sees everyone."""
        first, last = self.month, last_of(self.month)
        found = measured(self.user, self.metrics, first, last, by=["agent"])
        by_agent: dict[int, Figures] = {agent: figures for (agent,), figures in found.items()}
        aimed = {whose for whose, when, _ in self.targets if when == self.month}
        everybody = [(agent, by_agent.get(agent, _NONE)) for agent in {*by_agent, *aimed}]
        everybody.sort(key=lambda pair: (-Decimal(pair[1].get("revenue") or 0), self.names.get(pair[0], "")))
        return [
            Line(
                self.names.get(agent, "Somebody who left"),
                f"?month={self.month:%Y-%m}&who={agent}",
                self._cells(figures, first, last, agent),
                self._pace(figures, self.month, agent),
            )
            for agent, figures in everybody
        ]

    def months(self) -> list[Line]:
        """The last twelve months, newest first; those before the first order are left out."""
        start, last = month_before(self.month, MONTHS_SHOWN - 1), last_of(self.month)
        found = measured(self.user, self.metrics, start, last, by=["month"], agent=self.who)
        lines = []
        for back in range(MONTHS_SHOWN):
            month = month_before(self.month, back)
            figures = found.get((month,), _NONE)
            who = f"&who={self.who}" if self.who and self.sees_everyone else ""
            lines.append(
                Line(
                    f"{month:%B %Y}",
                    f"?month={month:%Y-%m}{who}",
                    self._cells(figures, month, last_of(month), self.who),
                    self._pace(figures, month, self.who),
                    month,
                )
            )
        if _is_empty(lines[-1]) and not self._sold_before(start):
            while len(lines) > 1 and _is_empty(lines[-1]):
                lines.pop()
        return lines

    def _sold_before(self, day: date) -> bool:
        """A quiet month of an old shop is no month before its first order."""
        whose = own_only(self.user) or self.who
        rows = Order.objects.visible_to(self.user).filter(cancelled_at=None, placed_on__lt=day)
        return (rows.filter(agent=whose) if whose else rows).exists()

    def days(self) -> list[tuple[date, Decimal]]:
        """Revenue of each day of the month so far."""
        last = min(last_of(self.month), self.today)
        found = measured(self.user, [METRICS["revenue"]], self.month, last, by=["day"], agent=self.who)
        count = max((last - self.month).days + 1, 0)
        every = [self.month + timedelta(days=i) for i in range(count)]
        return [(day, Decimal(found.get((day,), _NONE).get("revenue") or 0)) for day in every]

    def paces(self, figures: Mapping[str, Decimal | int | None]) -> list[tuple[Metric, Pace]]:
        """Every metric that has a target, with where it lands."""
        return [
            (
                METRICS[key],
                pace(
                    Decimal(figures.get(key) or 0),
                    target_for(self.targets, self.month, key, self.who),
                    self.month,
                    self.today,
                    grows=METRICS[key].unit != "percent",
                ),
            )
            for key in TARGETED
            if figures.get(key) is not None
        ]


_NONE: Figures = {"revenue": Decimal(0), "orders": 0, "profit": Decimal(0)}


def _is_empty(line: Line) -> bool:
    return line.pace.target is None and not any(cell.value for cell in line.cells)
