"""Verbs of quotes before they are answered: write, edit, send, make a link, begin the next version (A26)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction

from accounts.models import User
from customers import actions as customers
from ops import clock, events, lifecycle
from ops.access.scopes import scopes_of
from ops.errors import Conflict, Refused
from ops.money import stored
from ops.shop import setting, working_day_from
from orders.actions import CustomerInput, LineInput, summary_of
from orders.inputs import check_size
from orders.quotes import emails
from orders.quotes.models import (
    Quote,
    QuoteLine,
    QuoteLinePrice,
    QuoteRecipient,
    QuoteSale,
    QuoteVersion,
)
from orders.quotes.stages import DRAFT, EXPIRED, LOST, SENT
from orders.quotes.words import day_of


@dataclass(frozen=True)
class OfferInput:
    """What one version says, as it was typed. `rate` turns its currency into the shop's."""

    customer: CustomerInput
    lines: Sequence[LineInput]
    valid_until: date
    promise_on: date | None = None
    channel: str = ""
    rush: bool = False
    note: str = ""
    terms: str = ""
    currency: str = ""
    rate: Decimal = Decimal(1)


@transaction.atomic
def draft_quote(
    offer: OfferInput, *, by: User, agent: User | None = None, tell: Callable[[str], object] | None = None
) -> Quote:
    """A new quote whose first version nobody has been sent yet. `tell` hears what is known of the customer."""
    agent = agent or by
    if agent.pk != by.pk and not by.has_scope("quotes_all"):
        raise Refused("Only who sees every quote may write one for a colleague.", field="agent")
    if not (agent.is_active and (agent.has_scope("quotes_own") or agent.has_scope("quotes_all"))):
        raise Refused(f"{agent.name} does not sell; choose somebody who does.", field="agent")
    _check(offer)

    quote = Quote.objects.create(customer_id=_customer(offer.customer, by), agent=agent, valid_until=offer.valid_until)
    quote.refresh_from_db()
    _point_at(quote, _write_version(quote, 1, offer))

    events.record("quote.drafted", quote)
    known = customers.fill_blanks(
        quote.customer_id, by=by, name=offer.customer.name, phone=offer.customer.phone, email=offer.customer.email,
        city=offer.customer.city,
    )  # fmt: skip
    if known and tell:
        tell(known)
    return quote


@transaction.atomic
def edit_draft(quote: Quote, offer: OfferInput, *, by: User, version: int | None = None) -> Quote:
    """What the unsent version says. A sent one is not edited: `revise` begins the next."""
    quote = locked(quote, version)
    if quote.stage != DRAFT:
        raise Refused(f"{quote.number} was sent; make a new version to change it.")
    _check(offer)

    before = quote.newest()
    was = QuoteRecipient.objects.get(pk=before.pk)
    if (offer.customer.phone, offer.customer.email) != (was.phone, was.email):
        quote.customer_id = _customer(offer.customer, by)
    QuoteLinePrice.objects.filter(line__version=before).delete()
    QuoteLine.objects.filter(version=before).delete()
    QuoteSale.objects.filter(pk=before.pk).delete()
    QuoteRecipient.objects.filter(pk=before.pk).delete()
    _fill(before, offer)
    before.save(update_fields=["summary", "pieces", "valid_until", "promise_on", "channel", "rush", "note", "terms"])
    _write_parts(before, offer)
    _point_at(quote, before)

    events.record("quote.edited", quote, n=before.n)
    return quote


@transaction.atomic
def send_quote(quote: Quote, *, by: User, version: int | None = None) -> tuple[Quote, str]:
    """Freeze the draft and mail its link, when an e-mail is known. Returns the quote and the link's token.

    The token is shown once, so that whoever sends may also pass it on by hand; empty when it was sent before.
    """
    quote = locked(quote, version)
    if quote.stage == SENT:
        return quote, ""
    lifecycle.require("quote", quote.number, quote.stage, SENT, scopes_of(by))
    offer = quote.newest()
    if offer.sent_at is not None:
        raise Refused(f"{quote.number}: version {offer.n} was sent before; make a new version.")
    if offer.valid_until < clock.today():
        raise Refused("Its last day is over: choose a later day until which it is valid.", field="valid_until")

    offer.sent_at = clock.now()
    offer.save(update_fields=["sent_at"])
    quote.stage, quote.first_sent_at = SENT, quote.first_sent_at or offer.sent_at
    quote.save(update_fields=["stage", "first_sent_at"])

    token = emails.link_to(offer)
    mailed = emails.send_offer(quote, offer, token)
    events.record("quote.sent", quote, n=offer.n, until=day_of(offer.valid_until), how=", by mail" if mailed else "")
    return stamped(quote), token


@transaction.atomic
def make_link(quote: Quote, *, by: User) -> str:
    """A new link to the version that is out; the ones before it end. The token is shown once and kept nowhere."""
    quote = locked(quote)
    if quote.stage != SENT:
        raise Refused(f"{quote.number} is {_label(quote.stage)}: there is nothing to answer by a link.")
    offer = quote.newest()

    emails.end_links(offer)
    token = emails.link_to(offer)

    events.record("quote.linked", quote, n=offer.n)
    return token


def valid_until() -> date:
    """The last day that a new offer begins with: one on which somebody can still be asked."""
    return working_day_from(clock.today() + timedelta(days=setting("quotes.valid_days")))


@transaction.atomic
def revise_quote(quote: Quote, *, by: User, version: int | None = None) -> Quote:
    """The next version, as a copy of the last; the old one stays as it was sent, and its link says so."""
    quote = locked(quote, version)
    if quote.stage == DRAFT:
        return quote
    lifecycle.require("quote", quote.number, quote.stage, DRAFT, scopes_of(by))

    old = quote.newest()
    quote.stage, quote.decided_at, quote.lost_reason, quote.lost_note = DRAFT, None, "", ""
    quote.save(update_fields=["stage", "decided_at", "lost_reason", "lost_note"])
    offer = offer_of(old, by)
    fresh = max(old.valid_until, valid_until())
    _point_at(quote, _write_version(quote, old.n + 1, offer, valid_until=fresh))

    events.record("quote.revised", quote, n=old.n + 1)
    return quote


@transaction.atomic
def lose_quote(quote: Quote, *, by: User, reason: str, note: str = "", version: int | None = None) -> Quote:
    """It will not become an order; the reason is one of the shop's own list and counts in the figures."""
    quote = locked(quote, version)
    if quote.stage == LOST:
        return quote
    lifecycle.require("quote", quote.number, quote.stage, LOST, scopes_of(by))
    if reason not in setting("quotes.lost_reasons"):
        raise Refused("Choose why it is lost.", field="reason")

    quote.stage, quote.decided_at, quote.lost_reason, quote.lost_note = LOST, clock.now(), reason, note.strip()[:300]
    quote.save(update_fields=["stage", "decided_at", "lost_reason", "lost_note"])

    events.record("quote.lost", quote, reason=f"{reason}{f' ({quote.lost_note})' if quote.lost_note else ''}")
    return stamped(quote)


@transaction.atomic
def reopen_quote(quote: Quote, *, by: User, version: int | None = None) -> Quote:
    """What was answered by mistake is out again while its last day lasts; after that a new version is begun."""
    quote = locked(quote, version)
    if quote.stage == SENT:
        return quote
    offer = quote.newest()
    if quote.stage == EXPIRED or offer.sent_at is None or offer.valid_until < clock.today():
        return revise_quote(quote, by=by)
    lifecycle.require("quote", quote.number, quote.stage, SENT, scopes_of(by))

    quote.stage, quote.accepted, quote.decided_at, quote.lost_reason, quote.lost_note = SENT, None, None, "", ""
    quote.save(update_fields=["stage", "accepted", "decided_at", "lost_reason", "lost_note"])

    events.record("quote.reopened", quote)
    return stamped(quote)


# --- shared -----------------------------------------------------------------------------------------------------


def locked(quote: Quote, version: int | None = None) -> Quote:
    """The row as it is now, locked. Raises Refused when it left the person's view, Conflict when it was changed."""
    try:
        quote = Quote.objects.locked(quote.pk)
    except Quote.DoesNotExist as error:
        raise Refused(f"{quote.number} is not yours to change any more.") from error
    if version is not None and quote.version != version:
        raise Conflict(f"Somebody changed {quote.number} just now; it is {_label(quote.stage)}. Look again.")
    return quote


def stamped(quote: Quote) -> Quote:
    """The row with what the database wrote on it."""
    quote.refresh_from_db(fields=["version", "updated_at", "stage_since"])
    return quote


def offer_of(version: QuoteVersion, by: User) -> OfferInput:
    """What a version says, to be said again: by the next version, or by an order."""
    to, sale = QuoteRecipient.objects.get(pk=version.pk), QuoteSale.objects.get(pk=version.pk)
    rows = QuoteLine.objects.filter(version=version).order_by("position")
    lines = [
        LineInput(row.description, row.quantity, row.price.unit_price, row.price.discount, row.product)
        for row in rows.select_related("price", "product__category")
    ]
    return OfferInput(
        CustomerInput(to.name, to.phone, to.email, to.city), lines, version.valid_until, version.promise_on,
        version.channel, version.rush, version.note, version.terms, sale.currency, sale.rate,
    )  # fmt: skip


def _check(offer: OfferInput) -> None:
    if not offer.lines:
        raise Refused("A quote needs at least one line.")
    if any(line.total < 0 for line in offer.lines):
        raise Refused("A discount is larger than what its line costs.")
    if offer.valid_until < clock.today():
        raise Refused("That day is over; a quote is valid until a day from today on.", field="valid_until")
    if offer.rate <= 0:
        raise Refused("A rate is more than zero.", field="rate")
    check_size(offer.lines, offer.rate)


def _customer(said: CustomerInput, by: User) -> int:
    return customers.find_or_create(by=by, name=said.name, phone=said.phone, email=said.email, city=said.city)


def _write_version(quote: Quote, n: int, offer: OfferInput, *, valid_until: date | None = None) -> QuoteVersion:
    version = QuoteVersion(quote=quote, n=n)
    _fill(version, offer)
    version.valid_until = valid_until or offer.valid_until
    version.save(force_insert=True)
    _write_parts(version, offer)
    return version


def _fill(version: QuoteVersion, offer: OfferInput) -> None:
    version.summary = summary_of(offer.lines)
    version.pieces = sum((line.quantity for line in offer.lines), Decimal(0))
    version.valid_until, version.promise_on = offer.valid_until, offer.promise_on
    version.channel, version.rush, version.note, version.terms = offer.channel, offer.rush, offer.note, offer.terms


def _write_parts(version: QuoteVersion, offer: OfferInput) -> None:
    said = offer.customer
    QuoteRecipient.objects.create(
        version=version, name=said.name.strip(), phone=said.phone.strip(), email=said.email.strip().lower(),
        city=said.city.strip(),
    )  # fmt: skip
    rows = QuoteLine.objects.bulk_create(
        QuoteLine(
            version=version, position=position, product=line.product, sku=line.product.sku if line.product else "",
            description=line.description[:200], quantity=line.quantity,
            category=line.product.category.name if line.product and line.product.category else "",
        )
        for position, line in enumerate(offer.lines, start=1)
    )  # fmt: skip
    QuoteLinePrice.objects.bulk_create(
        QuoteLinePrice(line=row, unit_price=stored(line.unit_price), discount=stored(line.discount), total=line.total)
        for row, line in zip(rows, offer.lines, strict=True)
    )
    amount = sum((line.total for line in offer.lines), Decimal(0))
    QuoteSale.objects.create(
        version=version, amount=amount, currency=offer.currency or settings.SHOP_CURRENCY, rate=offer.rate
    )


def _point_at(quote: Quote, version: QuoteVersion) -> None:
    """The quote shows its newest version's words, so that lists need not look for it."""
    quote.current, quote.summary, quote.valid_until = version, version.summary, version.valid_until
    quote.save(update_fields=["customer", "current", "summary", "valid_until"])
    stamped(quote)


def _label(stage: str) -> str:
    return lifecycle.life("quote").stage(stage).label.lower()
