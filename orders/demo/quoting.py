"""The quotes of the demo shop: written, sent, haggled over, and answered or not."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from orders.demo import goods, people
from orders.demo.lives import Beginning, Line, Lives, Step
from orders.demo.people import Person
from orders.demo.rhythm import at_work, work_days_after

VALID_DAYS = 14
_ENDS = (("agent", "link", "lost", "declined", "quiet"), (33, 13, 22, 6, 26))


class Quoting:
    """`overs` are the mornings after last days: the shop's job ends what nobody answered."""

    def __init__(self, lives: Lives) -> None:
        self.lives, self.random, self.overs = lives, lives.random, set[date]()

    def quote(self, thing: str, at: datetime, agent: Person, buyer: goods.Buyer, lines: list[Line]) -> Iterator[Step]:
        random = self.random

        def step(at: datetime, verb: str, by: Person, again: str = "", **said: Any) -> Step:
            return Step(at, f"demo:{thing}:{verb}{again}", thing, verb, by, said)

        offer: dict[str, Any] = {
            "buyer": buyer, "lines": lines, "rush": random.random() < 0.05, "channel": random.choice(goods.CHANNELS),
            "note": random.choice(goods.NOTES) if random.random() < 0.3 else "", "terms": random.choice(goods.TERMS),
        }  # fmt: skip
        yield step(at, "draft", agent, **offer, days=_days(at))
        if random.random() < 0.05:
            # Written, and forgotten until somebody tidied up.
            yield step(at_work(at + timedelta(days=16), random), "lose", agent, reason="Other", note="Never sent")
            return
        if random.random() < 0.15:
            at = at_work(at + timedelta(minutes=random.randint(10, 200)), random)
            offer["lines"] = lines = self._other(lines)
            yield step(at, "redraft", agent, **offer, days=_days(at))
        at = at_work(at + timedelta(minutes=random.randint(10, 26 * 60)), random)
        yield step(at, "send", agent)
        last = at.date() + timedelta(days=VALID_DAYS)
        for turn in range(2):
            if random.random() > (0.35, 0.2)[turn]:
                break
            at = at_work(at + timedelta(hours=random.randint(20, 110)), random)
            lines = self._cheaper(lines)
            yield step(at, "revise", agent, str(turn))
            at += timedelta(minutes=random.randint(4, 25))
            yield step(at, "redraft", agent, f"r{turn}", **(offer | {"lines": lines}), days=_days(at))
            at += timedelta(minutes=random.randint(2, 9))
            yield step(at, "send", agent, str(turn + 2))
            last = at.date() + timedelta(days=VALID_DAYS)
        end = random.choices(*_ENDS)[0]
        if end == "quiet":
            self.overs.add(last + timedelta(days=1))
            return
        at = at_work(at + timedelta(hours=random.randint(6, 210)), random)
        if end == "lost":
            why, note = random.choice(goods.LOST_REASONS), random.choice(goods.LOST_NOTES)
            yield step(at, "lose", agent, reason=why, note=note)
        elif end == "declined":
            yield step(at, "decline", people.CUSTOMER, reason=random.choice(goods.DECLINED), name=buyer.name)
        else:
            by_link = end == "link"
            yield step(
                at, "accept_link" if by_link else "accept", people.CUSTOMER if by_link else agent, name=buyer.name
            )
            promise = _days(at)[1]
            yield from self.lives.after(Beginning(f"o{thing}", at, agent, buyer, lines, promise, offer["rush"]))

    def _other(self, lines: list[Line]) -> list[Line]:
        name, quantity, price, discount = lines[0]
        return [(name, quantity + 1, price, discount), *lines[1:]]

    def _cheaper(self, lines: list[Line]) -> list[Line]:
        share = Decimal(self.random.choice((3, 5, 8))) / 100
        return [(name, q, p, d + (q * p * share).quantize(Decimal(10))) for name, q, p, d in lines]


def _days(at: datetime) -> tuple[date, date]:
    """The last day it is valid, and the day it is promised for if it is taken."""
    return at.date() + timedelta(days=VALID_DAYS), work_days_after(at.date(), 18)
