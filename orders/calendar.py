"""The calendar of promises: what is promised for which day of a month, by stage (A20)."""

import calendar
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.models import User
from ops import clock
from ops.access import page
from ops.boards.views import is_live
from ops.given import month_of
from ops.lifecycle import StageRow, life
from ops.shop import shown
from orders.models import Order

_FIRST = {"monday": calendar.MONDAY, "saturday": calendar.SATURDAY, "sunday": calendar.SUNDAY}


@dataclass(frozen=True)
class Share:
    """The orders of one stage that are promised for one day."""

    stage: StageRow
    count: int
    url: str


@dataclass
class Day:
    on: date
    in_month: bool
    today: bool
    late: bool = False
    shares: list[Share] = field(default_factory=list)
    url: str = ""

    @property
    def count(self) -> int:
        return sum(share.count for share in self.shares)


def weeks_of(month: date, user: User) -> list[list[Day]]:
    """The weeks of a month with what the person may see of their promises; cancelled orders promise nothing."""
    days = [
        list(week)
        for week in calendar.Calendar(_FIRST[shown("calendar.week_start")]).monthdatescalendar(month.year, month.month)
    ]
    counts = (
        Order.objects.visible_to(user)
        .filter(cancelled_at=None, promise_on__range=(days[0][0], days[-1][-1]))
        .order_by()
        .values_list("promise_on", "stage")
        .annotate(n=Count("pk"))
    )
    found: dict[date, dict[str, int]] = defaultdict(dict)
    for day, stage, count in counts:
        found[day][stage] = count
    return [[_day(on, month, found.get(on, {})) for on in week] for week in days]


def _day(on: date, month: date, counts: dict[str, int]) -> Day:
    url = f"{reverse('orders:order_list')}?promised_from={on}&promised_to={on}&cancelled=0"
    day = Day(on, on.month == month.month, on == clock.today(), url=url)
    for stage in life("order").stages:
        if count := counts.get(stage.key):
            day.shares.append(Share(stage, count, f"{url}&stage={stage.key}"))
            day.late = day.late or (on < clock.today() and stage.category != "done")
    return day


@page(scopes=("orders_all", "orders_read", "orders_own", "orders_floor"), partials={"month"}, nav="calendar")
def order_calendar(request: HttpRequest) -> HttpResponse:
    user: User = request.user  # type: ignore[assignment]
    month = month_of(request.GET.get("month", ""))
    weeks = weeks_of(month, user)
    context = {
        "month": month,
        "before": f"{month - timedelta(days=1):%Y-%m}",
        "after": f"{month + timedelta(days=31):%Y-%m}",
        "weeks": weeks,
        "names": [f"{day.on:%a}" for day in weeks[0]],
    }
    return render(request, "orders/calendar.html" + ("#month" if is_live(request) else ""), context)
