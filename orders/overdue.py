"""Overdue orders, told each morning to exactly those who can act on them: one mail a person and day (A6, A65).

Who that is follows from the stage's chaser: the agent of the order, or who has it in production. Where nobody is left,
everybody who sees all orders is told instead.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.models import User
from ops import clock, outbox
from ops.access.scopes import scopes_of
from ops.db.actor import acting_as, current_actor, for_user
from ops.lifecycle import Life, life
from ops.models import Role
from orders.models import Order

_MOST = 40
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Late:
    """One line of the mail. No money; the customer only for who may know customers."""

    number: str
    stage: str
    summary: str
    why: str
    by: timedelta
    rush: bool
    customer: str
    link: str


def tell_everyone(day: date) -> int:
    """Queue today's mails; whoever has been told today is not told again. Returns how many are new."""
    people = {person.pk: person for person in User.objects.active()}
    return sum(_tell(people[pk], orders, day) for pk, orders in sorted(duties(people).items()))


def duties(people: Mapping[int, User]) -> dict[int, list[int]]:
    """Person to the overdue orders that wait for them."""
    roles = {role.key: frozenset(role.scopes) for role in Role.objects.all()}
    chasers = {stage.key: stage.chaser_id for stage in life("order").stages}
    overseers = [pk for pk, person in people.items() if person.has_scope("orders_all")]
    found: dict[int, list[int]] = defaultdict(list)
    rows = Order.objects.overdue().order_by().values_list("pk", "stage", "agent_id", "assignee_id")
    for order, stage, agent, assignee in rows.iterator():
        chaser = chasers.get(stage)
        for person in _chasers(people, chaser, roles.get(chaser or "", frozenset()), agent, assignee) or overseers:
            found[person].append(order)
    return found


def _chasers(
    people: Mapping[int, User], role: str | None, scopes: frozenset[str], agent: int, assignee: int | None
) -> list[int]:
    """Those who must act, or nobody: the one who has the order before the many who could take it."""
    if "orders_own" in scopes:
        return [agent] if _can(people, agent, "orders_own", "orders_all") else []
    if "orders_floor" in scopes:
        if assignee is not None and _can(people, assignee, "orders_floor"):
            return [assignee]
        return [pk for pk, person in people.items() if person.role_id == role and person.has_scope("orders_floor")]
    return [pk for pk, person in people.items() if person.role_id == role and person.has_scope("orders_all")]


def _can(people: Mapping[int, User], pk: int, *scopes: str) -> bool:
    return pk in people and any(people[pk].has_scope(scope) for scope in scopes)


@transaction.atomic
def _tell(person: User, orders: list[int], day: date) -> bool:
    """The mark, and the mail it stands for, in one transaction: killed in between, neither is there."""
    if not outbox.run_once("orders.overdue", day, str(person.pk)):
        return False
    actor = current_actor.get()
    with acting_as(for_user(person, request=actor.request if actor else "", source="cron")):
        late = sorted(_late(person, orders), key=lambda row: (row.by, row.rush), reverse=True)
        if not late:
            return False
        many = len(late)
        return outbox.queue(
            key=f"orders.overdue:{day}:{person.pk}",
            kind="orders.overdue",
            to=person.email,
            subject=f"{many} orders are overdue" if many > 1 else f"{late[0].number} is overdue",
            template="emails/overdue",
            context={
                "person": person, "late": late[:_MOST], "more": max(0, many - _MOST), "many": many,
                "shop": settings.SHOP_NAME,
            },
        )  # fmt: skip


def _late(person: User, orders: list[int]) -> list[Late]:
    """Read as the person it is for (ruling 25): what they may not see cannot get into their mail."""
    fields = ["pk", "number", "stage", "stage_since", "summary", "promise_on", "rush"]
    knows_customers = not scopes_of(person).isdisjoint({"customers_all", "customers_own"})
    if knows_customers:
        fields.append("customer__name")
    rows = Order.objects.visible_to(person).overdue().filter(pk__in=orders).order_by().values(*fields)
    here, now = life("order"), clock.now()
    return [
        Late(
            number=row["number"],
            stage=here.stage(row["stage"]).label,
            summary=row["summary"],
            rush=row["rush"],
            customer=row.get("customer__name", ""),
            link=f"{settings.ORIGIN}{reverse('orders:order_detail', args=[row['pk']])}" if settings.ORIGIN else "",
            **_how_late(here, row["stage"], row["stage_since"], row["promise_on"], now),
        )
        for row in rows
    ]


def _how_late(here: Life, stage: str, since: datetime, promise: date | None, now: datetime) -> dict[str, Any]:
    """The worse of two: past the promised day, or too long where it stands."""
    days = (clock.business_day(now) - promise).days if promise else 0
    limit = here.stage(stage).limit_hours
    over = now - since - limit * _HOUR if limit is not None else timedelta()
    if days > 0 and days * _DAY >= over:
        return {"by": days * _DAY, "why": f"promised for {promise:%-d %B}, {_long(days * _DAY)} ago"}
    return {"by": over, "why": f"here for {_long(now - since)}, {_long(over)} too long"}


def _long(time: timedelta) -> str:
    count, word = (time // _DAY, "day") if time >= _DAY else (max(1, time // _HOUR), "hour")
    return f"{count} {word}{'' if count == 1 else 's'}"
