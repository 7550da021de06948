"""What the report brings to the page of a product: what it sold in the last 90 days, each figure with its orders."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from analytics.boards import DAYS, GRADES, orders_url
from analytics.metrics import COSTS, SEES_EVERYONE, SELLS
from analytics.models import ProductFigures
from catalog.models import Product
from ops import panels
from ops.access.scopes import scopes_of
from ops.boards.cells import Look


def figures(request: HttpRequest, product: Product) -> Mapping[str, Any]:
    """Key figures, in one query; none of a product that never sold."""
    held = scopes_of(request.user)
    look = Look(request.user.pk or 0, held)
    found = ProductFigures.objects.filter(product=product).first()
    return {
        "f": found, "days": DAYS, "grade_says": GRADES.get(found.grade, "") if found else "",
        "costs": bool(held & COSTS), "whose": "" if held & SEES_EVERYONE else "of your orders",
        "orders_url": orders_url(product.pk, look), "costed_url": orders_url(product.pk, look, costed="1"),
        "table_url": reverse("selling:product_list"),
    }  # fmt: skip


def declare() -> None:
    """Called once, when the app is ready."""
    panels.declare("product", "figures", "catalog/panel_figures.html", figures, scopes=SELLS, position=0)
