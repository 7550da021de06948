"""What the page of a product shows of its stock."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model
from django.http import HttpRequest

from inventory.queries import seen


def of_product(request: HttpRequest, product: Model) -> Mapping[str, Any] | None:
    """What is on hand of it, location by location."""
    user: Any = request.user
    levels = list(seen(user).filter(item=product.pk).order_by("location_id"))
    return {"levels": levels, "total": sum(level.on_hand for level in levels), "works": user.has_scope("stock_all")}
