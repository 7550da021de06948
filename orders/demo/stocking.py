"""What the demo shop has on hand: opened on its first morning, received, counted and scrapped over the months."""

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

from accounts.models import User
from inventory import actions
from inventory.models import Level, Location, StockItem
from inventory.shipped_rows import MAIN
from orders.demo import goods, people
from orders.demo.lives import Step
from orders.demo.rhythm import at_work

if TYPE_CHECKING:
    from orders.demo.verbs import Stage

_SEED = 1949  # its own, so that the rest of the shop stays the same shop
SHOWROOM = "Showroom"
_FEW = Decimal(2)
_WHY = ("A leg cracked in the store", "Stained by rain under the door", "Moth holes", "The brass is dented",
        "Given to a buyer as a sample")  # fmt: skip
_DEALERS = ("Chiniot Woodworks", "Kasur Brass House", "Multan Weavers", "Shah Alam Market")


def stocks(now: datetime, days: int) -> Iterator[Step]:
    """One step for each line that is opened and each move after it."""
    random = Random(_SEED)  # noqa: S311
    begins = datetime.combine((now - timedelta(days=days)).date(), time(10, 5), now.tzinfo)
    names = [(name, price) for rows in goods.CATALOGUE.values() for name, price in rows]
    yield _step(begins, "room", "stock_room", 0)
    for number, (name, price) in enumerate(names, start=1):
        at = begins + timedelta(minutes=number)
        many = Decimal(random.randint(30, 80) if price < 10_000 else random.randint(8, 24))
        yield _step(at, f"{number}.main", "stock_open", number, name=name, quantity=many, where=MAIN)
        if random.random() < 0.5:
            yield _step(at, f"{number}.shown", "stock_open", number, name=name, quantity=_FEW, where=SHOWROOM)
    for number, at in enumerate(_times(random, begins, now, every=2.6)):
        name, price = random.choice(names)
        many, cost = Decimal(random.randint(2, 12)), Decimal(price) * random.randint(48, 62) / 100
        yield _step(at, f"{number}.receive", "stock_receive", number, name=name, quantity=many, cost=cost,
                    note=f"From {random.choice(_DEALERS)}")  # fmt: skip
    for number, at in enumerate(_times(random, begins, now, every=7.5)):
        name, _ = random.choice(names)
        yield _step(at, f"{number}.scrap", "stock_scrap", number, name=name, note=random.choice(_WHY))
    for number, at in enumerate(_times(random, begins, now, every=15)):
        for place, (name, _) in enumerate(random.sample(names, 5)):
            off = random.choice((0, 0, 0, -1, -1, 1))
            yield _step(
                at + timedelta(minutes=4 * place), f"{number}.{place}.count", "stock_count", number, name=name, off=off
            )


def _step(at: datetime, key: str, verb: str, number: int, **said: object) -> Step:
    by = people.ADMIN if number % 4 == 3 else people.MANAGER
    return Step(at, f"demo:stock:{key}", f"stock{number}", verb, by, said)


def _times(random: Random, begins: datetime, now: datetime, *, every: float) -> Iterator[datetime]:
    at = begins + timedelta(days=1)
    while (at := at_work(at + timedelta(days=random.uniform(0.4, 1.6) * every), random)) < now - timedelta(hours=2):
        yield at


# --- the verbs --------------------------------------------------------------------------------------------------


def _item(stage: "Stage", step: Step) -> StockItem:
    return StockItem.objects.get(pk=stage.products[step.said["name"]].pk)


def _main() -> Location:
    return Location.objects.get(name=MAIN)


def _room(stage: "Stage", step: Step, by: User) -> None:
    actions.add_location(by=by, name=SHOWROOM)


def _open(stage: "Stage", step: Step, by: User) -> None:
    actions.set_opening(
        _item(stage, step), by=by, location=Location.objects.get(name=step.said["where"]),
        quantity=step.said["quantity"],
    )  # fmt: skip


def _receive(stage: "Stage", step: Step, by: User) -> None:
    actions.receive(
        _item(stage, step), by=by, location=_main(), quantity=step.said["quantity"], unit_cost=step.said["cost"],
        note=step.said["note"],
    )  # fmt: skip


def _scrap(stage: "Stage", step: Step, by: User) -> None:
    actions.scrap(_item(stage, step), by=by, location=_main(), quantity=Decimal(1), note=step.said["note"])


def _count(stage: "Stage", step: Step, by: User) -> None:
    """A little off now and then, as shelves are."""
    item, main = _item(stage, step), _main()
    there = Level.objects.get(item=item, location=main).on_hand
    actions.count_stock(item, by=by, location=main, counted=max(there + step.said["off"], Decimal(0)))


VERBS: dict[str, Callable[["Stage", Step, User], None]] = {
    "stock_room": _room, "stock_open": _open, "stock_receive": _receive, "stock_scrap": _scrap, "stock_count": _count,
}  # fmt: skip
