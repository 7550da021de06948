"""What becomes of an order once it is received: made, sent, delivered; and all that comes in between."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from orders.demo import goods, people
from orders.demo.people import Person
from orders.demo.rhythm import at_work, work_days_after
from orders.demo.sizes import Size

Line = tuple[str, Decimal, Decimal, Decimal]
# In this one stage for too long, so that the morning has something to say: 0 goes on.
_STUCK = ((0, 1, 2, 3, 4), (86, 3, 4, 3, 4))
_FRESH_DAYS = 16


@dataclass(frozen=True)
class Step:
    """`key` names the step for ever: it is the request of its changes, so a broken demo goes on where it was.

    `thing` is the order or quote in the plan's own count; who does it may be one of people's three who are no person.
    """

    at: datetime
    key: str
    thing: str
    verb: str
    by: Person
    said: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Beginning:
    """An order as it was received. `promise` is what was said then; `worth` is in rupees."""

    thing: str
    at: datetime
    agent: Person
    buyer: goods.Buyer
    lines: list[Line]
    promise: date
    rush: bool = False

    @property
    def worth(self) -> Decimal:
        return sum((q * p - d for _, q, p, d in self.lines), Decimal(0)) * self.buyer.rate

    def step(self, at: datetime, verb: str, by: Person, again: str = "", **said: Any) -> Step:
        return Step(at, f"demo:{self.thing}:{verb}{again}", self.thing, verb, by, said)


@dataclass
class Lives:
    random: Random
    now: datetime
    size: Size
    wakes: set[date] = field(default_factory=set)

    def promise(self, placed: datetime, *, rush: bool) -> date:
        """Days of work from now; of what came lately, some are promised for just about today."""
        day = work_days_after(placed.date(), self.random.randint(3, 5) if rush else self.random.randint(7, 12))
        if (self.now - placed).days < _FRESH_DAYS and self.random.random() < 0.3:
            near = self.now.date() + timedelta(days=self.random.randint(-1, 4))
            day = max(placed.date() + timedelta(days=3), near)
        return day

    def after(self, o: Beginning) -> Iterator[Step]:
        random, at, agent = self.random, o.at, o.agent
        fresh = 1 <= (self.now - at).days < _FRESH_DAYS
        stuck = random.choices(*_STUCK)[0] if fresh else 0
        if random.random() < 0.04:
            yield o.step(self._later(at, 3, 60), "cancel", agent, reason=random.choice(goods.CANCEL_REASONS))
            return
        yield from self._soon(o)
        if random.random() < 0.015 and agent in self.size.agents:
            at, other = self._later(at, 1, 5), random.choice([one for one in self.size.agents if one != agent])
            yield o.step(at, "hand_over", people.MANAGER, to=other)
            agent = other
        if random.random() < (0.12 if fresh else 0.06):
            at = self._later(at, 1, 5)
            reason = random.choice(goods.HOLD_REASONS)
            until = work_days_after(at.date(), random.randint(2, 7)) if random.random() < 0.65 else None
            yield o.step(at, "hold", agent, reason=reason, until=until)
            if until is not None:
                self.wakes.add(until)
                at = datetime.combine(until, time(10), at.tzinfo)
            elif fresh and random.random() < 0.5:
                return
            else:
                at = self._later(at, 20, 70)
                yield o.step(at, "release", agent)
        if stuck != 1:
            yield from self._made(o, at, agent, stuck)

    def _made(self, o: Beginning, at: datetime, agent: Person, stuck: int) -> Iterator[Step]:
        random = self.random
        at = self._later(at, 1, 5) if o.rush else self._later(at, 2, 22)
        maker = random.choice(self.size.makers)
        yield o.step(at, "start", agent if random.random() < 0.85 else people.MANAGER, assignee=maker)
        if random.random() < 0.03:
            other = random.choice([one for one in self.size.makers if one != maker])
            yield o.step(at + timedelta(minutes=random.randint(40, 110)), "edit", people.MANAGER, "a", assignee=other)
            maker = other
        if random.random() < 0.05:
            later = work_days_after(o.promise, random.randint(2, 5))
            yield o.step(at + timedelta(minutes=random.randint(20, 100)), "edit", agent, "p", promise_on=later)
        if stuck == 2:
            return
        days = random.lognormvariate(1.0, 0.42) + 0.4 * (len(o.lines) - 1)
        at = self._later(at, *(round(24 * days * part) for part in ((0.4, 0.6) if o.rush else (0.9, 1.1))))
        yield o.step(at, "ready", maker)
        if random.random() < 0.025:
            yield o.step(at + timedelta(minutes=4), "undo", maker)
            at = self._later(at, 3, 9)
            yield o.step(at, "ready", maker, "2")
        if stuck != 3:
            yield from self._sent(o, at, agent, stuck)

    def _sent(self, o: Beginning, at: datetime, agent: Person, stuck: int) -> Iterator[Step]:
        random = self.random
        at = self._later(at, 2, 26)
        pieces = sum(int(quantity) for _, quantity, _, _ in o.lines)
        whole = pieces < 2 or random.random() > 0.13
        if not whole:
            first = {1: o.lines[0][1]} if len(o.lines) > 1 else {1: Decimal(int(o.lines[0][1]) // 2 or 1)}
            yield o.step(at, "ship_part", agent, quantities=first, **self._parcel(o))
            if random.random() < 0.06:
                yield o.step(at + timedelta(minutes=35), "parcel_back", agent)
            at = self._later(at, 20, 80)
        yield o.step(at, "ship", agent, **self._parcel(o))
        if whole and random.random() < 0.02:
            right = self._parcel(o)["tracking"]
            yield o.step(at + timedelta(minutes=random.randint(9, 90)), "edit", agent, "t", tracking_number=right)
        yield from self._costs(o, at)
        if stuck == 4:
            return
        if o.buyer.currency:
            hours = (96, 190)
        else:
            hours = (4, 30) if o.buyer.city == goods.HOME else (24, 84)
        yield o.step(self._later(at, *hours), "deliver", agent)

    def _parcel(self, o: Beginning) -> dict[str, str]:
        if o.buyer.currency:
            return {"carrier": "DHL", "tracking": f"JD0146{self.random.randrange(10**9, 10**10)}"}
        if o.buyer.city == goods.HOME and self.random.random() < 0.5:
            return {"carrier": "Own rider", "tracking": f"R-{self.random.randrange(1000, 9999)}"}
        carrier = self.random.choices(("TCS", "Leopards", "M&P", "Pakistan Post"), (45, 30, 15, 10))[0]
        number = self.random.randrange(10**9, 10**10)
        return {"carrier": carrier, "tracking": f"{'PP' if carrier == 'Pakistan Post' else ''}{number}"}

    def _soon(self, o: Beginning) -> Iterator[Step]:
        """What is said about an order in its first hours."""
        random = self.random
        if random.random() < 0.1:
            note = random.choice(goods.NOTES)
            yield o.step(o.at + timedelta(minutes=random.randint(5, 50)), "edit", o.agent, "n", production_note=note)
        if random.random() < 0.02:
            channel = random.choice(goods.CHANNELS)
            yield o.step(o.at + timedelta(minutes=random.randint(2, 40)), "edit", o.agent, "c", channel=channel)
        if random.random() < 0.03 and o.agent in self.size.agents:
            other = random.choice([one for one in self.size.agents if one != o.agent])
            yield o.step(o.at + timedelta(minutes=55), "share", o.agent, colleague=other)
        if o.buyer.every and random.random() < 0.06:  # a customer who cannot decide: much to look back on
            for turn in range(random.randint(8, 14)):
                said = random.choice(goods.NOTES) if turn % 2 else f"{random.choice(goods.NOTES)} Sample {turn + 1}."
                yield o.step(o.at + timedelta(minutes=51 + 4 * turn), "edit", o.agent, f"m{turn}", production_note=said)

    def _costs(self, o: Beginning, at: datetime) -> Iterator[Step]:
        random = self.random
        if random.random() > 0.94:
            return
        made = Decimal(0)
        for name, quantity, price, discount in o.lines:
            least, most = goods.COST_OF.get(goods.category_of(name), (70, 95))
            made += (quantity * price - discount) * o.buyer.rate * random.randint(least, most) / 100
        if random.random() < 0.03:
            made *= Decimal("1.7")  # made twice
        shipping = Decimal(random.randint(5, 30) * 50) * (9 if o.buyer.currency else 1)
        costs: dict[str, Any] = {
            "production_cost": made.quantize(Decimal(10)), "shipping_cost": shipping,
            "marketing_cost": (o.worth * random.choice((0, 0, 2, 4)) / 100).quantize(Decimal(1)),
        }  # fmt: skip
        at = self._later(at, 3, 40)
        yield o.step(at, "costs", people.FINANCE, **costs)
        if random.random() < 0.04:
            later = self._later(at, 30, 120)
            yield o.step(later, "costs", people.FINANCE, "2", shipping_cost=shipping + random.randint(1, 9) * 50)

    def _later(self, at: datetime, least_hours: int, most_hours: int) -> datetime:
        return at_work(at + timedelta(minutes=self.random.randint(least_hours * 60, most_hours * 60)), self.random)
