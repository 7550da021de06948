"""Where a person starts: at most six figures of their work, each a link to its rows (A55)."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.models import User
from analytics import desk
from analytics.answers import questions_for
from analytics.metrics import METRICS, SELLS, STANDING, measured, own_only, rows_url, standing
from analytics.queries import Pace, last_of, pace, share_words, target_for, targets_of
from ops import clock, outbox
from ops.access import page
from ops.access.scopes import scopes_of
from ops.boards import BOARDS
from ops.boards.read import count_words
from ops.boards.views import is_live
from ops.imports.waiting import waiting_for
from ops.models import JobRun
from ops.numbers import count as spelled
from ops.templatetags.ops import spell

MOST_TILES = 6
_SELLING = ("open", "overdue", "week", "held", "revenue")
# Whose work it is, by the first of these scopes that a person holds: what they start with, most telling first.
TILES: tuple[tuple[frozenset[str], tuple[str, ...]], ...] = (
    (frozenset({"orders_all"}), (*_SELLING, "margin", "orders")),
    (frozenset({"orders_own"}), (*_SELLING, "orders")),
    (frozenset({"costs_all"}), ("uncosted", "revenue", "profit", "margin", "open", "overdue")),
    (frozenset({"orders_read"}), ("revenue", "orders", "average", "profit", "margin", "open", "overdue", "week")),
    (frozenset({"orders_floor"}), ("today", "overdue", "making", "ready", "held")),
)


@dataclass(frozen=True)
class Tile:
    """`said` is the figure as people read it, `formula` its definition, `beside` what it is to be compared with."""

    label: str
    said: str
    url: str
    formula: str
    beside: str = ""
    bad: bool = False


def tiles_for(user: User) -> list[Tile]:
    """The figures of this person's work, each under their own rights."""
    held = scopes_of(user)
    keys = next((keys for scopes, keys in TILES if scopes & held), ())
    month = clock.today().replace(day=1)
    open_keys = [key for key in keys if key in STANDING or not METRICS[key].scopes.isdisjoint(held)][:MOST_TILES]
    counts = standing(user, [STANDING[key] for key in open_keys if key in STANDING])
    asked = [METRICS[key] for key in open_keys if key in METRICS]
    [figures] = measured(user, asked, month, last_of(month)).values() if asked else [{}]
    targets = targets_of(user, month, month) if asked else {}
    tiles = []
    for key in open_keys:
        if key in counts:
            count, url = counts[key]
            tiles.append(Tile(STANDING[key].label, count_words(count), url, STANDING[key].formula,
                              bad=key == "overdue" and count > 0))  # fmt: skip
        elif key in METRICS:
            metric, value = METRICS[key], figures[key]
            target = target_for(targets, month, key, own_only(user))
            at = pace(Decimal(value or 0), target, month, clock.today()) if target else None
            url = rows_url(user, metric, month, last_of(month))
            tiles.append(
                Tile(
                    f"{metric.label} this month",
                    said(value, metric.unit),
                    url,
                    metric.formula,
                    _beside(at, metric.unit),
                )
            )
    return tiles or _machine(held)


def said(value: object, unit: str) -> str:
    """A figure as people read it; a dash for none."""
    if value is None:
        return "—"
    if unit == "money":
        return spell(value, settings.SHOP_CURRENCY, whole=True)
    return f"{value:.1f} %" if unit == "percent" else spelled(int(str(value)))


def _beside(at: Pace | None, unit: str) -> str:
    if at is None or at.reached is None:
        return ""
    return f"{share_words(at.reached)} of {said(at.target if unit == 'money' else int(at.target or 0), unit)}"


def _machine(held: frozenset[str]) -> list[Tile]:
    """Who keeps the system running starts with what does not."""
    if "health" not in held:
        return []
    last = JobRun.objects.order_by("name", "-started_at").distinct("name")
    failed = sum(bool(run.error) for run in last)
    waiting = sum(one["mails"] for one in outbox.counts() if one["state"] in {"waiting", "failed"})
    health = reverse("ops:health")
    return [
        Tile("Failed jobs", str(failed), health, "Jobs whose last run failed.", bad=failed > 0),
        Tile("Mails waiting", spelled(waiting), health, "Mails that are queued and not sent yet, or could not be."),
    ]


@page(scopes=["staff"], partials={"tiles"}, nav="home")
def role_home(request: HttpRequest) -> HttpResponse:
    user: User = request.user  # type: ignore[assignment]
    held = scopes_of(user)
    context: dict[str, Any] = {"tiles": tiles_for(user), "sells": not held.isdisjoint(SELLS), "today": clock.today()}
    if not held.isdisjoint(BOARDS["orders"].scopes):
        stages = desk.standing_in_stages(user)
        most = max(one.count for one in stages)
        context |= {"stages": stages, "most": most or 1, "late": desk.late_first(user)}
    context |= {"hello": desk.greeting(user.name), "course": desk.course_of(user), "questions": questions_for(user)}
    context["loads"] = waiting_for(user)
    return render(request, "analytics/home.html" + ("#tiles" if is_live(request) else ""), context)
