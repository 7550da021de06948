"""The report: one page for everybody who sells or keeps the books; row security says how much it shows (A50)."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import User
from analytics.export import as_file
from analytics.metrics import METRICS, SELLS, rows_url
from analytics.queries import Line, Report, last_of, month_before, worked
from ops import charts
from ops.access import page
from ops.boards.views import is_live
from ops.given import id_of, month_of
from ops.templatetags.ops import spell


def _asked(request: HttpRequest) -> Report:
    user: User = request.user  # type: ignore[assignment]
    named = request.GET.get("who", "")
    who = id_of(named)
    if named and who is None:
        raise Http404(f"“{named[:20]}” is nobody here.")
    asked = Report(user, month_of(request.GET.get("month", "")), who)
    if (asked.who is not None and asked.who not in asked.names) or (named and who != asked.who):
        raise Http404("There is no such person to report on.")
    return asked


@page(scopes=SELLS, partials={"figures"}, nav="report")
def report(request: HttpRequest) -> HttpResponse:
    asked = _asked(request)
    months = asked.months()
    this = {cell.metric.key: cell.value for cell in months[0].cells}
    context: dict[str, Any] = {
        "report": asked,
        "month": asked.month,
        "before": f"{month_before(asked.month):%Y-%m}",
        "after": f"{last_of(asked.month) + timedelta(days=1):%Y-%m}",
        "name": asked.names.get(asked.who or 0, ""),
        "tiles": months[0].cells,
        "months": months,
        "people": asked.people() if asked.sees_everyone else [],
        "paces": asked.paces(this),
        "chart": _chart(asked, months[0]),
        "query": request.GET.urlencode(),
    }
    return render(request, "analytics/report.html" + ("#figures" if is_live(request) else ""), context)


@page(scopes=SELLS, nav="report")
def report_export(request: HttpRequest) -> HttpResponse:
    """The months of the report as a file; for who sees everyone and asks for nobody, the people of the month."""
    asked = _asked(request)
    by_person = asked.sees_everyone and asked.who is None
    lines = asked.people() if by_person else asked.months()
    heads = ["Person" if by_person else "Month", *(cell.label for cell in asked.metrics), "Target", "Lands at"]
    rows = [[line.label, *(cell.value for cell in line.cells), line.pace.target, line.pace.lands_at] for line in lines]
    name = f"report-{asked.month:%Y-%m}" + (f"-{asked.who}" if asked.who else "")
    what = f"Report of {asked.month:%B %Y}" + (f", {asked.who}" if asked.who else "")
    return as_file(request, name, heads, rows, what=what)  # type: ignore[return-value]


def _chart(asked: Report, line: Line) -> str:
    """Revenue added up by day, beside a walk to the target, even by working days; without a target, beside nothing."""
    last, running, points = last_of(asked.month), Decimal(0), []
    for day, amount in asked.days():
        running += amount
        says = f"{day:%-d %B}: {spell(amount, settings.SHOP_CURRENCY)}, {spell(running, settings.SHOP_CURRENCY)} so far"
        url = rows_url(asked.user, METRICS["revenue"], day, day, asked.who)
        points.append(charts.Point(float(running), f"{day:%-d %b}", says, url))
    rest = [asked.month + timedelta(days=left) for left in range(len(points), last.day)]
    points += [charts.Point(None, f"{day:%-d %b}", "") for day in rest]
    target, whole = line.pace.target or Decimal(0), worked(asked.month, last)
    every = [asked.month + timedelta(days=i) for i in range(last.day)]
    beside = [float(target * worked(asked.month, day) / whole) for day in every] if target and whole else []
    label = f"Revenue of {asked.month:%B %Y}, added up by day" + (
        ", beside an even walk to the target" if target else ""
    )
    return charts.line(points, beside, label=label, spell=charts.short, beside_label="Target" if target else "")
