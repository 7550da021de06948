"""The pages of loads and of what files bring: products, stock, a load of 10,000 rows before it is applied; rolled back.

    python -m bench.loads                on the database of the current settings

A tenth of the rows has a problem, so that the check has something to say and the grid of rows has rows. `ours` is what
this process and its backend worked: on a machine that others use, it says more than the clock.
"""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bench.rounds import line, measure

LINES = 10_000
PRODUCTS = 2_000


def run(rounds: int = 20) -> list[dict[str, Any]]:
    from django.db import transaction
    from django.test import Client
    from django.test.utils import setup_test_environment, teardown_test_environment

    from accounts.models import User
    from ops.db.actor import acting_as, door, for_user

    setup_test_environment()
    try:
        with transaction.atomic():
            with acting_as(door()):
                people = list(User.objects.filter(is_active=True).order_by("pk"))
            person = next(one for one in people if {"imports", "orders_all", "catalog_edit"} <= set(one.scopes))
            client = Client()
            with acting_as(door()):
                client.force_login(person)
            with acting_as(for_user(person, request="bench")):
                _fill_shelves(person)
            with _a_checked_load(person) as batch:
                found = [
                    {"page": page, "person": person.role_id, **measure(client, address, rounds)}
                    for page, address in _addresses(batch)
                ]
            transaction.set_rollback(True)
    finally:
        teardown_test_environment()
    return found


def _addresses(batch: int) -> Iterator[tuple[str, str]]:
    yield "products", "/products/"
    yield "products q=", "/products/?q=bench+good&sort=-price"
    yield "what sells", "/report/products/"
    yield "stock", "/stock/"
    yield "stock q=", "/stock/?q=bench+good&sort=-on_hand"
    yield "loads", "/import/"
    for page in ("columns", "check", "rows", "items", "matches"):
        yield f"load: {page}", f"/import/{batch}/{page}/"


def _fill_shelves(person: Any) -> None:
    """Products, and an opening stock of each."""
    from catalog.models import Product
    from inventory.models import Location, Move, StockItem

    made = Product.objects.bulk_create(
        Product(sku=f"BG-{n:05}", name=f"Bench good {n}", price=100 + n) for n in range(PRODUCTS)
    )
    main = Location.objects.order_by("pk")[0]
    items = StockItem.objects.filter(pk__in=[product.pk for product in made])
    Move.objects.bulk_create(Move(item=item, location=main, kind=Move.Kind.OPENING, quantity=7) for item in items)


@contextmanager
def _a_checked_load(person: Any) -> Iterator[int]:
    from bench.imports import make_up
    from ops.db.actor import acting_as, for_user
    from ops.imports import kept
    from ops.imports.checking import check
    from ops.imports.deciding import receive, say_rate

    text = io.StringIO()
    make_up(text, LINES)
    header, *lines = text.getvalue().splitlines()
    spoiled = [line if n % 10 else _spoiled(line) for n, line in enumerate(lines)]
    data = "\n".join([header, *spoiled]).encode()
    with acting_as(for_user(person, request="bench", source="import")):
        batch = check(say_rate(receive([kept.Brought("bench.csv", io.BytesIO(data))], by=person), "USD", "1"))
    assert batch.state == "checked", batch.questions
    try:
        yield batch.pk
    finally:
        kept.drop(batch)


def _spoiled(line: str) -> str:
    """The same row with a date that is none."""
    order, _, rest = line.split(",", 2)
    return f"{order},soon,{rest}"


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ops.settings")
    os.environ.setdefault("OPS_LOGIN", "web")
    import django

    django.setup()
    for row in run():
        print(line(row))
    sys.exit(0)
