"""What is printed of orders: pack slips, labels, confirmations. Read under the reader's own rights into plain values.

A slip has items and notes and no money; who may not know customers gets no recipient; who may not see amounts gets
neither a confirmation nor an amount to collect (A10, A66).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import segno
from django.db import transaction

from accounts.models import User
from customers.models import Customer
from ops import clock, documents, events
from ops.access.scopes import scopes_of
from ops.errors import Refused
from ops.progress import actions as work
from ops.progress.kinds import Kind, Report, Result, declare
from ops.progress.models import Job
from ops.shop import shown
from ops.trail import trail_context
from orders.models import Order, OrderLine, OrderSale

BUYERS = frozenset({"customers_all", "customers_own"})
SELLS = frozenset({"sales_all", "sales_read", "sales_own"})
SEES = frozenset({"orders_all", "orders_read", "orders_own", "orders_floor"})
WORKS = frozenset({"orders_all", "orders_own"})
JOB = "orders.print"
_COLLECT = "collect"


@dataclass(frozen=True)
class Paper:
    """One kind of paper; `title` and `many` name it, `file` begins its file name, `scopes` may print it."""

    key: str
    title: str
    many: str
    sizes: tuple[str, ...]
    scopes: frozenset[str]

    @property
    def template(self) -> str:
        return f"orders/papers/{self.key}.html"


PAPERS = {
    "pack_slip": Paper("pack_slip", "Pack slip", "Pack slips", ("a4", "a5", "a6", "100x150"), SEES),
    "label": Paper("label", "Label", "Labels", ("100x150", "a6", "62"), SEES),
    "trail": Paper("trail", "Trail", "Trails", ("a4",), SEES),
    "confirmation": Paper("confirmation", "Order confirmation", "Order confirmations", ("a4", "a5"), SELLS),
}


def choices(paper: Paper, user: User) -> list[tuple[str, str]]:
    """Sizes; labels for who sees amounts also with what the rider collects."""
    plain = [(size, documents.SIZES[size].label) for size in paper.sizes]
    if paper.key != "label" or scopes_of(user).isdisjoint(SELLS):
        return plain
    return plain + [(f"{size}.{_COLLECT}", f"{label}, with the amount to collect") for size, label in plain]


def papers_for(user: User) -> list[Paper]:
    return [paper for paper in PAPERS.values() if not scopes_of(user).isdisjoint(paper.scopes)]


def checked(key: str, choice: str, by: User) -> Paper:
    """The paper, when this person may print it so. Raises Refused."""
    paper = PAPERS.get(key)
    if paper is None or paper not in papers_for(by):
        raise Refused("Your role does not print that.", field="choice")
    if choice not in dict(choices(paper, by)):
        raise Refused("Choose one of the list.", field="choice")
    return paper


def print_one(order: Order, *, by: User, paper: str, choice: str) -> tuple[bytes, str]:
    """The PDF and its file name: read, commit, render, then the event (ruling 27)."""
    kind = checked(paper, choice, by)
    with transaction.atomic():
        contexts = read(kind, [order.pk], by=by, collect=choice.endswith(_COLLECT))
    pdf = documents.render_many(kind.template, contexts, size=choice.partition(".")[0])
    with transaction.atomic():
        events.record("order.printed", order, paper=kind.title.lower())
    return pdf, f"{order.number} {kind.title.lower()}.pdf"


def print_many(pks: Sequence[int], *, by: User, paper: str, choice: str) -> Job:
    """One PDF of all of them, made by a worker; asked twice while it is under way it is made once (A66)."""
    kind = checked(paper, choice, by)
    many = len(pks)
    return work.begin(
        JOB, by=by, title=f"{kind.many} of {many} order{'s' if many != 1 else ''}", total=many,
        asked={"paper": paper, "choice": choice, "orders": sorted(pks)},
    )  # fmt: skip


def _print(asked: dict[str, Any], by: User, report: Report) -> Result:
    kind = checked(asked["paper"], asked["choice"], by)
    with transaction.atomic():
        contexts = read(kind, asked["orders"], by=by, collect=asked["choice"].endswith(_COLLECT))
    pdf = documents.render_many(kind.template, contexts, size=asked["choice"].partition(".")[0], step=report)
    return Result(pdf, f"{kind.many} {clock.today():%Y-%m-%d}, {len(contexts)} orders.pdf", documents.PDF)


def _record(job: Job) -> None:
    """Each printed order's story says so, once a job."""
    kind = PAPERS[job.asked["paper"]]
    for order in Order.objects.filter(pk__in=job.asked["orders"]).only("pk").order_by("pk"):
        events.record("order.printed", order, paper=kind.title.lower())


declare(Kind(JOB, _print, _record, icon="printer", called="Prints of orders"))


# --- reading ------------------------------------------------------------------------------------------------------


def read(paper: Paper, pks: Sequence[int], *, by: User, collect: bool = False) -> list[dict[str, Any]]:
    """A context for each order that the person may see, by number. Five queries at most; trails ask of each order."""
    scopes = scopes_of(by)
    rows = list(Order.objects.visible_to(by).filter(pk__in=pks).order_by("pk"))
    if not rows:
        raise Refused("None of these orders is yours to print any more.")
    if paper.key == "trail":
        people = dict(User.objects.values_list("pk", "name"))
        return [
            trail_context("order", order.pk, scopes, title=order.number, by=by.name, people=people) for order in rows
        ]
    sales = _sales(rows) if not scopes.isdisjoint(SELLS) and (collect or paper.key == "confirmation") else {}
    lines = _lines(rows, prices=paper.key == "confirmation")
    people = _customers(rows, by) if not scopes.isdisjoint(BUYERS) else {}
    names = dict(User.objects.values_list("pk", "name"))
    made = [
        {
            "shop": shown("shop.name"), "shop_address": shown("shop.address"), "number": order.number,
            "order": order, "lines": lines.get(order.pk, []), "to": people.get(order.customer_id),
            "agent": names.get(order.agent_id, ""), "sale": sales.get(order.pk), "qr": _qr(order.number),
            "collect": collect,
        }
        for order in rows
    ]  # fmt: skip
    if paper.key == "confirmation":
        made = [context for context in made if context["sale"] is not None]
    if not made:
        raise Refused("None of these orders has an amount that you may see.")
    return made


def _lines(rows: Sequence[Order], *, prices: bool) -> dict[int, list[dict[str, Any]]]:
    fields = ["order_id", "description", "sku", "quantity"]
    if prices:
        fields += ["price__unit_price", "price__discount", "price__total"]
    found: dict[int, list[dict[str, Any]]] = {}
    for line in OrderLine.objects.filter(order__in=rows).order_by("order_id", "position").values(*fields):
        found.setdefault(line["order_id"], []).append(line)
    return found


def _sales(rows: Sequence[Order]) -> dict[int, OrderSale]:
    return {sale.pk: sale for sale in OrderSale.objects.filter(pk__in=[order.pk for order in rows])}


def _customers(rows: Sequence[Order], by: User) -> dict[int, Customer]:
    wanted = {order.customer_id for order in rows}
    return {row.pk: row for row in Customer.objects.visible_to(by).filter(pk__in=wanted)}


def _qr(number: str) -> str:
    """The number as a picture in the document itself, for whoever scans parcels."""
    return str(segno.make(number, error="m", micro=False).svg_data_uri(border=0, omitsize=True, nl=False))
