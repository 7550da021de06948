"""Reads of quotes: one for its page, the difference of two versions, and how many become orders (A50)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count, Q
from django.utils.dateparse import parse_date, parse_datetime

from accounts.models import User
from customers.models import Customer
from ops import clock
from ops.access.scopes import scopes_of
from ops.lifecycle import ArrowDef, StageRow, life
from ops.shop import shown
from ops.templatetags.ops import day, moment, spell
from ops.timeline import ChangeSource, Entry, story
from orders.models import OrderCosting
from orders.quotes.models import Quote, QuoteAnswer, QuoteLine, QuoteOrder, QuoteRecipient, QuoteSale, QuoteVersion
from orders.quotes.stages import ACCEPTED, DRAFT, EXPIRED, LOST, SENT

SEES = frozenset({"quotes_all", "quotes_read", "quotes_own"})
WRITES = frozenset({"quotes_all", "quotes_own"})
SELLS = frozenset({"sales_all", "sales_read", "sales_own"})
BUYERS = frozenset({"customers_all", "customers_own"})
_COSTS = frozenset({"costs_all", "costs_read"})


# --- how many become orders ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Conversion:
    """Of the quotes of a month that have been decided, how many were accepted. Open ones do not count yet."""

    accepted: int
    decided: int

    @property
    def rate(self) -> Decimal | None:
        """Exact, from 0 to 1; None before anything was decided."""
        return Decimal(self.accepted) / self.decided if self.decided else None


def conversion(month: date, agent: User | int | None = None) -> Conversion:
    """Accepted of decided, by the month in which a quote was made, under the reader's own rights.

    `month` is any day of it. A draft that was never sent is no quote that somebody could have accepted.
    """
    first = month.replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    rows = Quote.objects.decided().filter(quoted_on__gte=first, quoted_on__lt=after)
    if agent is not None:
        rows = rows.filter(agent=agent)
    counted = rows.aggregate(decided=Count("pk"), accepted=Count("pk", filter=Q(stage=ACCEPTED)))
    return Conversion(counted["accepted"], counted["decided"])


# --- one quote ----------------------------------------------------------------------------------------------------


@dataclass
class Version:
    """One version as its tab shows it."""

    version: QuoteVersion
    lines: list[dict[str, Any]] = field(default_factory=list)
    sale: QuoteSale | None = None
    to: QuoteRecipient | None = None
    links: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class QuotePage:
    """What one person sees of one quote."""

    quote: Quote
    stage: StageRow
    steps: list[tuple[StageRow, str]]
    versions: list[QuoteVersion]
    shown: Version
    other: Version | None = None
    differences: "list[Difference]" = field(default_factory=list)
    agent: str = ""
    customer: Customer | None = None
    answer: QuoteAnswer | None = None
    ordered: QuoteOrder | None = None
    costing: OrderCosting | None = None
    timeline: list[Entry] = field(default_factory=list)
    may: frozenset[str] = frozenset()
    sells: bool = False
    shop_currency: str = field(default_factory=lambda: settings.SHOP_CURRENCY)


def quote_page(quote: Quote, user: User, *, n: int | None = None, against: int | None = None) -> QuotePage:
    """`n` is the version to show, the newest without; `against` one to compare it with."""
    scopes = scopes_of(user)
    here = life("quote")
    versions = list(QuoteVersion.objects.filter(quote=quote).order_by("n"))
    by_n = {version.n: version for version in versions}
    shown = read_version(by_n.get(n or 0, versions[-1]), scopes)
    page = QuotePage(quote, here.stage(quote.stage), _steps(quote), versions, shown, sells=bool(scopes & SELLS))
    if against in by_n and against != shown.version.n:
        page.other = read_version(by_n[against], scopes)
        page.differences = difference(page.other, shown)
    shown.links = [link for link in _links(quote) if link["n"] == shown.version.n]
    names = dict(User.objects.values_list("pk", "name"))
    page.agent = names.get(quote.agent_id, "")
    if scopes & BUYERS:
        page.customer = Customer.objects.visible_to(user).filter(pk=quote.customer_id).first()
        page.answer = QuoteAnswer.objects.filter(quote=quote).first()
    page.ordered = QuoteOrder.objects.filter(quote=quote).select_related("order").first()
    if page.ordered and scopes & _COSTS:
        costing = OrderCosting.objects.filter(pk=page.ordered.order_id).first()
        page.costing = costing if costing and costing.profit != costing.order_amount else None
    page.timeline = _timeline(quote, names)
    page.may = _may(page, user, scopes)
    return page


def read_version(version: QuoteVersion, scopes: frozenset[str]) -> Version:
    fields = ["position", "description", "sku", "quantity"]
    sells = bool(scopes & SELLS)
    if sells:
        fields += ["price__unit_price", "price__discount", "price__total"]
    made = Version(version, list(QuoteLine.objects.filter(version=version).order_by("position").values(*fields)))
    if sells:
        made.sale = QuoteSale.objects.filter(pk=version.pk).first()
    if scopes & BUYERS:
        made.to = QuoteRecipient.objects.filter(pk=version.pk).first()
    return made


def _steps(quote: Quote) -> list[tuple[StageRow, str]]:
    """The way of a quote that is won; what ended otherwise shows where it ended."""
    here = life("quote")
    way = [DRAFT, SENT, quote.stage if quote.stage in {LOST, EXPIRED} else ACCEPTED]
    at = way.index(quote.stage) if quote.stage in way else 0
    return [
        (stage, "now" if place == at else "done" if place < at else "")
        for place, stage in enumerate(here.stage(key) for key in way)
    ]


def _links(quote: Quote) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute("select n, state, made, ends from ops.quote_links(%s)", [quote.pk])
        return [dict(zip(("n", "state", "made", "ends"), row, strict=True)) for row in cursor.fetchall()]


def _may(page: QuotePage, user: User, scopes: frozenset[str]) -> frozenset[str]:
    """Which verbs this person has now. Writing a quote needs its customer and its amounts."""
    quote = page.quote
    works = "quotes_all" in scopes or ("quotes_own" in scopes and quote.agent_id == user.pk)
    if not works or not scopes & BUYERS or not scopes & {"sales_all", "sales_own"}:
        return frozenset()
    may = {_VERBS[arrow.to_stage, arrow.undo] for arrow in _moves(quote, scopes)}
    if quote.stage == DRAFT:
        may.add("edit")
    if quote.stage == SENT:
        may.add("link")
        if quote.is_over_day:
            may.discard("accept")
    if quote.stage == ACCEPTED and scopes & {"orders_all", "orders_own"} and not page.ordered:
        may.add("convert")
    if page.ordered:
        may.discard("reopen")
    return frozenset(may)


_VERBS = {
    (SENT, False): "send", (ACCEPTED, False): "accept", (LOST, False): "lost", (DRAFT, False): "revise",
    (SENT, True): "reopen",
}  # fmt: skip


def _moves(quote: Quote, scopes: frozenset[str]) -> Iterable[ArrowDef]:
    for arrow in life("quote").moves(quote.stage, scopes):
        if (arrow.to_stage, arrow.undo) not in _VERBS:
            continue
        late = arrow.within_minutes is not None and scopes.isdisjoint(arrow.late_scopes)
        if late and (clock.now() - quote.stage_since).total_seconds() > (arrow.within_minutes or 0) * 60:
            continue
        yield arrow


_LABELS = {"agent_id": "agent", "lost_reason": "why lost", "lost_note": "note", "valid_until": "valid until"}


def _timeline(quote: Quote, names: dict[int, str]) -> list[Entry]:
    def show(name: str, value: str | None) -> str:
        if not value:
            return "—"
        if name == "agent_id":
            return names.get(int(value), "somebody")
        if name == "valid_until":
            return day(parse_date(value))
        return moment(parse_datetime(value)) if name.endswith("_at") else value

    entries = story("quote", quote.pk, [ChangeSource("quotes_quote_changes", quote.pk)], labels=_LABELS, show=show)
    for entry in entries:
        entry.by = names.get(entry.by_id or 0, "The customer" if entry.source == "link" else shown("shop.name"))
        entry.changes = [change for change in entry.changes if change.label in set(_LABELS.values())]
    return [entry for entry in entries if entry.sentences or entry.moves or entry.changes]


# --- two versions -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Difference:
    """One thing that is otherwise in the later version; '' where it was not, or is not any more."""

    what: str
    was: str
    now: str


def difference(old: Version, new: Version) -> list[Difference]:
    """What changed from one version to the other: lines by what they say, then what stands around them."""
    found: list[Difference] = []
    was, now = _by_words(old.lines), _by_words(new.lines)
    for key in dict.fromkeys([*was, *now]):
        a, b = _said(was.get(key), old.sale), _said(now.get(key), new.sale)
        if a != b:
            found.append(Difference(key[0], a, b))
    if old.sale and new.sale:
        a, b = (spell(sale.amount, sale.currency) for sale in (old.sale, new.sale))
        found += [Difference("Total", a, b)] if a != b else []
    for name, label in (("valid_until", "Valid until"), ("promise_on", "Promised for"), ("terms", "Terms"),
                        ("note", "Production note")):  # fmt: skip
        a, b = (_plain(getattr(one.version, name)) for one in (old, new))
        found += [Difference(label, a, b)] if a != b else []
    return found


def _by_words(lines: list[dict[str, Any]]) -> dict[tuple[str, int], dict[str, Any]]:
    """Lines by their description; of several that say the same, the first with the first."""
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for line in lines:
        times = sum(1 for words, _ in found if words == line["description"])
        found[line["description"], times] = line
    return found


def _said(line: dict[str, Any] | None, sale: QuoteSale | None) -> str:
    if line is None:
        return ""
    quantity = f"{line['quantity'].normalize():f}"
    if sale is None:
        return quantity
    less = f" − {spell(line['price__discount'], sale.currency)}" if line["price__discount"] else ""
    each, total = spell(line["price__unit_price"], sale.currency), spell(line["price__total"], sale.currency)
    return f"{quantity} × {each}{less} = {total}"


def _plain(value: Any) -> str:
    return f"{value:%-d %b %Y}" if isinstance(value, date) else str(value or "")
