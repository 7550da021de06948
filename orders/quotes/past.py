"""A quote's past: its row and versions as of any moment. What a version offers is shown as it was sent (A15, A26)."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ops import asof
from ops.asof import Part, Past
from ops.lifecycle import life
from ops.templatetags.ops import day, moment, plain
from orders.quotes.models import Quote, QuoteVersion


def _show(name: str, value: Any, people: Mapping[int, str]) -> str:
    if value is None or value == "":
        return asof.NOTHING
    if name == "agent_id":
        return people.get(value, "somebody")
    if name == "stage":
        return next((stage.label for stage in life("quote").stages if stage.key == value), str(value))
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    return plain(value) if isinstance(value, Decimal) else asof.spelled(value)


QUOTE = Past(
    noun="quote",
    parts=(
        Part("quote", Quote, "Quote", of="id"),
        Part("versions", QuoteVersion, "Version", of="quote_id", title=lambda version: str(version.n)),
    ),
    labels={
        "agent_id": "agent", "decided_at": "decided", "first_sent_at": "first sent", "made_at": "written",
        "sent_at": "sent", "promise_on": "promised for", "lost_note": "note to the loss", "n": "number",
        "note": "note for production",
    },
    quiet=frozenset({"customer_id", "current_id", "accepted_id", "quoted_on"}),
    show=_show, page="quotes:quote_detail", past="quotes:quote_past",
    numbers=lambda ids: dict(Quote.objects.filter(pk__in=ids).values_list("pk", "number")),
    find=lambda number: Quote.objects.filter(number=number.upper()).values_list("pk", flat=True).first(),
)  # fmt: skip


def offered_then(shown: asof.Snapshot) -> QuoteVersion | None:
    """The newest version that had been sent: what the customer held in their hands."""
    sent = [version for version in shown.all("versions") if version.sent_at is not None]
    return max(sent, key=lambda version: version.n, default=None)
