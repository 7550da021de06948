"""One order on the board. Drawn in Python: 150 cards are two milliseconds here and twenty in a template."""

from datetime import timedelta
from functools import cache
from html import escape
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString

from ops.boards.cells import Look, Row, due_html
from ops.lifecycle import life
from ops.templatetags import ops as tags
from orders.customer_panels import orders_before, which_tag
from orders.models import standing_since

BUYERS = frozenset({"customers_all", "customers_own"})
SELLS = frozenset({"sales_all", "sales_read", "sales_own"})
KNOWS_AGENT = frozenset({"orders_all", "orders_read", "orders_own"})

_WORK = frozenset({"orders_all", "orders_own", "orders_floor"})

_CARD = (
    '<article class="card" id="card-{pk}" data-lane="{lane}" data-sort="{sort}" data-version="{version}"'
    ' data-to="{to}"{why}'
    ' tabindex="0" aria-label="{number}, {title}">'
    '<div class="r"><span class="code">{number}</span>{again}{rush}{due}</div>'
    '<a class="ttl" href="{prefix}{pk}/" tabindex="-1" draggable="false">{title}</a>'
    '<div class="r"><span class="clip">{what}</span></div>'
    '<div class="r">{amount}{tag}{face}</div></article>'
)


def card_needs(held: frozenset[str]) -> dict[str, Any]:
    """What a card reads for this person: money and names only for who may know them."""
    from orders.boards import customer_name

    names = ("number", "version", "summary", "rush", "held_at", "hold_reason")
    needs: dict[str, Any] = {name: name for name in names} | {"standing": standing_since()}
    if held & BUYERS:
        needs |= {"customer": customer_name(), "before": orders_before()}
    if held & SELLS:
        needs |= {"amount": "sale__amount", "currency": "sale__currency", "counts": "sale__order_amount"}
    if held & KNOWS_AGENT:
        needs |= {"agent": "agent__name", "agent_id": "agent_id"}
    else:
        needs |= {"assignee": "assignee__name", "production_note": "production_note"}
    return needs


def card(row: Row, look: Look) -> str:
    stage = look.stages[row["stage"]]
    over = stage.category == "done"
    title, what = row["summary"], row.get("production_note", "")  # the summary says how many of what
    if "customer" in row:
        title, what = row["customer"] or row["summary"], row["summary"]
    face = row.get("agent") or row.get("assignee")
    amount = row.get("amount")
    # Only what people typed is escaped: the rest is numbers, keys and markup of ours.
    return _CARD.format(
        pk=row["pk"], lane=row["stage"], sort=row["sort"], version=row["version"], number=escape(row["number"]),
        to=" ".join(_moves(row, look)), why=_why_not(row, look), rush=look.rush if row["rush"] else "",
        again=which_tag(row.get("before")), due=due_html(row["due"], look, over=over), prefix=look.prefix,
        title=escape(title), what=escape(what),
        amount="" if amount is None else _amount(row),
        tag=_tag(row, look, over=over), face=_face(face) if face else "",
    )  # fmt: skip


def _amount(row: Row) -> str:
    """As it was agreed; what it counts in shop currency is told on pointing at it."""
    title = ""
    if row["currency"] != settings.SHOP_CURRENCY:
        title = f' title="Counts {escape(tags.spell(row["counts"]))}"'
    return f'<span class="amt"{title}>{escape(tags.spell(row["amount"], row["currency"], whole=True))}</span>'


@cache
def _face(name: str) -> SafeString:
    return tags.avatar(name)


def _tag(row: Row, look: Look, *, over: bool) -> str:
    """At most one: held, else how long it has been stuck where it is (A6)."""
    if row["held_at"]:
        return SafeString('<span class="tag warn">On hold</span>')
    return "" if over else stuck_tag(row, look)


def stuck_tag(row: Row, look: Look) -> str:
    """How long it stands in its stage, when that is longer than the shop allows; by the clock that `overdue` asks."""
    stage = look.stages[row["stage"]]
    limit = stage.limit_hours
    if stage.category == "done" or limit is None:
        return ""
    waited = look.now - row["standing"]
    if waited <= timedelta(hours=limit):
        return ""
    days = max(waited.days, 1)
    return SafeString(f'<span class="tag warn" title="Longer here than the shop allows">stuck {days} d</span>')


def _why_not(row: Row, look: Look) -> str:
    """What the board says when somebody takes a card that does not move."""
    if not row["held_at"] or look.scopes.isdisjoint(_WORK):
        return ""
    return f' data-why="{escape(row["number"])} is on hold ({escape(row["hold_reason"])}); release it first."'


def _moves(row: Row, look: Look) -> list[str]:
    """The stages this person may move it to; none for a held order, and none for a colleague's."""
    if row["held_at"] or ("agent_id" in row and "orders_all" not in look.scopes and row["agent_id"] != look.user_id):
        return []
    return _moves_of(look)[row["stage"]]


def _moves_of(look: Look) -> dict[str, list[str]]:
    """The arrows open to this person, worked out once a page."""
    if "order_moves" not in look.memo:
        here = life("order")
        look.memo["order_moves"] = {
            stage.key: [arrow.to_stage for arrow in here.moves(stage.key, look.scopes)] for stage in here.stages
        }
    return look.memo["order_moves"]  # type: ignore[no-any-return]
