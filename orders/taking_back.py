"""Taking an edit back: the old values are written again, while each field still has what that edit gave it (A72, X4).

A compensating change, never a deletion: both stay in the record. What cannot be taken back says why.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, models

from accounts.models import User
from ops import events
from ops.errors import Conflict, Refused
from ops.given import id_of
from ops.templatetags.ops import moment
from ops.timeline import Entry
from orders import emails, parcels
from orders.actions import check_makes, check_not_cancelled, check_sells
from orders.editing import COSTS, LABELS, SENDING, editable_by
from orders.models import Order, OrderCosting

HOLD = frozenset({"held_at", "hold_reason", "hold_until"})
NAMES = LABELS | {
    "agent": "Agent", "held_at": "Hold", "hold_reason": "Reason of the hold", "hold_until": "End of the hold",
}  # fmt: skip
# What the database works out by itself follows from the rest.
_FOLLOWS = frozenset({"stage_since", "clock_since", "profit", "order_amount"})
_COLUMNS = {field.column: field for model in (Order, OrderCosting) for field in model._meta.concrete_fields}


@dataclass(frozen=True)
class _Edit:
    """One field that a moment changed: its table, the values as the database spells them, and what it is now."""

    model: type[models.Model]
    field: str
    old: str | None
    new: str | None
    source: str | None


def takes_back(user: User) -> frozenset[str]:
    """The fields that this person may set back: what they may edit, the hold, and whose it is."""
    fields = set(editable_by(user))
    if user.has_scope("orders_all") or user.has_scope("orders_own"):
        fields |= HOLD
    if user.has_scope("orders_all"):
        fields.add("agent")
    if user.has_scope("costs_all"):
        fields |= COSTS
    return frozenset(fields)


def take_back(order: Order, *, by: User, moment_key: str) -> Order:
    """Write what was before that moment; Conflict when somebody has changed one of its fields since."""
    order, costing = _locked(order, by)

    edits = checked(order, by=by, moment_key=moment_key)

    for row in (order, costing):
        mine = [edit for edit in edits if isinstance(row, edit.model)]
        for edit in mine:
            setattr(row, _field(edit).attname, _value(edit))
        if row is not None and mine:
            row.save(update_fields=[edit.field for edit in mine])
    if {edit.field for edit in edits} & SENDING:
        emails.follow_number(order, parcels.correct_only(order))

    events.record("order.taken_back", order, fields=_named(edits))
    order.refresh_from_db(fields=["version", "updated_at"])
    return order


def _locked(order: Order, by: User) -> tuple[Order, OrderCosting | None]:
    """Each row that this person may write; who only keeps costs reads the order."""
    try:
        order = Order.objects.locked(order.pk) if editable_by(by) else Order.objects.get(pk=order.pk)
    except Order.DoesNotExist as error:
        raise Refused(f"{order.number} is not yours to change any more.") from error
    costings = OrderCosting.objects.select_for_update(of=("self",)).filter(pk=order.pk)
    return order, costings.first() if by.has_scope("costs_all") else None


def checked(order: Order, *, by: User, moment_key: str) -> list[_Edit]:
    """The fields to write back. Raises Refused with why it cannot be."""
    edits = _edits(order, moment_key, costs=by.has_scope("costs_all"))
    fields = {edit.field for edit in edits}
    if "stage" in fields:
        raise Refused("That was a move: moves are taken back in their order, the last one first.")
    if not edits:
        raise Refused("There is nothing in that to take back.")
    if any(edit.source == "import" for edit in edits):
        raise Refused("That came with a file: undo the load as a whole.")
    if fields & {"cancelled_at", "cancel_reason"}:
        raise Refused("A cancelled order stays cancelled; receive it anew.")
    if foreign := fields - takes_back(by):
        raise Refused(f"Your role may not set back {', '.join(sorted(NAMES.get(f, f).lower() for f in foreign))}.")
    _check_untouched(order, edits)
    if fields - COSTS:
        check_not_cancelled(order)
    for edit in edits:
        person = User.objects.filter(pk=edit.old).first() if edit.field in {"agent", "assignee"} and edit.old else None
        if edit.field == "agent" and person is not None:
            check_sells(person)
        elif person is not None:
            check_makes(person)
    return edits


def _edits(order: Order, moment_key: str, *, costs: bool) -> list[_Edit]:
    text, _, request = moment_key.partition(".")
    if (txid := id_of(text)) is None:
        raise Refused("There is nothing in that to take back.")
    found = []
    with connection.cursor() as cursor:
        for model in (Order, OrderCosting) if costs else (Order,):
            cursor.execute(
                f"select field, old, new, history_source from {model._meta.db_table}_changes where subject_id = %s"
                " and history_txid = %s and coalesce(history_request, '') = %s order by history_id",
                [order.pk, txid, request],
            )
            found += [_Edit(model, _COLUMNS[c].name, old, new, source) for c, old, new, source in cursor.fetchall()]
    return [edit for edit in found if edit.field not in _FOLLOWS]


def _check_untouched(order: Order, edits: Sequence[_Edit]) -> None:
    """Each field still has the value that the edit gave it."""
    with connection.cursor() as cursor:
        for edit in edits:
            table, column, pk = edit.model._meta.db_table, _field(edit).column, edit.model._meta.pk.column
            cursor.execute(
                f'select t."{column}"::text is not distinct from %s, c.history_user_id, c.history_date'
                f" from {table} t left join lateral (select * from {table}_changes c where c.subject_id = %s"
                f' and c.field = %s order by c.history_id desc limit 1) c on true where t."{pk}" = %s',
                [edit.new, order.pk, column, order.pk],
            )
            same, who, at = cursor.fetchone()
            if not same:
                name = User.objects.filter(pk=who).values_list("name", flat=True).first() or "the database"
                raise Conflict(f"{NAMES[edit.field]} was changed since by {name}, {moment(at)}; it stays as it is.")


def _field(edit: _Edit) -> Any:
    return edit.model._meta.get_field(edit.field)


def _value(edit: _Edit) -> Any:
    field = _field(edit)
    if isinstance(field, models.BooleanField):
        return edit.old == "true"
    return (field.target_field if field.is_relation else field).to_python(edit.old)


def _named(edits: Sequence[_Edit]) -> str:
    return ", ".join(sorted({NAMES[edit.field].lower() for edit in edits}))


def mark(entries: Sequence[Entry], may: frozenset[str]) -> None:
    """Which entries of a story, newest first, offer to be taken back: without asking, from what the story holds."""
    latest: dict[str, str | None] = {}
    allowed = {column for column, field in _COLUMNS.items() if field.name in may}
    for entry in entries:
        fields = {change.field: change.raw for change in entry.changes if change.field not in _FOLLOWS}
        for name, value in fields.items():
            latest.setdefault(name, value)
        entry.can_go_back = (
            bool(fields) and not entry.moves and entry.source != "import" and fields.keys() <= allowed
            and all(latest[name] == value for name, value in fields.items())
        )  # fmt: skip
