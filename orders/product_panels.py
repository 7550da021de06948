"""What orders bring to a product: those with it that are still open; and the filter by which the list shows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery, Sum
from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User
from catalog.models import Product
from ops import panels
from ops.boards.filters import Filter, NotHere, Pairs
from ops.given import id_of
from ops.lifecycle import life
from orders.models import Order, OrderLine

SEES = ("orders_all", "orders_read", "orders_own")
READS_CATALOG = frozenset({"catalog_read", "catalog_edit"})
_SHOWN = 10


@dataclass(frozen=True, kw_only=True)
class OfProduct(Filter):
    """The orders with a line of one product; it comes from links, and the filter form keeps it."""

    form = "kept"

    def read(self, given: Any, user: User) -> Pairs:
        text = given.get(self.key, "")
        if not text:
            return []
        if id_of(text) is None or self._of(text, user) is None:
            raise NotHere("There is no such product.")
        return [(self.key, text)]

    def _of(self, text: str, user: User) -> str | None:
        """Asked once a page: rows, chips and tabs all need it."""
        known: dict[str, str | None] = user.__dict__.setdefault("products_named", {})
        if text not in known:
            known[text] = Product.objects.visible_to(user).filter(pk=text).values_list("name", flat=True).first()
        return known[text]

    def apply(self, rows: QuerySet[Any], pairs: Pairs, user: User) -> QuerySet[Any]:
        return rows.filter(Exists(OrderLine.objects.filter(order=OuterRef("pk"), product=int(pairs[0][1]))))

    def words(self, pair: tuple[str, str], user: User) -> str:
        return f"{self.label}: {self._of(pair[1], user)}"


def open_orders(request: HttpRequest, product: Product) -> Mapping[str, Any]:
    """Neither delivered nor cancelled, the next promised first, with how many of the product each has."""
    user: User = request.user  # type: ignore[assignment]
    stages = life("order")
    undone = [stage.key for stage in stages.stages if stage.category != "done"]
    lines = OrderLine.objects.filter(order=OuterRef("pk"), product=product)
    wanted = lines.order_by().values("order").annotate(n=Sum("quantity")).values("n")
    found = Order.objects.visible_to(user).filter(Exists(lines), stage__in=undone, cancelled_at=None)
    rows: list[Any] = list(
        found.order_by(F("promise_on").asc(nulls_last=True), "pk").values(
            "pk", "number", "stage", "promise_on", "held_at", "agent__name", quantity=Subquery(wanted)
        )[: _SHOWN + 1]
    )
    for row in rows:
        row["shown"] = stages.stage(row["stage"])
    address = f"{reverse('orders:order_list')}?product={product.pk}"
    return {
        "rows": rows[:_SHOWN], "more": len(rows) > _SHOWN, "all_url": address,
        "open_url": f"{address}&cancelled=0" + "".join(f"&stage={key}" for key in undone),
    }  # fmt: skip


def declare() -> None:
    """What orders bring to the page of a product; called once, when the app is ready."""
    panels.declare("product", "orders", "catalog/panel_orders.html", open_orders, scopes=SEES, position=10)
