"""The three months of the demo shop as a list of steps: who does what to which order, and when."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from orders.demo import goods, people
from orders.demo.people import Person

SEED = 1947
DAYS = 92
_OPENS, _CLOSES = 10, 20


@dataclass(frozen=True)
class Step:
    """`key` names the step for ever: it is the request of its transaction, so a broken demo goes on where it was."""

    at: datetime
    key: str
    order: int
    verb: str
    by: Person
    said: dict[str, Any] = field(default_factory=dict)


def steps(now: datetime, count: int = 220) -> list[Step]:
    """Every step before `now`, in the order in which it happened."""
    random = Random(SEED)  # noqa: S311  the same shop every time
    shop = _Shop(random, goods.buyers(random, 90), now)
    placed = sorted(shop.placing_time() for _ in range(count))
    made = [step for number, at in enumerate(placed) for step in shop.life(number, at)]
    return sorted((step for step in made if step.at < now), key=lambda step: (step.at, step.key))


@dataclass
class _Shop:
    random: Random
    buyers: list[goods.Buyer]
    now: datetime

    def placing_time(self) -> datetime:
        """More orders every week: two thirds of them in the last six weeks."""
        ago = timedelta(days=DAYS * (1 - self.random.random() ** 0.48))
        return _in_hours(self.now - ago - timedelta(hours=2), self.random)

    def life(self, number: int, placed: datetime) -> Iterator[Step]:
        """Received, made, sent, delivered; now and then held, cancelled, taken back, handed over or shared."""
        random = self.random
        agent, maker = random.choice(people.AGENTS), random.choice(people.MAKERS)
        age = (self.now - placed).days
        fresh = age < 16
        plan = _Plan(number)
        promise = placed.date() + timedelta(days=random.randint(6, 13))
        if fresh and random.random() < 0.45:  # a day around today
            promise = max(placed.date() + timedelta(days=2), self.now.date() + timedelta(days=random.randint(-2, 4)))
        received = self._received(promise, self._by_regular(number))
        yield plan.step(placed, "receive", agent, **received)

        # Fresh orders may be stuck somewhere: that is what the board is for.
        stuck = random.choices((0, 1, 2, 3, 4), (5, 2, 3, 2, 2))[0] if fresh and age >= 2 else 0
        if random.random() < 0.04:
            cancelled = placed + timedelta(hours=random.randint(3, 40))
            yield plan.step(cancelled, "cancel", agent, reason=random.choice(goods.CANCEL_REASONS))
            return
        if random.random() < (0.12 if fresh else 0.05):
            held = placed + timedelta(minutes=random.randint(20, 300))
            yield plan.step(held, "hold", agent, reason=random.choice(goods.HOLD_REASONS))
            if fresh and random.random() < 0.6:
                return
            placed = held + timedelta(hours=random.randint(20, 50))
            yield plan.step(placed, "release", agent)
        yield from self._side_steps(plan, placed, agent)
        if stuck == 1:
            return

        at = self._later(placed, 2, 26)
        yield plan.step(at, "start", agent if random.random() < 0.8 else people.MANAGER, assignee=maker)
        if stuck == 2:
            return
        at = self._later(at, 20, 110)
        yield plan.step(at, "ready", maker)
        if random.random() < 0.04:
            yield plan.step(at + timedelta(minutes=4), "undo", maker)
            at += timedelta(hours=3)
            yield plan.step(at, "ready", maker, again="2")
        if stuck == 3:
            return
        at = self._later(at, 2, 28)
        carrier = random.choice(goods.CARRIERS)
        tracking = f"{(carrier or 'OWN')[:3].upper()}-{random.randrange(10**7, 10**8)}"
        yield plan.step(at, "ship", agent, tracking=tracking, carrier=carrier)
        yield from self._costs(plan, at, received)
        if stuck == 4:
            return
        at = self._later(at, 20, 90)
        yield plan.step(at, "deliver", agent)

    def _side_steps(self, plan: "_Plan", at: datetime, agent: Person) -> Iterator[Step]:
        random = self.random
        if random.random() < 0.10:
            note = random.choice(goods.NOTES)
            yield plan.step(at + timedelta(minutes=random.randint(15, 90)), "edit", agent, production_note=note)
        if random.random() < 0.03:
            other = next(a for a in people.AGENTS if a != agent)
            yield plan.step(at + timedelta(minutes=95), "share", agent, colleague=other)

    def _costs(self, plan: "_Plan", at: datetime, received: dict[str, Any]) -> Iterator[Step]:
        if self.random.random() > 0.85:
            return
        amount = sum((q * p - d for _, q, p, d in received["lines"]), Decimal(0))
        share = Decimal(self.random.randint(46, 64)) / 100
        costs: dict[str, Any] = {
            "production_cost": (amount * share).quantize(Decimal(10)),
            "shipping_cost": Decimal(self.random.randint(5, 30) * 50),
            "marketing_cost": (amount * Decimal(self.random.choice((0, 0, 2, 4))) / 100).quantize(Decimal(1)),
        }
        yield plan.step(self._later(at, 3, 30), "costs", people.FINANCE, **costs)

    def _by_regular(self, number: int) -> goods.Buyer:
        """Every buyer once, then the same ones again, the first of them most often."""
        if number < len(self.buyers):
            return self.buyers[number]
        return self.buyers[int(len(self.buyers) * self.random.random() ** 2)]

    def _received(self, promise: date, buyer: goods.Buyer) -> dict[str, Any]:
        random = self.random
        lines = []
        for _ in range(random.choices((1, 2, 3, 4), (55, 28, 12, 5))[0]):
            category = random.choice(list(goods.CATALOGUE.values()))
            name, price = random.choice(category)
            quantity = Decimal(random.choice((1, 1, 1, 2, 2, 4, 6)))
            discount = (Decimal(price) * quantity / 20).quantize(Decimal(10)) if random.random() < 0.15 else Decimal(0)
            lines.append((name, quantity, goods.price_of(price), discount))
        if random.random() < 0.08:
            lines.append(("Delivery and assembly", Decimal(1), Decimal(2_500), Decimal(0)))
        return {
            "buyer": buyer, "lines": lines, "promise": promise, "channel": random.choice(goods.CHANNELS),
            "rush": random.random() < 0.08, "note": random.choice(goods.NOTES) if random.random() < 0.12 else "",
        }  # fmt: skip

    def _later(self, at: datetime, least_hours: int, most_hours: int) -> datetime:
        return _in_hours(at + timedelta(minutes=self.random.randint(least_hours * 60, most_hours * 60)), self.random)


@dataclass
class _Plan:
    number: int

    def step(self, at: datetime, verb: str, by: Person, again: str = "", **said: Any) -> Step:
        return Step(at, f"demo:{self.number}:{verb}{again}", self.number, verb, by, said)


def _in_hours(at: datetime, random: Random) -> datetime:
    """The shop works from ten to eight; what would fall into the night happens next morning."""
    if _OPENS <= at.hour < _CLOSES:
        return at
    day = at.date() + timedelta(days=int(at.hour >= _CLOSES))
    return datetime.combine(day, time(_OPENS), at.tzinfo) + timedelta(minutes=random.randint(1, 150))
