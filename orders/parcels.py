"""Parcels of an order, row by row: what is left, what goes, what comes back. The verbs are in actions and parts."""

from collections.abc import Mapping
from decimal import Decimal

from django.db.models import DecimalField, Max, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from ops import clock
from orders.models import Carrier, Order, OrderLine, Shipment, ShipmentLine

_NOTHING = Value(Decimal(0), output_field=DecimalField(max_digits=12, decimal_places=3))


def left_of(order: Order) -> dict[OrderLine, Decimal]:
    """Each line with how much of it is still here."""
    gone = (
        ShipmentLine.objects.filter(line=OuterRef("pk"), shipment__taken_back_at=None)
        .order_by()
        .values("line")
        .annotate(gone=Sum("quantity"))
        .values("gone")
    )
    rows = OrderLine.objects.filter(order=order).annotate(gone=Coalesce(Subquery(gone), _NOTHING)).order_by("position")
    return {line: line.quantity - line.gone for line in rows}


def send(order: Order, contents: Mapping[OrderLine, Decimal], *, tracking: str, carrier: str) -> Shipment:
    """A parcel with these lines. The order is locked and ready; the database refuses more than is left."""
    last = Shipment.objects.filter(order=order).aggregate(last=Max("position"))["last"] or 0
    known = carrier_named(carrier)
    parcel = Shipment.objects.create(
        order=order, position=last + 1, carrier=known, carrier_name=known.name if known else carrier[:40],
        tracking_number=tracking[:80],
    )  # fmt: skip
    ShipmentLine.objects.bulk_create(
        ShipmentLine(shipment=parcel, line=line, quantity=quantity) for line, quantity in contents.items()
    )
    return parcel


def send_rest(order: Order, *, tracking: str, carrier: str) -> Shipment | None:
    """Everything that is still here, in one parcel; None when nothing is."""
    rest = {line: left for line, left in left_of(order).items() if left > 0}
    return send(order, rest, tracking=tracking, carrier=carrier) if rest else None


def take_last_back(order: Order) -> Shipment | None:
    """The parcel that made the order whole comes back with the move."""
    last = Shipment.objects.filter(order=order, taken_back_at=None).order_by("-position").first()
    if last is not None:
        take_back(last)
    return last


def correct_only(order: Order) -> Shipment | None:
    """What was mistyped on the order was mistyped on its parcel; of several nobody can know which was meant."""
    out = list(Shipment.objects.filter(order=order, taken_back_at=None)[:2])
    if len(out) != 1 or not order.tracking_number:
        return None
    known = carrier_named(order.carrier)
    out[0].tracking_number, out[0].carrier = order.tracking_number, known
    out[0].carrier_name = known.name if known else order.carrier
    out[0].save(update_fields=["tracking_number", "carrier", "carrier_name"])
    return out[0]


def take_back(parcel: Shipment) -> None:
    parcel.taken_back_at = clock.now()
    parcel.save(update_fields=["taken_back_at"])


def followed(order: Order) -> list[tuple[str, str, str]]:
    """Carrier, number and address of each parcel on its way; an order from before parcels has one of its own."""
    rows = Shipment.objects.filter(order=order, taken_back_at=None).select_related("carrier").order_by("position")
    sent = [(s.carrier_name, s.tracking_number, s.carrier.link(s.tracking_number) if s.carrier else "") for s in rows]
    if sent or not order.tracking_number:
        return sent
    known = carrier_named(order.carrier)
    return [(order.carrier, order.tracking_number, known.link(order.tracking_number) if known else "")]


def carrier_named(name: str) -> Carrier | None:
    """The shop's own row of this carrier, however its name was typed."""
    said = name.strip()
    return Carrier.objects.filter(Q(name__iexact=said)).first() if said else None
