"""Targets of everybody for a month, on one page: a grid, and a copy of last month's."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.models import User
from analytics import actions
from analytics.metrics import TARGETED
from analytics.models import Target
from analytics.queries import last_of, month_before
from ops.access import page
from ops.errors import Refused, attempt
from ops.given import month_of

SETS = ("targets_all",)
_MOST = Decimal(10) ** 14


@dataclass
class Box:
    """One field of the grid: its name, what stands in the database, what is shown, and what is wrong with it."""

    name: str
    label: str
    now: str
    was: str
    shown: str
    wrong: str = ""

    def meet(self) -> None:
        """Somebody else changed it: said beside it; what was typed stays, and saving again replaces theirs."""
        if self.was != self.now:
            self.wrong, self.was = f"Somebody made it {self.now or 'empty'}; save again to replace that.", self.now


def plain(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount.normalize():f}"


def _read(text: str) -> Decimal | None:
    """An amount as somebody types it; None for none. Raises Refused."""
    words = text.replace(",", "").replace(" ", "").strip()
    if not words:
        return None
    try:
        value = Decimal(words)
    except InvalidOperation as error:
        raise Refused(f"“{text[:20]}” is not a number.") from error
    if not value.is_finite() or not 0 < value < _MOST:
        raise Refused("A target is more than zero. Leave it empty for none.")
    return value.quantize(Decimal("0.0001"))


def _sellers(month: date, user: User) -> list[User]:
    """Whoever sells, and whoever has a target for this month although they no longer do."""
    aimed = set(Target.objects.filter(month=month).values_list("agent_id", flat=True))
    people = User.objects.visible_to(user).order_by("name", "pk")
    return [one for one in people if one.pk in aimed or (one.is_active and "orders_own" in one.scopes)]


def _grid(month: date, people: list[User], given: QueryDict | None) -> list[tuple[User, list[Box]]]:
    stand = {(t.agent_id, t.metric): t.amount for t in Target.objects.filter(month=month)}
    labels = dict(Target.Metric.choices)
    rows = []
    for person in people:
        boxes = []
        for metric in TARGETED:
            name, now = f"{person.pk}-{metric}", plain(stand.get((person.pk, metric)))
            was = given.get(f"was-{name}", now) if given is not None else now
            shown = given.get(name, now) if given is not None else now
            boxes.append(Box(name, f"{labels[metric]} of {person.name}", now, was, shown))
        rows.append((person, boxes))
    return rows


def _cells(rows: list[tuple[User, list[Box]]]) -> list[actions.Cell] | None:
    """What is wanted, or None when a box holds no amount; the box then says what is wrong."""
    cells, sound = [], True
    for person, boxes in rows:
        for box, metric in zip(boxes, TARGETED, strict=True):
            try:
                cells.append(actions.Cell(person.pk, metric, _read(box.shown), _read(box.was)))
            except Refused as refused:
                box.wrong, sound = refused.sentence, False
    return cells if sound else None


@page(scopes=SETS, methods=["GET", "POST"], nav="targets")
def targets(request: HttpRequest) -> HttpResponse:
    user: User = request.user  # type: ignore[assignment]
    month = month_of(request.GET.get("month", ""))
    given = request.POST if request.method == "POST" else None
    rows = _grid(month, _sellers(month, user), given)
    refused: Refused | None = None
    if given is not None:
        cells = _cells(rows)
        refused = Refused("Some targets are no numbers; nothing is saved yet.") if cells is None else None
        if cells is not None:
            try:
                with attempt():
                    changed = actions.set_targets(month, cells, by=user)
            except Refused as no:
                refused = no
                for box in (box for _, boxes in rows for box in boxes):
                    box.meet()
            else:
                messages.success(
                    request, f"{changed} targets for {month:%B %Y} are set." if changed else "Nothing changed."
                )
                return redirect(f"{reverse('analytics:targets')}?month={month:%Y-%m}")
    context = {
        "month": month,
        "before": f"{month_before(month):%Y-%m}",
        "after": f"{last_of(month) + timedelta(days=1):%Y-%m}",
        "rows": rows,
        "labels": [dict(Target.Metric.choices)[metric] for metric in TARGETED],
        "refused": refused.sentence if refused else "",
    }
    return render(request, "analytics/targets.html", context, status=refused.status if refused else 200)


@page(scopes=SETS, methods=["POST"])
def copy(request: HttpRequest) -> HttpResponse:
    month = month_of(request.POST.get("month", ""))
    count = actions.copy_targets(month, by=request.user)  # type: ignore[arg-type]
    said = "One target copied." if count == 1 else f"{count} targets copied."
    messages.success(request, said if count else "There was nothing more to copy.")
    return redirect(f"{reverse('analytics:targets')}?month={month:%Y-%m}")
