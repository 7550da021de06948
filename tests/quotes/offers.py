"""Quotes for tests, made by the verbs."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.models import User
from ops import clock
from ops.db.actor import acting_as, for_user
from orders.actions import CustomerInput, LineInput
from orders.quotes import actions
from orders.quotes.actions import OfferInput
from orders.quotes.models import Quote, QuoteRules
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
        kept = QuoteRules.objects.get(pk=1)
        actions.set_rules(
            by=by, valid_days=kept.valid_days, terms=kept.terms, reasons=kept.lost_reasons, order_at_once=yes
        )


def line(words: str, quantity: str, price: str, discount: str = "0") -> LineInput:
    return LineInput(words, Decimal(quantity), Decimal(price), Decimal(discount))


def today() -> date:
    return clock.today()
