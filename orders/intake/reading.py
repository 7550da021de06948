"""The body of a delivery, read: an order, or everything that is wrong with it, each with its place.

Nothing is guessed: a time needs its zone, and a name is needed.
"""

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.conf import settings

from ops.imports.values.currencies import codes

MOST_BYTES = 1_000_000
MOST_LINES = 500
_DIGITS_BEFORE_POINT = 9
_KNOWN = {"id", "placed_at", "currency", "rate", "customer", "lines", "promise_on", "note"}
_KNOWN_CUSTOMER = {"name", "phone", "email", "city", "address"}
_KNOWN_LINE = {"sku", "description", "quantity", "unit_price", "discount"}


@dataclass(frozen=True)
class Problem:
    """`at` is a path into the body, like lines[2].quantity."""

    at: str
    says: str


@dataclass
class Line:
    sku: str
    description: str
    quantity: Decimal
    unit_price: Decimal
    discount: Decimal


@dataclass
class Incoming:
    """An order as a storefront sends it; amounts in `currency`, which is worth `rate` of the shop's: none where it
    sends none, and the shop's own of the day holds."""

    id: str = ""
    placed_at: datetime | None = None
    currency: str = ""
    rate: Decimal | None = None
    name: str = ""
    phone: str = ""
    email: str = ""
    city: str = ""
    address: str = ""
    promise_on: date | None = None
    note: str = ""
    lines: list[Line] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)


class Unreadable(Exception):
    """The body is no JSON object at all; the sentence says where it stops being one."""


def read(body: bytes) -> tuple[Incoming, list[Problem]]:
    """Raises Unreadable for what is not a JSON object."""
    reader = _Reader()
    return reader.order(_object(body)), reader.problems


def _object(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(
            body.decode(), parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=_without_doubles
        )
    except UnicodeDecodeError as error:
        raise Unreadable(f"The body is not UTF-8: byte {error.start} cannot be read.") from error
    except json.JSONDecodeError as error:
        raise Unreadable(f"The body is not JSON: {error.msg} in line {error.lineno}, column {error.colno}.") from error
    except (RecursionError, InvalidOperation) as error:
        raise Unreadable(
            "The body is not an order: it is nested too deep, or holds a number beyond measure."
        ) from error
    except ValueError as error:
        raise Unreadable(str(error)) from error
    if not isinstance(said, dict):
        raise Unreadable("The body is JSON, but not an object with an order's fields.")
    return said


def _no_constant(name: str) -> None:
    raise ValueError(f"The body holds {name}, which JSON does not know.")


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        twice = next(key for key, _ in pairs if sum(key == other for other, _ in pairs) > 1)
        raise ValueError(f"The body says “{twice[:40]}” twice in one object; which of them holds?")
    return made


class _Reader:
    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def wrong(self, at: str, says: str) -> None:
        self.problems.append(Problem(at, says))

    def order(self, said: dict[str, Any]) -> Incoming:
        customer = said.get("customer")
        if not isinstance(customer, dict):
            self.wrong("customer", "An order needs a customer: an object with a name and a phone or an e-mail.")
            customer = {"name": "?"}
        read = Incoming(
            id=self.text(said, "id", most=120, needed="Your own number of the order, so that it is taken once."),
            placed_at=self.moment(said, "placed_at"),
            currency=self.text(said, "currency", most=3) or settings.SHOP_CURRENCY,
            name=self.text(customer, "name", "customer.", most=160, needed="The customer needs a name."),
            phone=self.text(customer, "phone", "customer.", most=40),
            email=self.text(customer, "email", "customer.", most=254),
            city=self.text(customer, "city", "customer.", most=80),
            address=self.text(customer, "address", "customer.", most=500),
            promise_on=self.day(said, "promise_on"),
            note=self.text(said, "note", most=2000),
            lines=self.lines(said.get("lines")),
        )
        self.rate(said, read)
        read.ignored = sorted({*(said.keys() - _KNOWN), *(f"customer.{k}" for k in customer.keys() - _KNOWN_CUSTOMER)})
        return read

    def rate(self, said: dict[str, Any], read: Incoming) -> None:
        if not (len(read.currency) == 3 and read.currency.isascii() and read.currency.isupper()):
            self.wrong("currency", "A currency is three capital letters, like PKR.")
        elif read.currency not in codes():
            self.wrong("currency", f"“{read.currency}” is no currency in use.")
        elif read.currency != settings.SHOP_CURRENCY and said.get("rate") is not None:
            read.rate = self.number(said, "rate", places=8, above_zero=True)

    def lines(self, said: Any) -> list[Line]:
        if not isinstance(said, list) or not said:
            self.wrong("lines", "An order needs at least one line.")
            return []
        if len(said) > MOST_LINES:
            self.wrong("lines", f"An order may have {MOST_LINES} lines; this one has {len(said):,}. Send it in parts.")
            return []
        return [self.line(f"lines[{place}]", one) for place, one in enumerate(said)]

    def line(self, at: str, said: Any) -> Line:
        if not isinstance(said, dict):
            self.wrong(at, "A line is an object.")
            said = {"description": "?", "quantity": 1, "unit_price": 0}
        sku = self.text(said, "sku", f"{at}.", most=60)
        line = Line(
            sku=sku,
            description=self.text(said, "description", f"{at}.", most=200),
            quantity=self.number(said, "quantity", f"{at}.", places=3, above_zero=True),
            unit_price=self.number(said, "unit_price", f"{at}."),
            discount=self.number(said, "discount", f"{at}.", default=Decimal(0)),
        )
        if not sku and not line.description:
            self.wrong(f"{at}.description", "A line needs a sku or a description.")
        if line.discount > line.quantity * line.unit_price:
            self.wrong(f"{at}.discount", "The discount is larger than what the line costs.")
        return line

    def text(self, said: dict[str, Any], key: str, at: str = "", *, most: int, needed: str = "") -> str:
        value = said.get(key)
        if value is None or value == "":
            if needed:
                self.wrong(at + key, f"Missing. {needed}")
            return ""
        if not isinstance(value, str | int) or isinstance(value, bool):
            self.wrong(at + key, "This is a text.")
            return ""
        text = str(value).strip()
        if len(text) > most:
            self.wrong(at + key, f"This holds {most} characters; it has {len(text):,}.")
        elif "\x00" in text:
            self.wrong(at + key, "This holds a NUL character, which no text has.")
        else:
            return text
        return ""

    def number(
        self, said: dict[str, Any], key: str, at: str = "", *, places: int = 4, above_zero: bool = False,
        default: Decimal | None = None,
    ) -> Decimal:  # fmt: skip
        value = said.get(key)
        fallback = Decimal(1 if above_zero else 0)
        if value is None:
            if default is None:
                self.wrong(at + key, "Missing. This is a number.")
            return fallback if default is None else default
        try:
            number = Decimal(value) if isinstance(value, str | int | Decimal) and not isinstance(value, bool) else None
        except InvalidOperation:
            number = None
        if number is None or not number.is_finite():
            self.wrong(at + key, "This is a number, like 1250.50.")
        elif number < 0 or (above_zero and number == 0):
            self.wrong(at + key, "This is more than zero." if above_zero else "This is zero or more.")
        elif number.adjusted() >= _DIGITS_BEFORE_POINT:
            self.wrong(at + key, f"This has more than {_DIGITS_BEFORE_POINT} digits before the point.")
        elif number != round(number, places):
            self.wrong(at + key, f"This has more than {places} digits after the point.")
        else:
            return number
        return fallback

    def day(self, said: dict[str, Any], key: str) -> date | None:
        text = self.text(said, key, most=40)
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            self.wrong(key, "This is a day, like 2026-12-24.")
            return None

    def moment(self, said: dict[str, Any], key: str) -> datetime | None:
        text = self.text(said, key, most=40)
        if not text:
            return None
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            self.wrong(key, "This is a time with its zone, like 2026-11-21T09:30:00+05:00.")
            return None
        return moment
