"""The duty 'overdue orders': who must act on which, worst first; the morning's list is made of it (A6, A65, B26-B28).

Who that is follows from the stage's chaser: the agent of the order, or who has it in production. What nobody can act on
any more, or somebody handed back, waits for everybody who sees all orders.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case, DateField, DurationField, ExpressionWrapper, F, Q, Value, When
from django.db.models.functions import Cast, Coalesce, Greatest, Now
from django.urls import reverse

from accounts.models import User
from ops import clock
from ops.access.scopes import scopes_of
from ops.digests.duties import Duty, Row, declare
from ops.digests.models import HandBack, handed_back, handed_back_by_anybody, snoozed
from ops.errors import Refused
from ops.lifecycle import Life, StageRow, life
from ops.models import Role
from orders import actions
from orders.models import Order, OrderQuerySet, standing_since
from orders.stages import IN_PRODUCTION, SHIPPED

OVERSEES = "orders_all"
HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_NEVER = timedelta(days=-9999)


@dataclass(frozen=True)
class Chase:
    """One open stage, and whom its orders wait for: the agent, the maker, everybody of a role, or who sees all."""

    stage: StageRow
    by: str
    staffed: bool
    able: tuple[int, ...]


def waits_for(user: User, people: Sequence[User]) -> OrderQuerySet:
    """The overdue orders that this person must act on, worst first. The list on the page and the mail both ask it."""
    today, scopes = clock.today(), scopes_of(user)
    mine = Q(pk__in=[])
    for chase in _chases(people):
        mine |= _mine(chase, user, scopes)
    rows = Order.objects.visible_to(user).overdue().filter(mine, ~snoozed("order", user, today))
    return worst_first(rows)


def _mine(chase: Chase, user: User, scopes: frozenset[str]) -> Q:
    """Of one stage: those the person holds, those that everybody of the role could take, and those nobody can."""
    here, oversees, none = Q(stage=chase.stage.key), OVERSEES in scopes, Q(pk__in=[])
    able, kept = user.pk in chase.able, ~Q(handed_back("order", user))
    if chase.by == "agent":
        held = here & Q(agent=user) & kept if able else none
        lost = ~Q(agent__in=chase.able) if chase.staffed else none
        return held | (here & (lost | Q(handed_back("order", "agent_id"))) if oversees else none)
    if chase.by == "maker":
        held = here & Q(assignee=user) & kept if able else none
        free = ~Q(assignee__in=chase.able) | Q(assignee=None)
        if able and user.role_id == chase.stage.chaser_id:
            held |= here & free & kept
        back = Q(handed_back("order", "assignee_id")) | (free & Q(handed_back_by_anybody("order")))
        return held | (here & back if oversees else none)
    if chase.by == "role":
        return here if able else none
    return here if oversees else none


def _chases(people: Sequence[User]) -> list[Chase]:
    roles = {role.key: frozenset(role.scopes) for role in Role.objects.all()}
    return [_chase(stage, roles, people) for stage in life("order").stages if stage.category != "done"]


def _chase(stage: StageRow, roles: Mapping[str, frozenset[str]], people: Sequence[User]) -> Chase:
    role = stage.chaser_id
    scopes = roles.get(role or "", frozenset())
    if role is None:
        return Chase(stage, "overseer", staffed=True, able=())
    if "orders_own" in scopes:
        by, needs = "agent", {"orders_own", OVERSEES}
    elif "orders_floor" in scopes:
        by, needs = "maker", {"orders_floor"}
    else:
        by, needs = "role", {OVERSEES}
    able = [person for person in people if person.is_active and not needs.isdisjoint(person.scopes)]
    staffed = any(person.role_id == role for person in able)
    if by == "role":
        able = [person for person in able if person.role_id == role]
    return Chase(stage, by, staffed, tuple(person.pk for person in able))


def worst_first(rows: OrderQuerySet) -> OrderQuerySet:
    """By how long it is over, in whichever of the two ways is worse; rush before others."""
    late: Any = Case(
        *(
            When(stage=stage.key, then=Now() - standing_since() - Value(stage.limit_hours * HOUR))
            for stage in life("order").stages
            if stage.limit_hours is not None
        ),
        default=Value(_NEVER),
        output_field=DurationField(),
    )
    today = Cast(Value(clock.today()), DateField())
    promised = ExpressionWrapper(today - F("promise_on"), output_field=DurationField())
    return rows.annotate(
        late_by=Greatest(Coalesce(promised, Value(_NEVER)), late, output_field=DurationField())
    ).order_by("-late_by", "-rush", "pk")  # fmt: skip


def empty_roles(people: Sequence[User]) -> dict[str, list[int]]:
    """Overdue orders in stages that a role must chase in which nobody can; the agent's own are theirs all the same."""
    found: dict[str, list[int]] = {}
    for chase in _chases(people):
        role = chase.stage.chaser_id
        if role is None or chase.staffed:
            continue
        rows = Order.objects.overdue().filter(stage=chase.stage.key)
        held = {"agent": "agent__in", "maker": "assignee__in"}.get(chase.by)
        if held:
            rows = rows.exclude(**{held: chase.able})
        found[role] = [*found.get(role, []), *worst_first(rows).values_list("pk", flat=True)]
    return found


def rows_of(person: User, ids: Sequence[int]) -> list[Row]:
    """Read as the person it is for (ruling 25). No money; the customer only for who may know customers."""
    fields = ["pk", "number", "stage", "summary", "promise_on", "rush", "agent_id", "assignee_id",
              "tracking_number"]  # fmt: skip
    scopes = scopes_of(person)
    if not scopes.isdisjoint({"customers_all", "customers_own"}):
        fields.append("customer__name")
    rows = worst_first(Order.objects.visible_to(person).filter(pk__in=ids)).values(
        *fields, "late_by", since=standing_since()
    )
    here, now = life("order"), clock.now()
    notes = _handed_back(ids) if OVERSEES in scopes else {}
    return [
        Row(
            subject_id=row["pk"],
            name=row["number"],
            stage=here.stage(row["stage"]).label,
            what=f"{row['summary']} for {row['customer__name']}" if row.get("customer__name") else row["summary"],
            rush=row["rush"],
            late_by=row["late_by"],
            why=_why(here, row["stage"], row["since"], row["promise_on"], now),
            path=reverse("orders:order_detail", args=[row["pk"]]),
            step=_step(row["stage"], row["assignee_id"], row["tracking_number"], scopes),
            note=notes.get(row["pk"], ""),
        )
        for row in rows
    ]


def _handed_back(ids: Sequence[int]) -> dict[int, str]:
    rows = HandBack.objects.filter(noun="order", subject_id__in=ids).order_by("pk")
    return {
        pk: f"{name}: not mine, {reason}"
        for pk, name, reason in rows.values_list("subject_id", "person__name", "reason")
    }


def _why(here: Life, stage: str, since: datetime, promise: date | None, now: datetime) -> str:
    """The worse of two: past the promised day, or too long where it stands."""
    days = (clock.business_day(now) - promise).days if promise else 0
    limit = here.stage(stage).limit_hours
    over = now - since - limit * HOUR if limit is not None else timedelta()
    if promise and days > 0 and days * _DAY >= over:
        return f"promised for {promise:%-d %B}, {_long(days * _DAY)} ago"
    return f"here for {_long(now - since)}, {_long(over)} too long"


def _long(time: timedelta) -> str:
    count, word = (time // _DAY, "day") if time >= _DAY else (max(1, time // HOUR), "hour")
    return f"{count} {word}{'' if count == 1 else 's'}"


# --- moving on ----------------------------------------------------------------------------------------------------


def _next(stage: str, assignee: int | None, tracking: str, scopes: frozenset[str]) -> str:
    """The one stage that the person may move it to without being asked for anything; else nothing."""
    here = life("order")
    targets = [arrow.to_stage for arrow in here.moves(stage, scopes) if not arrow.undo]
    if len(targets) != 1:
        return ""
    asks = (targets[0] == IN_PRODUCTION and assignee is None) or (targets[0] == SHIPPED and not tracking)
    return "" if asks else targets[0]


def _step(stage: str, assignee: int | None, tracking: str, scopes: frozenset[str]) -> str:
    to = _next(stage, assignee, tracking, scopes)
    return life("order").stage(to).label if to else ""


def step_of(order: Order, person: User) -> str:
    return _step(order.stage, order.assignee_id, order.tracking_number, scopes_of(person))


def move_on(order: Order, by: User) -> Order:
    """The verb behind 'done'."""
    to = _next(order.stage, order.assignee_id, order.tracking_number, scopes_of(by))
    if not to:
        raise Refused(f"{order.number} needs something from you to move on; open it.")
    return actions.move_order(order, by=by, to=to, version=order.version)


def _names(user: User, ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    rows = Order.objects.visible_to(user).filter(pk__in=ids).values_list("pk", "number")
    return {pk: (number, reverse("orders:order_detail", args=[pk])) for pk, number in rows}


OVERDUE = Duty(
    key="orders.overdue", noun="order", plural="orders", scopes=frozenset({"orders_all", "orders_own", "orders_floor"}),
    oversees=OVERSEES, path="/orders/list/?waits=1", waiting=waits_for, rows=rows_of, step=step_of, done=move_on,
    empty=empty_roles, names=_names, idle=("order.printed",),
)  # fmt: skip
declare(OVERDUE)
