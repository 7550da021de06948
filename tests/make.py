"""Plain factories. What they make is made by the verbs, so it is always legal."""

import io
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from PIL import Image

from accounts.models import User
from ops.db.actor import acting_as, for_user
from orders import actions
from orders.models import Order

_requests = count(1)


def _request() -> str:
    """Each verb of a factory stands for a request of its own."""
    return f"make-{next(_requests)}"


CHAIR = actions.LineInput("Walnut chair", Decimal(2), Decimal("1250.50"))
TABLE = actions.LineInput("Walnut table", Decimal(1), Decimal(9000), Decimal(500))


def order(by: User, *, name: str = "Ayesha Siddiqui", phone: str = "", lines: Any = (CHAIR,), **options: Any) -> Order:
    customer = actions.CustomerInput(name, phone, options.pop("email", ""), options.pop("city", "Lahore"))
    with acting_as(for_user(by, request=_request())):
        return actions.receive_order(by=by, customer=customer, lines=list(lines), **options)


def order_in(stage: str, by: User, floor: User, **options: Any) -> Order:
    """An order that has walked to `stage`."""
    made = order(by, **options)
    with acting_as(for_user(by, request=_request())):
        if stage != "received":
            made = actions.start_production(made, by=by, assignee=floor)
    if stage in {"ready_to_ship", "shipped", "delivered"}:
        with acting_as(for_user(floor, request=_request())):
            made = actions.mark_ready(made, by=floor)
    with acting_as(for_user(by, request=_request())):
        if stage in {"shipped", "delivered"}:
            made = actions.ship_order(made, by=by, tracking="TCS-1", carrier="TCS")
        if stage == "delivered":
            made = actions.deliver_order(made, by=by)
    return made


def photo(size: tuple[int, int] = (40, 30), form: str = "PNG", **options: Any) -> bytes:
    """A real picture."""
    file = io.BytesIO()
    Image.new("RGB", size, options.pop("colour", "#b98412")).save(file, form, **options)
    return file.getvalue()


def day(text: str) -> date:
    return date.fromisoformat(text)
