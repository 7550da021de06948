"""The board and the list of quotes: which rows, which columns for whom, which filters, what many are put through."""

from datetime import timedelta
from html import escape
from typing import Any

from django.db import connection
from django.db.models import CharField, OuterRef, Q, QuerySet, Subquery

from accounts.models import User
from ops import clock
from ops.boards import DAY, NUMBER, Add, Board, Choice, Column, Flag, Kind, Lanes, Look, Period, Search, Verb, View
from ops.boards.cells import Row, due_html, same
from ops.lifecycle import life
from ops.shop import setting
from ops.templatetags.ops import avatar, spell
from orders.boards import AMOUNT, NAME
from orders.bulk_verbs import people_with
from orders.quotes import actions
from orders.quotes.models import Quote, QuoteQuerySet, QuoteRecipient
from orders.quotes.queries import BUYERS, SEES, SELLS, WRITES

_MOST_FOUND = 5_000
_OVER = {"accepted", "lost", "expired"}


def to_name() -> Subquery:
    """Whom it is for, as the newest version says; not a join, for not everybody who sees a quote knows customers."""
    rows = QuoteRecipient.objects.filter(version=OuterRef("current_id")).order_by()
    return Subquery(rows.values("name")[:1], output_field=CharField())


# --- cells ------------------------------------------------------------------------------------------------------


def _stage(value: str, row: Row, look: Look) -> str:
    return look.glyphs[value]


def _stage_word(value: str, row: Row, look: Look) -> str:
    return look.stages[value].label


def _valid(value: Any, row: Row, look: Look) -> str:
    return due_html(value, look, over=row["stage"] in _OVER)


STAGE = Kind(_stage, _stage_word)
VALID = Kind(_valid, same, "num")

COLUMNS = [
    Column("number", "Quote", sort="pk", css=""),
    Column("to", "For", to_name(), kind=NAME, scopes=BUYERS, css="f-r"),
    Column("stage", "Stage", kind=STAGE, css="f-2"),
    Column("n", "Version", "current__n", kind=NUMBER, css="f-hide mute"),
    Column("summary", "What", kind=NAME, css="f-hide mute"),
    Column("agent", "Agent", "agent__name", kind=NAME, sort="agent__name", css="f-hide mute"),
    Column("valid", "Valid until", "valid_until", kind=VALID, needs={"stage": "stage"}, sort="valid_until"),
    Column("quoted", "Written", "quoted_on", kind=DAY, sort="quoted_on"),
    Column("amount", "Amount", "current__sale__shop_amount", kind=AMOUNT, scopes=SELLS,
           needs={"agreed": "current__sale__amount", "currency": "current__sale__currency"},
           sort="current__sale__shop_amount", blank=True, total=True, css="f-2 f-r"),
    Column("lost", "Why lost", "lost_reason", kind=NAME, css="f-hide mute"),
]  # fmt: skip


# --- cards ------------------------------------------------------------------------------------------------------

_CARD = (
    '<article class="card" id="card-{pk}" data-lane="{lane}" data-sort="{sort}" data-version="{version}" data-to=""'
    ' data-why="Open the quote to send or answer it." tabindex="0" aria-label="{number}, {title}">'
    '<div class="r"><span class="code">{number}</span>{nth}{due}</div>'
    '<a class="ttl" href="{prefix}{pk}/" tabindex="-1" draggable="false">{title}</a>'
    '<div class="r"><span class="clip">{what}</span></div><div class="r">{amount}{tag}{face}</div></article>'
)


_AMOUNT = '<span class="amt">{}</span>'


def _needs(held: frozenset[str]) -> dict[str, Any]:
    needs: dict[str, Any] = {name: name for name in ("number", "version", "summary", "lost_reason")}
    needs |= {"nth": "current__n", "agent": "agent__name"}
    if held & BUYERS:
        needs["to"] = to_name()
    if held & SELLS:
        needs |= {"amount": "current__sale__amount", "currency": "current__sale__currency"}
    return needs


def _card(row: Row, look: Look) -> str:
    title = row.get("to") or row["summary"]
    amount = row.get("amount")
    return _CARD.format(
        pk=row["pk"], lane=row["stage"], sort=row["sort"], version=row["version"], number=escape(row["number"]),
        nth=f' <span class="tag">version {row["nth"]}</span>' if (row["nth"] or 1) > 1 else "", prefix=look.prefix,
        due=due_html(row["due"], look, over=row["stage"] in _OVER), title=escape(title),
        what=escape(row["summary"] if row.get("to") else ""), face=avatar(row["agent"]),
        amount="" if amount is None else _AMOUNT.format(escape(spell(amount, row["currency"], whole=True))),
        tag=f'<span class="tag clip">{escape(row["lost_reason"])}</span>' if row["lost_reason"] else "",
    )  # fmt: skip


# --- filters ----------------------------------------------------------------------------------------------------


def _stages(user: User) -> list[tuple[str, str]]:
    return [(stage.key, stage.label) for stage in life("quote").stages]


def _found(rows: QuerySet[Quote], words: str, user: User) -> QuerySet[Quote]:
    with connection.cursor() as cursor:
        cursor.execute("select ops.search_quotes(%s, %s)", [words, _MOST_FOUND])
        found = cursor.fetchone()[0]
    return rows.extra(where=["quotes_quote.id = any(%s)"], params=[found])


def _ends(user: User) -> list[tuple[str, str]]:
    return [("today", "Today"), ("week", "In the next 7 days")]


def _ending(values: list[str]) -> Q:
    today = clock.today()
    last = today if values == ["today"] else today + timedelta(days=7)
    return Q(valid_until__range=(today, last), stage="sent")


def _mine(rows: QuerySet[Quote], user: User) -> QuerySet[Quote]:
    return rows.filter(agent=user)


def _decided(rows: QuerySet[Quote], user: User) -> QuerySet[Quote]:
    """As Quote.objects.decided(): sent at least once, and accepted, lost or expired since."""
    assert isinstance(rows, QuoteQuerySet)
    return rows.decided()


def _reasons(user: User) -> list[tuple[str, str]]:
    return [(one, one) for one in setting("quotes.lost_reasons")]


FILTERS = [
    Search(key="q", label="Search", where=_found, hint="Number, customer or product"),
    Choice(key="stage", label="Stage", options=_stages, field="stage", many=True),
    Choice(key="agent", label="Agent", options=people_with("quotes_own", "quotes_all"), field="agent"),
    Choice(key="ends", label="Valid until", options=_ends, where=_ending),
    Choice(key="why", label="Why lost", options=_reasons, field="lost_reason"),
    Period(key="quoted", label="Written", field="quoted_on"),
    Flag(key="ordered", label="Has become an order", yes=Q(ordered__isnull=False), no=Q(ordered=None)),
    Flag(key="decided", label="Decided", yes=_decided),
    Flag(key="mine", label="Mine", yes=_mine),
]


# --- bulk verbs -------------------------------------------------------------------------------------------------


def _send(quote: Quote, by: User, choice: str) -> str:
    actions.send_quote(quote, by=by)
    return ""


def _ways(user: User) -> list[tuple[str, str]]:
    return [("mail", "By mail, to those whose e-mail is known")]


def _lose(quote: Quote, by: User, reason: str) -> str:
    return str(actions.lose_quote(quote, by=by, reason=reason).version)


def _find_again(quote: Quote, by: User, version: str) -> object:
    return actions.reopen_quote(quote, by=by)


VERBS = [
    Verb("send", "Send", "sent", "send", _send, _ways, "How they go", scopes=WRITES),
    Verb("lost", "Mark lost", "marked lost", "circle-x", _lose, _reasons, "Why they are lost", _find_again,
         scopes=WRITES),
]  # fmt: skip


QUOTES = Board(
    key="quotes",
    space="quotes",
    list_name="quote_list",
    detail_name="quote_detail",
    noun="quote",
    plural="quotes",
    title="Quotes",
    scopes=SEES,
    rows=lambda user: Quote.objects.visible_to(user),
    columns=COLUMNS,
    filters=FILTERS,
    sort="-number",
    name="number",
    empty="Quotes you may see will be listed here.",
    views=[
        View("All", ""),
        View("Out", "stage=sent", count=True),
        View("Ending", "ends=week"),
        View("Drafts", "stage=draft"),
        View("Mine", "mine=1", scopes=WRITES),
    ],
    board_views=[View("All", ""), View("Mine", "mine=1", scopes=WRITES), View("Ending", "ends=week")],
    verbs=VERBS,
    lanes=Lanes(
        noun="quote",
        due="valid_until",
        since="stage_since",
        live=lambda rows: rows,
        card=_card,
        needs=_needs,
        sum="current__sale__shop_amount",
        sum_scopes=SELLS,
    ),
    add=Add("New quote", "/quotes/new/", WRITES),
    live="quote",
)
