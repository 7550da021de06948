"""The months of the demo shop as a list of steps: who does what to which order or quote, and when.

Fixed seed: the same shop every time, however fast it is lived.
"""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from decimal import Decimal
from random import Random

from orders.demo import goods, people
from orders.demo.lives import Beginning, Line, Lives, Step
from orders.demo.loading import loads
from orders.demo.people import Person
from orders.demo.pictures import PICTURES
from orders.demo.quoting import Quoting
from orders.demo.rhythm import at_work, placing_times
from orders.demo.sizes import SMALL, Size
from orders.demo.stocking import stocks
from orders.demo.talking import talks

__all__ = ["Step", "steps"]

SEED = 1947
_FROM_STOREFRONT = 0.09
_NEW = 0.36


def steps(now: datetime, size: Size = SMALL) -> list[Step]:
    """Every step before `now`, in the order in which it happened."""
    random = Random(SEED)  # noqa: S311  the same shop every time
    shop = _Shop(random, now, size)
    made = [step for step in shop.everything() if step.at < now]
    made += [*_photos(random, made, size.files), *talks(made, size.files, now), *stocks(now, size.days)]
    made += loads(now, size.days)
    return sorted(made, key=lambda step: (step.at, step.key))


class _Shop:
    def __init__(self, random: Random, now: datetime, size: Size) -> None:
        self.random, self.now, self.size = random, now, size
        self.lives = Lives(random, now, size)
        self.quoting = Quoting(self.lives)
        everybody = goods.buyers(random, size.buyers)
        self.firms = [buyer for buyer in everybody if buyer.every]
        self.people = [buyer for buyer in everybody if not buyer.every]
        self.known: list[goods.Buyer] = []
        self.agents: dict[str, Person] = {}
        self.last: dict[str, Beginning] = {}

    def everything(self) -> Iterator[Step]:
        size = self.size
        of_firms = self._times_of_firms()
        times = placing_times(self.random, self.now, size.days, max(size.orders - len(of_firms), 0))
        coming = sorted([*((at, None) for at in times), *of_firms], key=lambda pair: pair[0])
        for number, (at, firm) in enumerate(coming):
            if firm is None and self.random.random() < _FROM_STOREFRONT:
                yield from self._from_storefront(number, at)
            else:
                yield from self._typed(number, at, firm or self._somebody())
        for number, at in enumerate(placing_times(self.random, self.now, size.days, size.quotes)):
            buyer = self.random.choice(self.firms) if self.random.random() < 0.55 else self._somebody()
            agent = self._agent(buyer)
            yield from self.quoting.quote(f"q{number}", at, agent, buyer, self._lines(buyer, large=True))
        yield from self._twins()
        for days, verb, at_time in (
            (self.lives.wakes, "wake", time(7, 30)),
            (self.quoting.overs, "expire", time(5, 10)),
        ):
            for day in days:
                at = datetime.combine(day, at_time, self.now.tzinfo)
                yield Step(at, f"demo:{day}:{verb}", str(day), verb, people.SHOP)

    def _times_of_firms(self) -> list[tuple[datetime, goods.Buyer | None]]:
        """A firm comes back in its own rhythm, give or take some days."""
        found: list[tuple[datetime, goods.Buyer | None]] = []
        for firm in self.firms:
            at = self.now - timedelta(days=self.size.days - self.random.randint(1, firm.every * 7))
            while at < self.now - timedelta(hours=2):
                found.append((at_work(at.replace(hour=self.random.randint(10, 18)), self.random), firm))
                at += timedelta(days=firm.every * 7 * self.random.uniform(0.75, 1.25))
        return [(at, firm) for at, firm in found if at < self.now - timedelta(minutes=20)]

    def _somebody(self) -> goods.Buyer:
        """Somebody new, or again one of those who came early: they come most often."""
        if self.people and (not self.known or self.random.random() < _NEW):
            self.known.append(self.people.pop())
            return self.known[-1]
        return self.known[int(len(self.known) * self.random.random() ** 1.15)]

    def _agent(self, buyer: goods.Buyer) -> Person:
        """Whoever sold to them first goes on doing so, nearly always."""
        agent = self.agents.setdefault(buyer.phone, self.random.choice(self.size.agents))
        return agent if self.random.random() < 0.93 else self.random.choice(self.size.agents)

    def _typed(self, number: int, at: datetime, buyer: goods.Buyer) -> Iterator[Step]:
        random = self.random
        agent, rush, before = self._agent(buyer), random.random() < 0.07, self.last.get(buyer.phone)
        again = before is not None and bool(buyer.every) and random.random() < 0.35
        lines = before.lines if before and again else self._lines(buyer)
        o = Beginning(f"o{number}", at, agent, buyer, lines, self.lives.promise(at, rush=rush), rush)
        by, whose = (people.MANAGER, agent) if random.random() < 0.04 else (agent, None)
        yield o.step(
            at, "receive", by, buyer=buyer, lines=lines, promise=o.promise, rush=rush, agent=whose,
            channel=random.choice(goods.CHANNELS), copied_from=before.thing if before and again else None,
            note=random.choice(goods.NOTES) if random.random() < 0.12 else "",
        )  # fmt: skip
        self.last[buyer.phone] = o
        if random.random() < 0.06:
            about = {"address": random.choice(goods.ADDRESSES), "notes": random.choice(goods.ABOUT)}
            yield o.step(at + timedelta(minutes=random.randint(3, 40)), "about", o.agent, **about)
        if random.random() < 0.03:
            number_too = f"+9232{random.randrange(10**7, 10**8)}"
            yield o.step(at + timedelta(minutes=6), "contact", o.agent, value=number_too, label="office")
        if random.random() < 0.004 and buyer.email:
            yield o.step(at + timedelta(minutes=9), "silence", o.agent)
        yield from self.lives.after(o)

    def _from_storefront(self, number: int, at: datetime) -> Iterator[Step]:
        """At any hour, at the prices of the catalogue; the database says whose it is."""
        at = at.replace(hour=self.random.choice((0, 9, 12, 14, 17, 20, 21, 22, 23)))
        if at > self.now - timedelta(minutes=5):
            return
        buyer, lines = self._somebody(), self._lines(None)
        if not buyer.email and self.random.random() < 0.5:
            buyer = goods.with_mail(buyer)
        o = Beginning(f"o{number}", at, people.ITS_AGENT, buyer, lines, self.lives.promise(at, rush=False))
        refused = self.random.random() < 0.05
        yield o.step(at, "refused" if refused else "arrive", people.CUSTOMER, buyer=buyer, lines=lines,
                     promise=o.promise, number=f"WS-{1000 + number}")  # fmt: skip
        if not refused:
            yield from self.lives.after(o)

    def _lines(self, buyer: goods.Buyer | None, *, large: bool = False) -> list[Line]:
        random = self.random
        many = large or bool(buyer and buyer.every)
        drawn = random.choices((1, 2, 3, 4, 6), (20, 30, 25, 15, 10) if large else (52, 28, 13, 6, 1))[0]
        lines = []
        for category in random.choices(list(goods.CATALOGUE), goods.WANTED, k=drawn):
            name, price = random.choice(goods.CATALOGUE[category])
            quantity = Decimal(random.choice((2, 4, 4, 6, 8, 12) if many else (1, 1, 1, 1, 2, 2, 4)))
            each = goods.price_of(price)
            if buyer and buyer.currency:
                each = (each * Decimal("1.35") / buyer.rate).quantize(Decimal(1))
            off = buyer is not None and random.random() < (0.4 if many else 0.13)
            discount = (each * quantity * random.choice((3, 5, 10)) / 100).quantize(Decimal(1)) if off else Decimal(0)
            lines.append((name, quantity, each, discount))
        if buyer and not buyer.currency and random.random() < 0.08:
            lines.append(("Delivery and assembly", Decimal(1), Decimal(2_500), Decimal(0)))
        return lines

    def _twins(self) -> Iterator[Step]:
        """Customers who came with another number and were taken for somebody else, until a manager saw it."""
        of_people = [o for o in self.last.values() if not o.buyer.every and (self.now - o.at).days > 20]
        for number, first in enumerate(self.random.sample(of_people, min(len(of_people), self.size.orders // 350 + 1))):
            at = at_work(first.at + timedelta(days=self.random.randint(2, 9)), self.random)
            other = goods.with_phone(first.buyer, f"+92333{1_000_000 + number * 7919}")
            o = Beginning(f"t{number}", at, first.agent, other, self._lines(other), self.lives.promise(at, rush=False))
            yield o.step(at, "receive", o.agent, buyer=other, lines=o.lines, promise=o.promise, rush=False, agent=None,
                         channel="Phone", copied_from=None, note="")  # fmt: skip
            yield o.step(at + timedelta(hours=26), "merge", people.MANAGER, kept=first.thing)
            yield from self.lives.after(o)


def _photos(random: Random, made: list[Step], count: int) -> Iterator[Step]:
    """Makers show what they have made; agents keep what was agreed on."""
    ready = [step for step in made if step.verb == "ready" and step.key.endswith("ready")]
    for number, step in enumerate(random.sample(ready, min(count, len(ready)))):
        at, picture = step.at - timedelta(minutes=2), PICTURES[number % len(PICTURES)]
        yield Step(at, f"demo:{step.thing}:photo", step.thing, "photo", step.by, {"picture": picture})
        if number % 3 == 0:
            yield Step(at, f"demo:{step.thing}:sheet", step.thing, "sheet", people.ITS_AGENT, {})
        if number % 10 == 9:
            back = at + timedelta(minutes=1)
            yield Step(
                back, f"demo:{step.thing}:unphoto", step.thing, "unphoto", step.by, {"reason": goods.BACK_REASON}
            )
