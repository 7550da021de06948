"""Verbs of stock. Each inserts a move; the database works out levels, locks them in order, and refuses (ruling 15).

`key` makes a verb run once: the same key again gives the move that it made the first time.
"""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.models import User
from inventory.models import Level, Location, Move, MoveCost, StockItem
from ops import clock, events
from ops.editing import as_text
from ops.errors import Refused

Key = UUID | None


def set_opening(
    item: StockItem, *, by: User | None, location: Location, quantity: Decimal, as_of: date | None = None,
    note: str = "", key: Key = None,
) -> Move:  # fmt: skip
    """What there was when the shop began to keep stock here: once for a thing and a place."""
    if quantity < 0:
        raise Refused("Opening stock is zero or more.", field="quantity")
    when = {} if as_of is None else {"at": began(as_of)}

    move, fresh = _move(item, location, key, kind=Move.Kind.OPENING, quantity=quantity, note=note, **when)

    if fresh:
        _record("level.opened", move, quantity=as_text(move.quantity))
    return move


def receive(
    item: StockItem, *, by: User | None, location: Location, quantity: Decimal, unit_cost: Decimal | None = None,
    note: str = "", key: Key = None,
) -> Move:  # fmt: skip
    """More has come in. What a piece cost is written down by who may see costs."""
    if quantity <= 0:
        raise Refused("What is received is more than nothing.", field="quantity")
    if unit_cost is not None and by is not None and not by.has_scope("costs_all"):
        raise Refused("What it cost is for those to write down who see costs.", field="unit_cost")

    move, fresh = _move(item, location, key, kind=Move.Kind.RECEIPT, quantity=quantity, note=note)

    if fresh and unit_cost is not None:
        MoveCost.objects.create(move=move, unit_cost=unit_cost)
    if fresh:
        _record("level.received", move, quantity=as_text(move.quantity))
    return move


def count_stock(
    item: StockItem, *, by: User | None, location: Location, counted: Decimal, at: datetime | None = None,
    note: str = "", key: Key = None,
) -> Move:  # fmt: skip
    """There were `counted` at that moment: the difference to what was on hand then is added (S3)."""
    if counted < 0:
        raise Refused("A count says how much there is: zero or more.", field="counted")
    when = {} if at is None else {"at": at}

    move, fresh = _move(item, location, key, kind=Move.Kind.COUNT, counted=counted, note=note, **when)

    if fresh:
        sign = "+" if move.quantity > 0 else ""
        difference = f"{sign}{as_text(move.quantity)}" if move.quantity else "as expected"
        _record("level.counted", move, counted=as_text(counted), difference=difference)
    return move


def scrap(
    item: StockItem, *, by: User | None, location: Location, quantity: Decimal, note: str, key: Key = None
) -> Move:
    """It is broken, lost or worn, and `note` says which. Raises Refused for more than is free."""
    if quantity <= 0:
        raise Refused("What is scrapped is more than nothing.", field="quantity")
    if not note.strip():
        raise Refused("Say why it is scrapped.", field="note")

    move, fresh = _move(item, location, key, kind=Move.Kind.SCRAP, quantity=-quantity, note=note)

    if fresh:
        _record("level.scrapped", move, quantity=as_text(quantity), why=move.note)
    return move


def _move(
    item: StockItem, location: Location, key: Key, *, kind: Move.Kind, note: str, **said: Any
) -> tuple[Move, bool]:
    """The move, and whether it is new: with the same key there is one already."""
    if known := _known(key, item, location, kind):
        return known, False
    try:
        with transaction.atomic():
            move = Move.objects.create(
                item=item, location=location, kind=kind, key=key, note=" ".join(note.split()), **said
            )
    except IntegrityError:
        if known := _known(key, item, location, kind):  # sent twice at the same moment
            return known, False
        raise
    move.refresh_from_db()  # who, when, and the quantity of a count are the database's
    return move, True


def _known(key: Key, item: StockItem, location: Location, kind: Move.Kind) -> Move | None:
    known = Move.objects.filter(key=key).first() if key else None
    if known and (known.item_id, known.location_id, known.kind) != (item.pk, location.pk, kind):
        raise Refused("This form has been sent already, for something else. Open it again.")
    return known


def _record(kind: str, move: Move, **data: Any) -> None:
    level = Level.objects.get(item=move.item_id, location=move.location_id)
    events.record(kind, level, move=move.pk, what=move.item.name, sku=move.item.sku, where=move.location.name, **data)


def began(day: date) -> datetime:
    """The first moment of a business day: stock as of a day is there before anything happens on it."""
    return datetime.combine(day, time(), clock.zone()) + timedelta(minutes=settings.DAY_RESET_MINUTES)


# --- places -----------------------------------------------------------------------------------------------------


def add_location(*, by: User | None, name: str) -> Location:
    made = Location.objects.create(name=" ".join(name.split()))

    events.record("location.added", made, name=made.name)
    return made


def rename_location(location: Location, *, by: User | None, name: str) -> Location:
    location = Location.objects.select_for_update(no_key=True).get(pk=location.pk)
    before, name = location.name, " ".join(name.split())
    if name == before:
        return location

    location.name = name
    location.save(update_fields=["name"])

    events.record("location.renamed", location, name=name, before=before)
    return location
