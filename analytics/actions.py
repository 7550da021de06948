"""Verbs of targets: set for everybody at once, copied from the month before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from accounts.models import User
from analytics.models import Target
from ops import events
from ops.errors import Conflict


@dataclass(frozen=True)
class Cell:
    """One target as somebody wants it, and what stood there when they began; None is no target."""

    agent_id: int
    metric: str
    amount: Decimal | None
    was: Decimal | None


def set_targets(month: date, cells: Sequence[Cell], *, by: User) -> int:
    """Set, change or take away the targets of one month; returns how many changed.

    Raises Conflict when one of them is no longer what this person saw.
    """
    wanted = [cell for cell in cells if cell.amount != cell.was]
    stand = _locked(month)

    for cell in wanted:
        here = stand.get((cell.agent_id, cell.metric))
        if (here.amount if here else None) not in (cell.was, cell.amount):
            raise Conflict("Somebody changed these targets while you were at it. Look at them again, then save.")

    changed = 0
    for cell in sorted(wanted, key=lambda cell: (cell.agent_id, cell.metric)):
        changed += _put(month, cell, stand.get((cell.agent_id, cell.metric)))

    if changed:
        events.record_about("targets", "targets.set", month=f"{month:%Y-%m}", cells=changed)
    return changed


def copy_targets(month: date, *, by: User) -> int:
    """Last month's targets for whoever has none this month; those that stand are left alone. Twice changes nothing."""
    before = (month - timedelta(days=1)).replace(day=1)
    stand = _locked(month)
    missing = [
        Target(agent_id=old.agent_id, month=month, metric=old.metric, amount=old.amount)
        for old in Target.objects.filter(month=before, agent__is_active=True)
        if (old.agent_id, old.metric) not in stand
    ]

    Target.objects.bulk_create(missing)

    if missing:
        events.record_about(
            "targets", "targets.copied", source=f"{before:%Y-%m}", month=f"{month:%Y-%m}", cells=len(missing)
        )
    return len(missing)


def _locked(month: date) -> dict[tuple[int, str], Target]:
    rows = Target.objects.select_for_update(no_key=True).filter(month=month).order_by("pk")
    return {(row.agent_id, row.metric): row for row in rows}


def _put(month: date, cell: Cell, here: Target | None) -> bool:
    if cell.amount is None:
        if here is not None:
            here.delete()
        return here is not None
    if here is None:
        Target.objects.create(agent_id=cell.agent_id, month=month, metric=cell.metric, amount=cell.amount)
        return True
    if here.amount == cell.amount:
        return False
    here.amount = cell.amount
    here.save(update_fields=["amount"])
    return True
