"""Verbs of orders: lock, check, change, record. The only code that changes an order."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from guardian.shortcuts import assign_perm, remove_perm

from accounts.models import User
from customers import actions as customers
from ops import clock, events, lifecycle
from ops.access.scopes import scopes_of
from ops.errors import Conflict, Refused
from ops.models import Transition
from ops.money import stored
from ops.rates.queries import counted_at
from orders import emails, parcels
from orders.came import came_with_assignee
from orders.inputs import CustomerInput as CustomerInput
from orders.inputs import LineInput as LineInput
from orders.inputs import check_size
from orders.inputs import summary_of as summary_of
from orders.models import Order, OrderLine, OrderLinePrice, OrderSale
from orders.stages import DELIVERED, IN_PRODUCTION, READY_TO_SHIP, RECEIVED, SHIPPED


@transaction.atomic
def receive_order(
    *,
    by: User,
    customer: CustomerInput,
    lines: Sequence[LineInput],
    agent: User | None = None,
    promise_on: date | None = None,
    channel: str = "",
    rush: bool = False,
    note: str = "",
    currency: str = "",
    origin: str = Order.Origin.FORM,
    customer_id: int | None = None,
    rate: Decimal | None = None,
    copied_from: Order | None = None,
    tell: Callable[[str], object] | None = None,
) -> Order:
    """A new order, in the stage Received, owned by `agent` (who receives it, unless a manager names another).

    `customer_id` where it is known already whose it is; `rate` turns its currency into the shop's, and is that of the
    day where none is said. `tell` hears what the person should know: that the customer was known already, under
    another name perhaps.
    """
    if not lines:
        raise Refused("An order needs at least one line.")
    agent = agent or by
    if agent.pk != by.pk and not by.has_scope("orders_all"):
        raise Refused("Only who sees every order may receive one for a colleague.", field="agent")
    check_sells(agent)
    if any(line.total < 0 for line in lines):
        raise Refused("A discount is larger than what its line costs.")

    currency = currency or settings.SHOP_CURRENCY
    rate = rate or counted_at(currency, clock.today())
    check_size(lines, rate)
    customer_id = customer_id or customers.find_or_create(
        by=by, name=customer.name, phone=customer.phone, email=customer.email, city=customer.city
    )
    order = _new(
        lines, currency, rate, customer_id=customer_id, agent=agent, promise_on=promise_on,
        channel=channel, rush=rush, production_note=note, origin=origin, copied_from=copied_from,
    )  # fmt: skip

    events.record("order.received", order)
    if copied_from:
        events.record("order.copied", order, number=copied_from.number)
    # Only now: an agent sees a colleague's customer from their own order on.
    known = customers.fill_blanks(
        customer_id, by=by, name=customer.name, phone=customer.phone, email=customer.email, city=customer.city
    )
    if known and tell:
        tell(known)
    return order


def receive_delivered(
    *,
    customer: CustomerInput,
    lines: Sequence[LineInput],
    agent: Callable[[int], User],
    currency: str,
    rate: Decimal | None,
    **said: Any,
) -> Order:
    """An order that a system brings and nobody typed; `agent` says whose it is, by the customer's id.

    `said` are fields of Order; `rate` is that of the day it was placed where none is sent. What is told of it is the
    bringer's event.
    """
    said = {name: value for name, value in said.items() if value is not None}
    rate = rate or counted_at(currency, clock.business_day(said.get("placed_at") or clock.now()))
    check_size(lines, rate)
    customer_id = customers.find_or_create(
        by=None, name=customer.name, phone=customer.phone, email=customer.email, city=customer.city,
        address=customer.address, source=said["source"],
    )  # fmt: skip
    return _new(lines, currency, rate, customer_id=customer_id, agent=agent(customer_id), **said)


def _new(lines: Sequence[LineInput], currency: str, rate: Decimal, **said: Any) -> Order:
    pieces = sum((line.quantity for line in lines), Decimal(0))
    order = Order.objects.create(summary=summary_of(lines), pieces=pieces, **said)
    _write_lines(order, lines)
    amount = sum((line.total for line in lines), Decimal(0))
    OrderSale.objects.create(order=order, amount=amount, currency=currency, rate=rate)
    return order


def _write_lines(order: Order, lines: Sequence[LineInput]) -> None:
    rows = OrderLine.objects.bulk_create(
        OrderLine(
            order=order, position=position, product=line.product, sku=line.product.sku if line.product else line.sku,
            description=line.description[:200], quantity=line.quantity,
            category=line.product.category.name if line.product and line.product.category else "",
        )
        for position, line in enumerate(lines, start=1)
    )  # fmt: skip
    OrderLinePrice.objects.bulk_create(
        OrderLinePrice(line=row, unit_price=stored(line.unit_price), discount=stored(line.discount), total=line.total)
        for row, line in zip(rows, lines, strict=True)
    )


# --- moves ------------------------------------------------------------------------------------------------------


def start_production(order: Order, *, by: User, assignee: User | None = None, version: int | None = None) -> Order:
    """Received to In production; somebody of production has it from now on (A9)."""
    order = locked(order)
    if order.stage == IN_PRODUCTION:
        return order

    check_move(order, IN_PRODUCTION, by, version)
    assignee = assignee or order.assignee
    if assignee is None:
        raise Refused(f"{order.number} needs somebody in production before it starts.", field="assignee")
    check_makes(assignee)

    order.assignee, order.stage = assignee, IN_PRODUCTION
    order.save(update_fields=["assignee", "stage"])

    events.record("order.started", order, assignee=assignee.name)
    return _fresh(order)


def check_makes(assignee: User) -> None:
    """Raises Refused for who cannot have an order in production."""
    if not assignee.is_active or not assignee.has_scope("orders_floor"):
        raise Refused(f"{assignee.name} does not work in production; choose somebody who does.", field="assignee")


def mark_ready(order: Order, *, by: User, version: int | None = None) -> Order:
    """In production to Ready to ship: the one move that production owns (A31)."""
    return _move(order, READY_TO_SHIP, "order.ready", by=by, version=version)


def ship_order(order: Order, *, by: User, tracking: str = "", carrier: str = "", version: int | None = None) -> Order:
    """Ready to ship to Shipped, with a tracking number; the customer is told once of each number, by mail (A11)."""
    order = locked(order)
    if order.stage == SHIPPED:
        return order

    check_move(order, SHIPPED, by, version)
    tracking, carrier = tracking.strip() or order.tracking_number, carrier.strip() or order.carrier
    if not tracking:
        raise Refused(f"{order.number} needs a tracking number before it ships.", field="tracking")

    parcel = parcels.send_rest(order, tracking=tracking, carrier=carrier)
    order.tracking_number, order.carrier, order.stage = tracking, carrier, SHIPPED
    order.save(update_fields=["tracking_number", "carrier", "stage"])

    told = emails.tell_shipped(order, parcel)
    events.record("order.shipped", order, tracking=tracking, carrier=carrier or "no carrier named", told=told)
    return _fresh(order)


def deliver_order(order: Order, *, by: User, version: int | None = None) -> Order:
    """Shipped to Delivered."""
    return _move(order, DELIVERED, "order.delivered", by=by, version=version)


def move_order(order: Order, *, by: User, to: str, version: int | None = None, **needs: Any) -> Order:
    """The verb behind a move to `to`; `needs` are what that verb asks for (assignee, tracking, carrier)."""
    verbs = {
        (RECEIVED, IN_PRODUCTION): start_production, (IN_PRODUCTION, READY_TO_SHIP): mark_ready,
        (READY_TO_SHIP, SHIPPED): ship_order, (SHIPPED, DELIVERED): deliver_order,
    }  # fmt: skip
    if order.stage == to:
        return order
    if verb := verbs.get((order.stage, to)):
        return verb(order, by=by, version=version, **needs)
    arrow = lifecycle.require("order", order.number, order.stage, to, scopes_of(by))
    return _move(order, to, "order.undone" if arrow.undo else "order.moved", by=by, version=version)


def undo_move(order: Order, *, by: User, version: int | None = None) -> Order:
    """Take the last move back by a move the other way; both stay in the log (A31, A72)."""
    order = locked(order)
    back = way_back(order)
    if back is None:
        raise Refused(f"{order.number} has made no move that can be taken back.")
    return _move(order, back.to_stage, "order.undone", by=by, version=version)


def way_back(order: Order) -> lifecycle.ArrowDef | None:
    """The undo arrow to where the order came from when it last moved on into its stage; else the only one there is."""
    arrows = [a for a in lifecycle.life("order").arrows if a.from_stage == order.stage and a.undo]
    if len(arrows) <= 1:
        return arrows[0] if arrows else None
    into = Transition.objects.filter(noun="order", subject_id=order.pk, to_stage=order.stage, undo=False)
    came = into.order_by("-pk").values_list("from_stage", flat=True).first()
    return next((arrow for arrow in arrows if arrow.to_stage == came), None)


def _move(order: Order, to: str, kind: str, *, by: User, version: int | None) -> Order:
    order = locked(order)
    if order.stage == to:
        return order

    check_move(order, to, by, version)
    left, fields = order.stage, ["stage"]
    if kind == "order.undone" and left == IN_PRODUCTION and came_with_assignee(order):
        fields.append("assignee")

    order.stage = to
    order.save(update_fields=fields)

    if kind == "order.undone":
        _unsay(order, left)
    events.record(kind, order, came=lifecycle.life("order").stage(to).label)
    return _fresh(order)


def _unsay(order: Order, left: str) -> None:
    """Its parcel comes back with the move; the number stays as it was typed, and the customer hears of it or hears
    nothing, as far as they were told.
    """
    if left == SHIPPED:
        parcels.take_last_back(order)
    if said := emails.unsay_move(order, left):
        events.record(said, order)
    if left == SHIPPED and order.tracking_number:
        events.record("order.tracking_kept", order, tracking=order.tracking_number)


def check_move(order: Order, to: str, by: User, version: int | None) -> None:
    """Raises Refused or Conflict when the move may not be made."""
    _check_version(order, version)
    if order.cancelled_at is not None:
        raise Refused(f"{order.number} is cancelled; it does not move.")
    if order.held_at is not None:
        raise Refused(f"{order.number} is on hold ({order.hold_reason}); release it first.")
    lifecycle.require("order", order.number, order.stage, to, scopes_of(by))


# --- flags ------------------------------------------------------------------------------------------------------


def cancel_order(order: Order, *, by: User, reason: str, version: int | None = None) -> Order:
    """A flag with a reason, not a stage; what has left the house is not cancelled but taken back."""
    order = locked(order)
    if order.cancelled_at is not None:
        return order

    _check_version(order, version)
    if order.stage in {SHIPPED, DELIVERED}:
        raise Refused(f"{order.number} has left the house; take it back instead of cancelling it.")
    if not reason.strip():
        raise Refused("Say why the order is cancelled.", field="reason")

    order.cancelled_at, order.cancel_reason = clock.now(), reason.strip()[:200]
    order.save(update_fields=["cancelled_at", "cancel_reason"])

    emails.unsay_order(order)
    events.record("order.cancelled", order, reason=order.cancel_reason)
    return _fresh(order)


def hold_order(order: Order, *, by: User, reason: str, until: date | None = None, version: int | None = None) -> Order:
    """Held orders do not move and are not overdue, until they are released (A65)."""
    order = locked(order)
    if order.held_at is not None:
        return order

    _check_version(order, version)
    check_not_cancelled(order)
    if not reason.strip():
        raise Refused("Say why the order is held.", field="reason")
    if until is not None and until <= clock.today():
        raise Refused("The day on which to look again lies in the future.", field="until")

    order.held_at, order.hold_reason, order.hold_until = clock.now(), reason.strip()[:200], until
    order.save(update_fields=["held_at", "hold_reason", "hold_until"])

    events.record("order.held", order, reason=order.hold_reason)
    return _fresh(order)


def release_order(order: Order, *, by: User) -> Order:
    order = locked(order)
    if order.held_at is None:
        return order

    order.held_at, order.hold_reason, order.hold_until = None, "", None
    order.save(update_fields=["held_at", "hold_reason", "hold_until"])

    events.record("order.released", order)
    return _fresh(order)


# --- who has it -------------------------------------------------------------------------------------------------


def assign_agent(order: Order, *, by: User, agent: User, version: int | None = None) -> Order:
    """Hand an order to another agent; its history goes with it (A25)."""
    order = locked(order)
    if order.agent_id == agent.pk:
        return order

    _check_version(order, version)
    if not by.has_scope("orders_all"):
        raise Refused("Only who sees every order may hand it to another agent.")
    check_not_cancelled(order)
    check_sells(agent)

    order.agent = agent
    order.save(update_fields=["agent"])

    events.record("order.handed_over", order, agent=agent.name)
    return _fresh(order)


def check_sells(agent: User) -> None:
    if not agent.is_active or not (agent.has_scope("orders_own") or agent.has_scope("orders_all")):
        raise Refused(f"{agent.name} does not sell; choose somebody who does.", field="agent")


def share_order(order: Order, *, by: User, colleague: User) -> None:
    """The colleague sees this one order, and nothing more of the agent's."""
    order = locked(order)
    assign_perm("orders.view_order", colleague, order)
    events.record("order.shared", order, colleague=colleague.name)


def unshare_order(order: Order, *, by: User, colleague: User) -> None:
    order = locked(order)
    remove_perm("orders.view_order", colleague, order)
    events.record("order.unshared", order, colleague=colleague.name)


def make_link(order: Order, *, by: User) -> str:
    """The token of a link to the page that the customer reads. Those in their mails go on showing it, too."""
    order = locked(order)
    if "orders_all" not in scopes_of(by) and order.agent_id != by.pk:
        raise Refused("Only whose order it is makes a link for the customer.")
    check_not_cancelled(order)
    token = emails.status_link(order)
    events.record("order.linked", order)
    return token


# --- shared -----------------------------------------------------------------------------------------------------


def locked(order: Order) -> Order:
    """The row as it is now, locked. Raises Refused when it left the person's view in the meantime."""
    try:
        return Order.objects.locked(order.pk)
    except Order.DoesNotExist as error:
        raise Refused(f"{order.number} is not yours to change any more.") from error


def _fresh(order: Order) -> Order:
    """The row with what the database stamped on it. A move may have taken it out of the person's view."""
    stamped = Order.objects.filter(pk=order.pk).values("version", "stage_since", "updated_at").first()
    for name, value in (stamped or {}).items():
        setattr(order, name, value)
    return order


def check_not_cancelled(order: Order) -> None:
    if order.cancelled_at is not None:
        raise Refused(f"{order.number} is cancelled; it stays as it was.")


def _check_version(order: Order, version: int | None) -> None:
    if version is not None and order.version != version:
        stage = lifecycle.life("order").stage(order.stage).label.lower()
        raise Conflict(f"Somebody changed {order.number} just now; it is {stage}. Look again, then repeat.")
