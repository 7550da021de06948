"""Below the figures of the home: where the work stands, what is late, how revenue goes, each under one's own rights."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import urlencode

from django.conf import settings
from django.http import QueryDict
from django.urls import reverse
from django.utils.safestring import SafeString

from accounts.models import User
from analytics.metrics import METRICS, SELLS, measured, rows_url
from ops import charts, clock
from ops.access.scopes import scopes_of
from ops.boards import BOARDS
from ops.boards.ask import Ask
from ops.boards.lists import Excerpt, excerpt
from ops.boards.read import capped, count_words
from ops.lifecycle import StageRow, life
from ops.templatetags.ops import spell

DAYS = 28
_LATE_SHOWN = 8
_LATE_COLUMNS = ("number", "customer", "summary", "stage", "agent", "assignee", "promise")


@dataclass(frozen=True)
class Standing:
    """How many open orders stand in one stage; `count` stops where lists stop counting."""

    stage: StageRow
    count: int
    said: str
    url: str


def standing_in_stages(user: User) -> list[Standing]:
    """The stages before the last, in their order; one round trip."""
    stages = [stage for stage in life("order").stages if stage.category != "done"]
    queries = {stage.key: urlencode([("stage", stage.key), ("cancelled", "0")]) for stage in stages}
    counts = capped({key: Ask.read(BOARDS["orders"], user, QueryDict(query)).parts for key, query in queries.items()})
    rows = reverse("orders:order_list")
    return [
        Standing(stage, counts[stage.key], count_words(counts[stage.key]), f"{rows}?{queries[stage.key]}")
        for stage in stages
    ]


def late_first(user: User) -> Excerpt:
    """The overdue orders that were promised first."""
    return excerpt(BOARDS["orders"], user, "late=1&sort=promise", most=_LATE_SHOWN, columns=_LATE_COLUMNS)


@dataclass(frozen=True)
class Course:
    """Revenue of the last days beside as many days before; `change` in percent, None where there was none before."""

    total: Decimal
    before: Decimal
    change: Decimal | None
    chart: SafeString
    first: date
    last: date


def course_of(user: User) -> Course | None:
    """None for who knows no amounts."""
    if scopes_of(user).isdisjoint(SELLS):
        return None
    last = clock.today()
    first, before = last - timedelta(days=DAYS - 1), last - timedelta(days=2 * DAYS - 1)
    found = measured(user, [METRICS["revenue"]], before, last, by=["day"])
    by_day = {day: Decimal(figures["revenue"] or 0) for (day,), figures in found.items()}
    then = [by_day.get(before + timedelta(days=i), Decimal(0)) for i in range(DAYS)]
    now = [by_day.get(first + timedelta(days=i), Decimal(0)) for i in range(DAYS)]
    total, earlier = sum(now, Decimal(0)), sum(then, Decimal(0))
    return Course(
        total,
        earlier,
        100 * (total - earlier) / earlier if earlier else None,
        _chart(user, first, now, then),
        first,
        last,
    )


def _chart(user: User, first: date, now: list[Decimal], then: list[Decimal]) -> SafeString:
    points = []
    for i, amount in enumerate(now):
        day = first + timedelta(days=i)
        says = f"{day:%-d %B}: {spell(amount, settings.SHOP_CURRENCY, whole=True)}"
        url = rows_url(user, METRICS["revenue"], day, day)
        points.append(charts.Point(float(amount), f"{day:%-d %b}", says, url))
    label = f"Revenue by day, last {DAYS} days, beside the {DAYS} days before"
    return charts.line(points, [float(amount) for amount in then], label=label, spell=charts.short)


def greeting(name: str) -> str:
    """Good morning, Hamza: by the hour in the shop."""
    hour = clock.now().astimezone(clock.zone()).hour
    part = "morning" if 4 <= hour < 12 else "afternoon" if 12 <= hour < 17 else "evening"
    return f"Good {part}, {name.split()[0]}" if name.split() else f"Good {part}"
