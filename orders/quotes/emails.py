"""Mails about quotes, and the links in them. The PDF is linked, not attached: it is made when somebody wants it."""

from datetime import timedelta

from django.conf import settings
from django.urls import reverse

from accounts.models import User
from ops import clock, links, outbox
from ops.shop import shown
from orders.models import Order
from orders.quotes.models import Quote, QuoteRecipient, QuoteSale, QuoteVersion

KIND = "quote"
# So long after its last day a link still shows what was offered; it can be answered only until that day.
_READABLE_AFTER = timedelta(days=90)


def link_to(version: QuoteVersion) -> str:
    """The token of a link that shows this version and answers it once."""
    return links.issue(KIND, version.pk, valid_for=version.valid_until - clock.today() + _READABLE_AFTER, uses=1)


def end_links(version: QuoteVersion) -> None:
    links.revoke(KIND, version.pk)


def address_of(token: str) -> str:
    """Complete where the shop's own address is known; else the path alone."""
    return f"{settings.ORIGIN}{reverse('quote_offer', args=[token])}"


def send_offer(quote: Quote, version: QuoteVersion, token: str) -> bool:
    """Once a version, to whom it is for, when their e-mail is known and links can lead anywhere."""
    to = QuoteRecipient.objects.get(pk=version.pk)
    if not to.email or not settings.ORIGIN:
        return False
    return outbox.queue(
        key=f"quote.sent:{version.pk}", kind="quote.sent", to=to.email,
        subject=f"{shown("shop.name")}: quote {quote.number}{f', version {version.n}' if version.n > 1 else ''}",
        template="emails/quote_sent",
        context={
            "quote": quote, "version": version, "to": to, "sale": QuoteSale.objects.get(pk=version.pk),
            "link": address_of(token), "shop": shown("shop.name"), "first": version.n == 1,
        },
    )  # fmt: skip


def tell_agent(quote: Quote, agent: User, answer: str, order: Order | None) -> bool:
    """The customer has answered by the link; once a version. Queued as the agent, who may know all of it."""
    if not agent.email:
        return False
    to = QuoteRecipient.objects.get(pk=quote.current_id)
    return outbox.queue(
        key=f"quote.answered:{quote.current_id}:{answer}:{quote.decided_at}", kind="quote.answered", to=agent.email,
        subject=f"{to.name} {answer} quote {quote.number}", template="emails/quote_answered",
        context={
            "quote": quote, "to": to, "answer": answer, "order": order, "agent": agent, "shop": shown("shop.name"),
            "link": f"{settings.ORIGIN}{reverse('quotes:quote_detail', args=[quote.pk])}" if settings.ORIGIN else "",
        },
    )  # fmt: skip
