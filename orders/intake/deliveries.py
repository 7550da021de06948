"""One delivery of a storefront: checked, taken once, answered. Everything acts as the role `intake` (A7, A48)."""

import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction
from django.urls import reverse

from accounts.models import User
from catalog.models import Product
from customers.phones import to_e164
from ops import clock, events, links
from ops.db.actor import Actor, acting_as, builtin_role
from ops.errors import Refused, attempt
from orders import actions
from orders.intake import reading, signature
from orders.intake.keys import secrets_of
from orders.intake.models import Delivery, IntakeKey
from orders.intake.reading import Incoming, Problem
from orders.models import Order

log = logging.getLogger(__name__)
_LINK = timedelta(days=90)
_OLDEST, _EARLY = timedelta(days=31), timedelta(minutes=5)
_NOT_OURS = "This delivery is not signed by a key that works here."


@dataclass(frozen=True)
class Envelope:
    """What stands around the body: the headers, as they came."""

    key: str
    message: str
    timestamp: str
    signature: str


@dataclass(frozen=True)
class Answer:
    status: int
    body: dict[str, Any]
    replayed: bool = False


class _No(Exception):
    """Refused with a status and a sentence; nothing of the delivery is kept but that it was refused."""

    def __init__(self, status: int, says: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(says)
        self.status, self.says, self.problems = status, says, problems

    def answer(self) -> Answer:
        listed = {"problems": [asdict(problem) for problem in self.problems[:100]]} if self.problems else {}
        return Answer(self.status, {"error": self.says, **listed})


def deliverer(request: str = "") -> Actor:
    """Who takes a storefront's delivery: a system role that may do this and nothing else."""
    return Actor(None, builtin_role("intake"), "task", request, source="intake")


def take(envelope: Envelope, body: bytes, *, request: str = "") -> Answer:
    """What the sender is told. The same delivery again is answered with the order it became."""
    with acting_as(deliverer(request)):
        try:
            with transaction.atomic():
                key = _signed_by(envelope, body)
        except _No as no:
            return no.answer()
        try:
            with attempt():
                return _take(key, envelope.message, body)
        except _No as no:
            refusal = no
        except Refused as refused:
            # What the shop has not said yet is nothing that the sender could mend: it sends it again, as it is.
            status = 503 if refused.field == "rate" else 422
            place = _PLACES.get(refused.field or "", "")
            refusal = _No(status, refused.sentence, [Problem(place, refused.sentence)])
        with transaction.atomic():
            _keep_refusal(key, envelope.message, body, refusal)
        return refusal.answer()


_PLACES = {"phone": "customer.phone", "email": "customer.email", "currency": "currency", "rate": "rate", "agent": ""}


# --- whose it is ------------------------------------------------------------------------------------------------


def _signed_by(envelope: Envelope, body: bytes) -> IntakeKey:
    """An unknown key and a wrong signature are told apart in the log only."""
    if not (envelope.message and envelope.timestamp and envelope.signature and envelope.key):
        raise _No(401, "A delivery needs the headers opsdeck-key, webhook-id, webhook-timestamp and webhook-signature.")
    if len(envelope.message) > 120 or "\x00" in envelope.message:
        raise _No(401, "The webhook-id holds at most 120 characters.")
    timestamp = int(envelope.timestamp) if envelope.timestamp.isascii() and envelope.timestamp.isdigit() else -1
    age = clock.now().timestamp() - timestamp
    if abs(age) > signature.TOLERANCE:
        raise _No(401, "The webhook-timestamp is more than five minutes from now. Set the sender's clock; sign anew.")
    key = IntakeKey.objects.filter(public=envelope.key[:40].replace("\x00", ""), retired_at=None).first()
    if key is None:
        log.warning("A delivery named a key that is unknown or retired.")
        raise _No(401, _NOT_OURS)
    if not signature.is_signed(envelope.signature, secrets_of(key), envelope.message, timestamp, body):
        log.warning("A delivery for key %s was not signed by it.", key.pk)
        raise _No(401, _NOT_OURS)
    return key


# --- taking it --------------------------------------------------------------------------------------------------


def _take(key: IntakeKey, message: str, body: bytes) -> Answer:
    _one_at_a_time(key)
    digest = sha256(body).hexdigest()
    known = Delivery.objects.filter(key=key, message=message, outcome=Delivery.Outcome.TAKEN).first()
    if known is not None:
        return _again(known.order_id, known.body_sha256 == digest, f"The delivery {message}")
    said, problems = _read(body)
    if said.id and (order := Order.objects.filter(source=_source(key), external_id=said.id).first()):
        return _again(order.pk, order.row_sha256 == digest, f"Your order {said.id}")
    products = _products(said, problems)
    _check_customer(said, problems)
    _check_time(said, problems)
    if problems:
        raise _No(422, _count(problems), problems)
    order = _receive(key, said, products, digest)
    Delivery.objects.bulk_create([_delivery(key, message, body, outcome=Delivery.Outcome.TAKEN, order=order)])
    return _told(order, 201, ignored=said.ignored)


def _one_at_a_time(key: IntakeKey) -> None:
    """Two deliveries of one storefront at the same moment: the second sees what the first became."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended('intake:' || %s, 0))", [str(key.pk)])


def _again(order_id: int | None, same: bool, what: str) -> Answer:
    order = Order.objects.get(pk=order_id or 0)
    if not same:
        raise _No(409, f"{what} was taken before as {order.number}, with another body. Orders are changed in Opsdeck.")
    return _told(order, 200, replayed=True)


def _told(order: Order, status: int, *, replayed: bool = False, ignored: Sequence[str] = ()) -> Answer:
    token = links.issue("order_status", order.pk, valid_for=_LINK)
    follow = f"{settings.ORIGIN}{reverse('order_status', args=[token])}"
    said: dict[str, Any] = {"order": order.number, "id": str(order.public_id), "follow": follow}
    return Answer(status, said | ({"ignored": list(ignored)} if ignored else {}), replayed)


def _read(body: bytes) -> tuple[Incoming, list[Problem]]:
    if len(body) > reading.MOST_BYTES:
        raise _No(413, f"A delivery holds at most {reading.MOST_BYTES:,} bytes.")
    try:
        return reading.read(body)
    except reading.Unreadable as error:
        raise _No(400, str(error)) from error


def _count(problems: Sequence[Problem]) -> str:
    first = problems[0]
    more = f" There are {len(problems) - 1:,} more." if len(problems) > 1 else ""
    return f"{first.at}: {first.says}{more}" if first.at else first.says + more


def _products(said: Incoming, problems: list[Problem]) -> dict[str, Product]:
    wanted = {line.sku for line in said.lines if line.sku}
    rows = Product.objects.filter(sku__in=wanted, is_active=True).select_related("category")
    known = {product.sku: product for product in rows}
    for place, line in enumerate(said.lines):
        if line.sku and line.sku not in known and not line.description:
            problems.append(
                Problem(f"lines[{place}].sku", "There is no such product here. Send a description with it.")
            )
    return known


def _check_customer(said: Incoming, problems: list[Problem]) -> None:
    if not said.phone and not said.email:
        problems.append(Problem("customer", "A customer needs a phone or an e-mail, to be found again."))
    try:
        to_e164(said.phone)
    except Refused as refused:
        problems.append(Problem("customer.phone", refused.sentence))
    try:
        validate_email(said.email or "nobody@example.com")
    except ValidationError:
        problems.append(Problem("customer.email", "This is not an e-mail address."))


def _check_time(said: Incoming, problems: list[Problem]) -> None:
    now = clock.now()
    if said.placed_at is not None and not now - _OLDEST <= said.placed_at <= now + _EARLY:
        problems.append(Problem("placed_at", "An order comes in within 31 days, and not before it was placed."))


def _receive(key: IntakeKey, said: Incoming, products: dict[str, Product], digest: str) -> Order:
    order = actions.receive_delivered(
        customer=actions.CustomerInput(said.name, said.phone, said.email, said.city, said.address),
        lines=[
            actions.LineInput(
                line.description or products[line.sku].name, line.quantity, line.unit_price, line.discount,
                products.get(line.sku), line.sku,
            )
            for line in said.lines
        ],
        agent=lambda customer: _agent(key, customer),
        source=_source(key),
        external_id=said.id,
        row_sha256=digest,
        channel=key.name,
        production_note=said.note,
        origin=Order.Origin.INTAKE,
        promise_on=said.promise_on,
        placed_at=said.placed_at,
        currency=said.currency,
        rate=said.rate,
    )  # fmt: skip
    events.record("order.arrived", order, storefront=key.name, number=said.id)
    return order


def _agent(key: IntakeKey, customer_id: int) -> User:
    chosen = key.agent if key.agent and key.agent.is_active else None
    if chosen is not None:
        return chosen
    with connection.cursor() as cursor:
        cursor.execute("select ops.next_agent(%s)", [customer_id])
        found = cursor.fetchone()[0]
    if found is None:
        raise _No(503, "Nobody here sells at the moment, so the order would belong to nobody. Send it again later.")
    who: User = User.objects.get(pk=found)
    return who


def _source(key: IntakeKey) -> str:
    return f"web:{key.name}"


def _keep_refusal(key: IntakeKey, message: str, body: bytes, no: _No) -> None:
    Delivery.objects.bulk_create([_delivery(key, message, body, outcome=Delivery.Outcome.REFUSED, said=no.says[:500])])


def _delivery(key: IntakeKey, message: str, body: bytes, **more: Any) -> Delivery:
    return Delivery(key=key, message=message, body_sha256=sha256(body).hexdigest(), size=len(body), **more)
