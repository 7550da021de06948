"""What the demo shop aims at: a manager sets everybody's targets on the first morning of each month."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from accounts.models import User
from analytics import actions
from ops.notices import actions as notices
from orders.demo import people
from orders.demo.lives import Step
from orders.demo.plan import SEED
from orders.demo.verbs import Stage, Verb

_ROUND = Decimal(50_000)
_ACCEPTED = {"accept", "accept_link"}


def steps(plan: Sequence[Step], now: datetime) -> list[Step]:
    """After the plan's own steps: the targets are near what the months will bring, some above and some below."""
    random = Random(SEED)  # noqa: S311
    sold, months = _sold(plan), sorted({step.at.date().replace(day=1) for step in plan})
    begun = plan[0].at if plan else now
    made = []
    for month in months:
        cells = list(_cells(random, sold, month, now.date()))
        at = max(datetime.combine(month, time(9, 40), now.tzinfo), begun)
        if cells and at < now:
            made.append(
                Step(
                    at, f"demo:{month}:targets", str(month), "targets", people.MANAGER, {"month": month, "cells": cells}
                )
            )
    evening = now - timedelta(hours=5)
    made += [Step(evening, f"demo:{one.email}:read", "", "read", one, {}) for one in (people.MANAGER, people.AGENTS[0])]
    return sorted([*plan, *made], key=lambda step: (step.at, step.key))


def _sold(plan: Sequence[Step]) -> dict[tuple[str, date], tuple[Decimal, int]]:
    """What each agent sold in each month, and in how many orders."""
    found: dict[tuple[str, date], tuple[Decimal, int]] = defaultdict(lambda: (Decimal(0), 0))
    offered: dict[str, Step] = {}
    for step in plan:
        if step.verb in {"draft", "redraft"}:
            offered[step.thing] = step
        sold = step if step.verb == "receive" else offered[step.thing] if step.verb in _ACCEPTED else None
        if sold is not None:
            amount = sum((q * p - d for _, q, p, d in sold.said["lines"]), Decimal(0)) * sold.said["buyer"].rate
            key = (sold.said.get("agent") or sold.by).email, step.at.date().replace(day=1)
            found[key] = found[key][0] + amount, found[key][1] + 1
    return found


def _cells(
    random: Random, sold: dict[tuple[str, date], tuple[Decimal, int]], month: date, today: date
) -> Iterator[tuple[str, str, Decimal]]:
    """Of a month that has just begun nobody knows what it brings: the one before, and a little more."""
    known = month if month < today.replace(day=1) else (month - timedelta(days=1)).replace(day=1)
    for email in sorted({email for email, of in sold if of == known}):
        amount, orders = sold[email, known]
        share = Decimal(random.randint(90, 124)) / 100
        yield email, "revenue", max(_ROUND, (amount * share / _ROUND).quantize(Decimal(1)) * _ROUND)
        yield email, "orders", Decimal(max(5, round(orders * float(share) / 5) * 5))
        yield email, "conversion", Decimal(random.choice((45, 50, 50, 55)))


def _targets(stage: Stage, step: Step, by: User) -> None:
    cells = [actions.Cell(stage.staff[email].pk, metric, amount, None) for email, metric, amount in step.said["cells"]]
    actions.set_targets(step.said["month"], cells, by=by)


def _read(stage: Stage, step: Step, by: User) -> None:
    notices.read(by)


VERBS: dict[str, Verb] = {"targets": _targets, "read": _read}
