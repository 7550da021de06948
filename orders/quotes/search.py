"""Quotes in the palette: by number, customer or what was offered, under the reader's own rights."""

from django.http import HttpRequest
from django.urls import reverse

from ops.lifecycle import life
from ops.palette import Item, declare_record, declare_source
from orders.quotes.models import Quote
from orders.quotes.queries import SEES

_MOST = 6


def quotes_for_palette(request: HttpRequest, query: str) -> list[Item]:
    rows = (
        Quote.objects.visible_to(request.user)  # type: ignore[arg-type]
        .extra(where=["quotes_quote.id = any ((select ops.search_quotes(%s, %s))::bigint[])"], params=[query, 50])
        .order_by("-pk")
        .values_list("pk", "number", "stage", "summary")[:_MOST]
    )
    return [_item(*row) for row in rows]


def quotes_by_id(request: HttpRequest, pks: list[int]) -> dict[int, Item]:
    rows = Quote.objects.visible_to(request.user).filter(pk__in=pks)  # type: ignore[arg-type]
    return {row[0]: _item(*row) for row in rows.values_list("pk", "number", "stage", "summary")}


def _item(pk: int, number: str, stage: str, summary: str) -> Item:
    return Item(reverse("quotes:quote_detail", args=[pk]), number, hint=summary, glyph=life("quote").stage(stage).glyph)


declare_source("Quotes", set(SEES), quotes_for_palette)
declare_record("quotes:quote_detail", set(SEES), quotes_by_id)
