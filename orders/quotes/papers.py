"""The PDF of one version, as it was sent. Read under the rights of whoever asks; set after their transaction."""

from typing import Any

from ops import documents
from ops.shop import shown
from orders.quotes.models import Quote, QuoteLine, QuoteRecipient, QuoteSale, QuoteVersion


def read(quote: Quote, version: QuoteVersion, *, agent: str, to: bool = True) -> dict[str, Any]:
    """What the paper says. Whoever may not see amounts has no way here."""
    fields = ("description", "sku", "quantity", "price__unit_price", "price__discount", "price__total")
    return {
        "shop": shown("shop.name"), "shop_address": shown("shop.address"), "quote": quote, "version": version,
        "sale": QuoteSale.objects.get(pk=version.pk),
        "lines": list(QuoteLine.objects.filter(version=version).order_by("position").values(*fields)),
        "to": QuoteRecipient.objects.filter(pk=version.pk).first() if to else None, "agent": agent,
        "draft": version.sent_at is None,
    }  # fmt: skip


def render(context: dict[str, Any]) -> tuple[bytes, str]:
    quote, version = context["quote"], context["version"]
    pdf = documents.render_pdf("quotes/paper.html", context)
    return pdf, f"{quote.number}{f' version {version.n}' if version.n > 1 else ''}.pdf"
