"""What the demo shop brought along: the old order book, loaded on its second day, and a fair's list that waits."""

import csv
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from io import BytesIO, StringIO
from random import Random
from typing import TYPE_CHECKING

from accounts.models import User
from ops.imports.applying import apply
from ops.imports.checking import check
from ops.imports.deciding import name_columns, receive
from ops.imports.kept import Brought
from orders.demo import goods, people
from orders.demo.lives import Step

if TYPE_CHECKING:
    from orders.demo.verbs import Stage

_SEED = 1950  # its own, so that the rest of the shop stays the same shop
_OLD_ORDERS = 36
_BOOK = ("Bill No", "Bill Date", "Party Name", "City", "Item", "Qty", "Rate", "Amount", "Delivered")
_FAIR = ("Order No", "Date", "Customer", "City", "Product", "Quantity", "Unit price")
_CITIES = ("Lahore", "Karachi", "Faisalabad", "Multan", "Sialkot")


def loads(now: datetime, days: int) -> Iterator[Step]:
    begins = datetime.combine((now - timedelta(days=days - 1)).date(), time(11, 20), now.tzinfo)
    yield Step(begins, "demo:load:book", "load1", "load_file", people.ADMIN, {
        "name": "Order book, before Opsdeck.csv", "text": _book(begins), "source": "Old order book", "apply": True,
    })  # fmt: skip
    lately = now - timedelta(hours=20)
    yield Step(lately, "demo:load:fair", "load2", "load_file", people.MANAGER, {
        "name": "Furniture fair.csv", "text": _fair(lately), "source": "Furniture fair", "apply": False,
    })  # fmt: skip


def _book(begins: datetime) -> str:
    """A year of somebody's own sheet: a line an item, bills of one or two items, all delivered long ago."""
    random = Random(_SEED)  # noqa: S311
    articles = [(name, price) for rows in goods.CATALOGUE.values() for name, price in rows]
    rows: list[tuple[object, ...]] = []
    for bill in range(1, _OLD_ORDERS + 1):
        day = (begins - timedelta(days=400 - 9 * bill + random.randint(0, 8))).date()
        name = f"{random.choice(goods.FIRST_NAMES)} {random.choice(goods.LAST_NAMES)}"
        city, gone = random.choice(_CITIES), day + timedelta(days=random.randint(5, 21))
        for article, price in random.sample(articles, random.choice((1, 1, 2))):
            many, rate = random.choice((1, 1, 2, 4)), round(price * 0.9, -2)
            rows.append((f"B-{bill:03}", f"{day:%d/%m/%Y}", name, city, article, many, f"{rate:,.2f}",
                         f"{many * rate:,.2f}", f"{gone:%d/%m/%Y}"))  # fmt: skip
    return _sheet(_BOOK, rows)


def _fair(at: datetime) -> str:
    """Written in a hurry: some of it cannot be read yet."""
    random = Random(_SEED + 1)  # noqa: S311
    articles = [(name, price) for rows in goods.CATALOGUE.values() for name, price in rows]
    rows: list[tuple[object, ...]] = []
    for number in range(1, 19):
        article, price = random.choice(articles)
        name = f"{random.choice(goods.FIRST_NAMES)} {random.choice(goods.LAST_NAMES)}"
        day, many = f"{at - timedelta(days=1):%Y-%m-%d}", str(random.choice((1, 1, 2, 6)))
        if number == 5:
            many = "two"
        if number == 9:
            day = "31 Sept"
        rows.append((f"FAIR-{number}", day, "" if number == 14 else name, random.choice(_CITIES), article, many, price))
    return _sheet(_FAIR, rows)


def _sheet(header: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    text = StringIO()
    csv.writer(text).writerows([header, *rows])
    return text.getvalue()


def _load(stage: "Stage", step: Step, by: User) -> None:
    said = step.said
    batch = receive([Brought(said["name"], BytesIO(said["text"].encode()))], by=by)
    columns = {**batch.mapping}
    if "Delivered" in batch.header:
        columns["shipped_at"] = batch.header.index("Delivered")
    batch = check(name_columns(batch, columns, source=said["source"]))
    if said["apply"]:
        apply(batch, by=by)


VERBS: dict[str, Callable[["Stage", Step, User], None]] = {"load_file": _load}
