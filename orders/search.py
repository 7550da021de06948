"""Orders in the palette: by number, customer, phone or what was ordered, and what may be done to them (X1)."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from accounts.models import User
from ops.lifecycle import life
from ops.palette import Group, Item, declare_record, declare_source, declare_verbs
from ops.panels import ways_of
from orders.models import Order
from orders.verbs import offers_for

_MOST = 8
_NUMBERED = 3
_SCOPES = {"orders_all", "orders_read", "orders_own", "orders_floor"}
_OPENS_WITH = "SO-"  # what the shop's own numbers begin with: it may be left out


def _item(pk: int, number: str, stage: str, summary: str) -> Item:
    return Item(reverse("orders:order_detail", args=[pk]), number, hint=summary, glyph=life("order").stage(stage).glyph)


def orders_for_palette(request: HttpRequest, query: str) -> list[Item]:
    rows = (
        Order.objects.visible_to(request.user)  # type: ignore[arg-type]
        .extra(where=["orders_order.id = any ((select ops.search_orders(%s, %s))::bigint[])"], params=[query, 200])
        .order_by("-pk")
        .values_list("pk", "number", "stage", "summary")[:_MOST]
    )
    return [_item(*row) for row in rows]


def orders_by_id(request: HttpRequest, pks: list[int]) -> dict[int, Item]:
    rows = Order.objects.visible_to(request.user).filter(pk__in=pks)  # type: ignore[arg-type]
    return {row[0]: _item(*row) for row in rows.values_list("pk", "number", "stage", "summary")}


def verbs_for_palette(request: HttpRequest, query: str, pk: int | None) -> list[Group]:
    """On an order's page what may be done to it; elsewhere to the order whose number is among the words."""
    user: User = request.user  # type: ignore[assignment]
    numbers, words = _numbers(query)
    rows = Order.objects.visible_to(user)
    if numbers:
        chosen = list(rows.filter(number__in=numbers).order_by("pk")[:_NUMBERED])
    else:
        chosen = list(rows.filter(pk=pk)) if pk is not None else []
    groups = [(order.number, _doable(request, order, words, here=order.pk == pk)) for order in chosen]
    return [(gettext("Do to {}").format(number), items) for number, items in groups]


def _numbers(query: str) -> tuple[list[str], list[str]]:
    """What may be an order's number, and the other words."""
    numbers: list[str] = []
    words: list[str] = []
    for word in query.split():
        if any(letter.isdigit() for letter in word):
            numbers += [word, word.upper(), f"{_OPENS_WITH}{word}"]
        else:
            words.append(word.lower())
    return numbers, words


def _doable(request: HttpRequest, order: Order, words: list[str], *, here: bool) -> list[Item]:
    found = [
        (f"{offer.verb.label} {offer.verb.key}",
         Item(offer.url, (offer.verb.label + ("…" if offer.verb.asks else "")) if here else offer.named,
              icon=offer.verb.icon, post=offer.post, version=order.version if offer.post else None))
        for offer in offers_for(order, request.user).every  # type: ignore[arg-type]
    ]  # fmt: skip
    ways = ways_of("order", request, order)
    found += [(way.label, Item(way.url, f"{way.label}…" if here else f"{way.label}: {order.number}", icon=way.icon))
              for way in ways]  # fmt: skip
    return [item for said, item in found if all(word in said.lower() for word in words)]


declare_source("Orders", _SCOPES, orders_for_palette)
declare_record("orders:order_detail", _SCOPES, orders_by_id)
declare_verbs("orders:order_detail", _SCOPES, verbs_for_palette)
