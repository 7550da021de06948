"""Orders in the palette: by number, customer, phone or what was ordered, under the reader's own rights."""

from django.http import HttpRequest
from django.urls import reverse

from ops.lifecycle import life
from ops.palette import Item, declare_source
from orders.models import Order

_MOST = 8
_SCOPES = {"orders_all", "orders_read", "orders_own", "orders_floor"}


def orders_for_palette(request: HttpRequest, query: str) -> list[Item]:
    rows = (
        Order.objects.visible_to(request.user)  # type: ignore[arg-type]
        .extra(where=["orders_order.id = any ((select ops.search_orders(%s, %s))::bigint[])"], params=[query, 200])
        .order_by("-pk")
        .values_list("pk", "number", "stage", "summary")[:_MOST]
    )
    stages = life("order")
    return [
        Item(reverse("orders:order_detail", args=[pk]), number, hint=summary, glyph=stages.stage(stage).glyph)
        for pk, number, stage, summary in rows
    ]


declare_source("Orders", _SCOPES, orders_for_palette)
