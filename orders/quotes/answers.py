"""How a quote is answered, and the order that comes of it: by who sells, by the customer's link, by its last day.

A link is used up by the same transaction that answers; the quote is always locked before the link, so that of two who
answer at once one waits, sees the answer, and is told (D29). What came of an accepted quote is one order for ever.
"""

from collections.abc import Callable
from dataclasses import replace

from django.db import connection, transaction

from accounts.models import User
from ops import clock, events, lifecycle, links
from ops.access.scopes import scopes_of
from ops.db.actor import acting_as, current_actor, for_link, for_user, task
from ops.errors import Refused, attempt
from ops.outbox import run_once
from ops.shop import setting
from orders import actions as orders
from orders.emails import status_link
from orders.models import Order
from orders.quotes import emails
from orders.quotes.actions import locked, offer_of, stamped
from orders.quotes.models import Quote, QuoteAnswer, QuoteOrder
from orders.quotes.stages import ACCEPTED, EXPIRED, LOST, SENT
from orders.quotes.words import day_of

KIND = "quote"
BY_LINK = "Declined by the customer"


@transaction.atomic
def accept_quote(quote: Quote, *, by: User, name: str, note: str = "", version: int | None = None) -> Quote:
    """The customer said yes to somebody of the shop. The order is made at once where the shop wants that."""
    quote = locked(quote, version)
    if quote.stage == ACCEPTED:
        return quote
    lifecycle.require("quote", quote.number, quote.stage, ACCEPTED, scopes_of(by))
    if not name.strip():
        raise Refused("Say who accepted it.", field="name")

    n = _accept(quote, name, note, by_customer=False)

    events.record("quote.accepted", quote, n=n)
    if setting("quotes.order_at_once"):
        order_or_say_why(quote, by=by)
    return stamped(quote)


@transaction.atomic
def convert_quote(quote: Quote, *, by: User) -> Order:
    """The order that an accepted quote becomes, without typing anything again; asked twice it is the same order."""
    quote = locked(quote)
    if made := QuoteOrder.objects.filter(quote=quote).select_related("order").first():
        return made.order
    if quote.stage != ACCEPTED:
        stage = lifecycle.life("quote").stage(quote.stage).label.lower()
        raise Refused(f"{quote.number} is {stage}; an order is made of an accepted quote.")
    version = quote.agreed()
    offer = offer_of(version, by)

    order = orders.receive_order(
        by=by, customer=offer.customer, customer_id=quote.customer_id, lines=offer.lines,
        agent=User.objects.get(pk=quote.agent_id), promise_on=offer.promise_on, channel=offer.channel, rush=offer.rush,
        note=offer.note, currency=offer.currency, rate=offer.rate,
    )  # fmt: skip
    QuoteOrder.objects.create(quote=quote, order=order, n=version.n)

    events.record("quote.ordered", quote, n=version.n, order=order.number)
    who = _accepted_by(quote)
    events.record("order.from_quote", order, quote=quote.number, n=version.n, who=who, day=day_of(quote.decided_at))
    return order


def order_or_say_why(quote: Quote, *, by: User) -> Order | None:
    """The order at once; where something is in its way the quote stays accepted, and its story says what."""
    try:
        with attempt():
            return convert_quote(quote, by=by)
    except Refused as refused:
        events.record("quote.not_ordered", quote, why=refused.sentence)
        return None


# --- by the customer's link ---------------------------------------------------------------------------------------


@transaction.atomic
def accept_by_link(token: str, *, name: str, request: str = "") -> Quote:
    """The customer's yes. Of two at once one is taken and the other is told so."""
    if not name.strip():
        raise Refused("Type your name to accept.", field="name")
    with acting_as(replace(for_link(token, request), source="link")):
        quote = _of_link()
        n = _accept(quote, name, "", by_customer=True)
        events.record("quote.accepted_by_customer", quote, n=n)
    _tell_and_order(quote, "accepted")
    return quote


@transaction.atomic
def decline_by_link(token: str, *, name: str = "", reason: str = "", request: str = "") -> Quote:
    """The customer's no, with a reason if they give one."""
    with acting_as(replace(for_link(token, request), source="link")):
        quote = _of_link()
        offer = quote.newest()
        said = reason.strip()[:300]
        quote.stage, quote.decided_at, quote.lost_reason, quote.lost_note = LOST, clock.now(), BY_LINK, said
        quote.save(update_fields=["stage", "decided_at", "lost_reason", "lost_note"])
        _answer(quote, offer.n, QuoteAnswer.Kind.DECLINED, name or offer.recipient.name, said, by_customer=True)
        events.record("quote.declined", quote, n=offer.n, reason=said or "no reason given")
    _tell_and_order(quote, "declined")
    return quote


def has_order(token: str, request: str = "") -> bool:
    """Whether an order came of the quote behind this link, with a page for the customer."""
    return _of_its_order(token, request, bool) or False


def order_by_link(token: str, request: str = "") -> str:
    """The token of the page that shows the customer where that order is; empty while there is none."""
    return _of_its_order(token, request, status_link) or ""


def _of_its_order[T](token: str, request: str, ask: Callable[[Order], T]) -> T | None:
    """Asked as the agent, who knows the order: a link to a quote opens nothing else."""
    with acting_as(for_link(token, request)):
        quote = Quote.objects.first()
    if quote is None or quote.stage != ACCEPTED:
        return None
    with acting_as(task("quotes", request)):
        agent = User.objects.get(pk=quote.agent_id)
    if not agent.is_active:
        return None
    with acting_as(for_user(agent, request=request, source="link")):
        made = QuoteOrder.objects.filter(quote=quote, order__cancelled_at=None, order__agent=agent)
        found = made.select_related("order").first()
        return ask(found.order) if found else None


def view_by_link(token: str, request: str = "") -> bool:
    """The customer has the offer before them; once a version. True when this is the first time."""
    with acting_as(replace(for_link(token, request), source="link")), connection.cursor() as cursor:
        cursor.execute("select ops.note_quote_view()")
        return bool(cursor.fetchone()[0])


def _of_link() -> Quote:
    """The quote of the acting link, locked, with the link used up. Raises Refused with what is in the way."""
    quote = Quote.objects.select_for_update(of=("self",), no_key=True).first()
    if quote is None:
        raise Refused("This link is not valid, or it has ended. Ask the shop for a new one.")
    version = links.use_link(KIND)
    if quote.current_id != version:
        raise Refused("There is a newer version of this quote. Look for the newer message, or ask the shop.")
    if quote.stage != SENT:
        raise Refused("This quote has been answered already.")
    if quote.is_over_day:
        raise Refused(f"This quote was valid until {day_of(quote.valid_until)}. Ask the shop for a new one.")
    return quote


def _tell_and_order(quote: Quote, answer: str) -> None:
    """The agent is told, and makes the order where the shop wants it at once: the customer's link may do neither."""
    actor = current_actor.get()
    with acting_as(task("quotes", actor.request if actor else "")):
        agent = User.objects.get(pk=quote.agent_id)
    if not agent.is_active or not (agent.has_scope("quotes_own") or agent.has_scope("quotes_all")):
        return
    with acting_as(for_user(agent, request=actor.request if actor else "", source="link")):
        order = order_or_say_why(quote, by=agent) if answer == "accepted" and setting("quotes.order_at_once") else None
        emails.tell_agent(quote, agent, answer, order)


# --- by its last day ----------------------------------------------------------------------------------------------


def expire_quotes() -> int:
    """End every quote whose last day has passed; once a quote, whoever runs it and however often."""
    today, ended = clock.today(), 0
    for pk in Quote.objects.filter(stage=SENT, valid_until__lt=today).order_by("pk").values_list("pk", flat=True):
        ended += _expire(pk)
    return ended


@transaction.atomic
def _expire(pk: int) -> bool:
    quote = Quote.objects.select_for_update(of=("self",), no_key=True).filter(pk=pk, stage=SENT).first()
    if quote is None or not quote.is_over_day or not run_once("quotes.expired", quote.valid_until, str(pk)):
        return False
    version = quote.newest()

    quote.stage, quote.decided_at = EXPIRED, clock.now()
    quote.save(update_fields=["stage", "decided_at"])

    events.record("quote.expired", quote, n=version.n, until=day_of(version.valid_until))
    return True


# --- shared -------------------------------------------------------------------------------------------------------


def _accept(quote: Quote, name: str, note: str, *, by_customer: bool) -> int:
    if quote.is_over_day:
        raise Refused(f"{quote.number} was valid until {day_of(quote.valid_until)}; send a new version.")
    offer = quote.newest()
    quote.stage, quote.accepted_id, quote.decided_at = ACCEPTED, offer.pk, clock.now()
    quote.save(update_fields=["stage", "accepted", "decided_at"])
    _answer(quote, offer.n, QuoteAnswer.Kind.ACCEPTED, name, note, by_customer=by_customer)
    return offer.n


def _answer(quote: Quote, n: int, kind: str, name: str, note: str, *, by_customer: bool) -> None:
    said = QuoteAnswer(quote=quote, n=n, kind=kind, name=" ".join(name.split())[:160], note=note.strip()[:300])
    said.by_customer = by_customer
    QuoteAnswer.objects.bulk_create([said])


def _accepted_by(quote: Quote) -> str:
    """Who, as an order's story may say it: production reads that, and it knows no customer's name."""
    answer = QuoteAnswer.objects.filter(quote=quote, kind="accepted").values_list("by_customer", flat=True).first()
    return "the customer through the link" if answer else "the customer"
