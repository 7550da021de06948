"""Verbs on parts of an order: send some of it, take a parcel back (A63). The stage follows the last piece."""

from collections.abc import Mapping
from decimal import Decimal

from accounts.models import User
from ops import events
from ops.errors import Refused
from orders import actions, emails, parcels
from orders.models import Order, OrderLine, Shipment
from orders.stages import READY_TO_SHIP, SHIPPED


def ship_part(
    order: Order, *, by: User, quantities: Mapping[int, Decimal], tracking: str = "", carrier: str = "",
    version: int | None = None,
) -> Order:  # fmt: skip
    """Send `quantities` by line id. The order is shipped when nothing is left, and stays ready until then."""
    order = actions.locked(order)
    actions.check_move(order, SHIPPED, by, version)
    if not tracking.strip():
        raise Refused(f"{order.number} needs a tracking number before it ships.", field="tracking")
    left = parcels.left_of(order)
    contents = _contents(left, quantities)
    if sum(contents.values()) == sum(left.values()):
        return actions.ship_order(order, by=by, tracking=tracking, carrier=carrier)

    parcel = parcels.send(order, contents, tracking=tracking.strip(), carrier=carrier.strip())

    told = emails.tell_shipped(order, parcel, part=True)
    events.record(
        "order.part_shipped", order, what=_words(contents), carrier=parcel.carrier_name or "no carrier named",
        tracking=parcel.tracking_number, told=told,
    )  # fmt: skip
    return order


def take_parcel_back(order: Order, *, by: User, parcel: int) -> Order:
    """A parcel that did not leave after all; what was in it is here again, and the customer is told once."""
    order = actions.locked(order)
    found = Shipment.objects.filter(order=order, pk=parcel).first()
    if found is None:
        raise Refused("There is no such parcel.")
    if found.taken_back_at is not None:
        return order
    if order.stage != READY_TO_SHIP:
        raise Refused(f"{order.number} has left whole; take its last move back.")

    parcels.take_back(found)

    events.record("order.part_back", order, tracking=found.tracking_number)
    if said := emails.unsay_part(order, found):
        events.record(said, order)
    return order


def _contents(left: Mapping[OrderLine, Decimal], quantities: Mapping[int, Decimal]) -> dict[OrderLine, Decimal]:
    known = {line.pk: line for line in left}
    contents: dict[OrderLine, Decimal] = {}
    for pk, quantity in quantities.items():
        line = known.get(pk)
        if line is None:
            raise Refused("A line was changed meanwhile. Look again, then repeat.")
        if quantity < 0:
            raise Refused("Quantities are zero or more.")
        if quantity > left[line]:
            rest = f"{left[line].normalize():f}"
            raise Refused(f"Of {line.description} only {rest} {'is' if left[line] == 1 else 'are'} left to ship.")
        if quantity:
            contents[line] = quantity
    if not contents:
        raise Refused("Choose what goes: every quantity is zero.")
    return contents


def _words(contents: Mapping[OrderLine, Decimal]) -> str:
    return ", ".join(f"{quantity.normalize():f} × {line.description}" for line, quantity in contents.items())
