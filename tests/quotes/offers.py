"""Quotes for tests, made by the verbs."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from accounts.models import User
from ops import clock
from ops.db.actor import acting_as, for_user
from ops.shop import actions as shop
from orders.actions import CustomerInput, LineInput
from orders.quotes import actions, answers
from orders.quotes.actions import OfferInput
from orders.quotes.models import Quote
from tests import make

AYESHA = CustomerInput("Ayesha Siddiqui", "+923001234567", "ayesha@c.example", "Lahore")


def offer(*, lines: Any = (make.CHAIR, make.TABLE), customer: CustomerInput = AYESHA, **said: Any) -> OfferInput:
    """Two chairs and a table: 2,501.00 + 8,500.00 = 11,001.00."""
    said = {"valid_until": clock.today() + timedelta(days=14), **said}
    return OfferInput(customer=customer, lines=list(lines), **said)


def draft(by: User, **said: Any) -> Quote:
    with acting_as(for_user(by, request="draft")), transaction.atomic():
        return actions.draft_quote(offer(**said), by=by)


def sent(by: User, **said: Any) -> tuple[Quote, str]:
    """A quote that is out, and the token of its link."""
    quote = draft(by, **said)
    with acting_as(for_user(by, request="send")), transaction.atomic():
        return actions.send_quote(quote, by=by)


def order_at_once(by: User, *, yes: bool) -> None:
    with acting_as(for_user(by)), transaction.atomic():
        shop.change_setting("quotes.order_at_once", yes, by=by)


def line(words: str, quantity: str, price: str, discount: str = "0") -> LineInput:
    return LineInput(words, Decimal(quantity), Decimal(price), Decimal(discount))


def today() -> date:
    return clock.today()


_EXPIRE = "update quotes_quote set stage = 'expired', decided_at = now() where id = %s"


def fill(people: Mapping[str, User], found: dict[str, int]) -> None:
    """A quote in every stage for the generated suites; call as the owner. The draft comes first, and stays it."""
    agent, manager = people["agent"], people["manager"]
    phones = iter(f"+92302{number:07}" for number in range(20))

    def to(name: str) -> CustomerInput:
        return CustomerInput(name, next(phones), f"{name}@q.example")

    found["draft"] = draft(agent, customer=to("draft")).pk
    for name, by in (("sent", agent), ("other", people["other_agent"]), ("managers", manager), ("revised", agent),
                     ("ordered", agent), ("lost", agent), ("expired", agent)):  # fmt: skip
        quote, _ = sent(by, customer=to(name))
        found[name] = quote.pk
        with acting_as(for_user(by, request=name)), transaction.atomic():
            if name == "revised":
                actions.send_quote(actions.revise_quote(quote, by=by), by=by)
            if name == "ordered":
                answers.accept_quote(quote, by=by, name="Somebody")
            if name == "lost":
                actions.lose_quote(quote, by=by, reason="Too late")
    with connection.cursor() as cursor:
        before = "select current_setting('ops.clock', true)"
        cursor.execute(before)
        [clock_then] = cursor.fetchone()
        cursor.execute("select set_config('ops.clock', (now() + interval '60 days')::text, false)")
        cursor.execute(_EXPIRE, [found["expired"]])
        cursor.execute("select set_config('ops.clock', %s, false)", [clock_then or ""])
