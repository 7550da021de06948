"""How large a demo shop is."""

from dataclasses import dataclass

from orders.demo import people
from orders.demo.people import Person


@dataclass(frozen=True)
class Size:
    """`orders` come without a quote, `quotes` bring some more; `files` is how many orders have photos."""

    name: str
    orders: int
    days: int
    buyers: int
    quotes: int
    files: int
    staff: tuple[Person, ...]
    agents: tuple[Person, ...]
    makers: tuple[Person, ...]


SMALL = Size("small", 213, 92, 90, 12, 3, people.SMALL, people.AGENTS, people.MAKERS)
USUAL = Size(
    "usual", 1_412, 184, 520, 230, 40, people.USUAL,
    (*people.AGENTS, *people.MORE_AGENTS), (*people.MAKERS, *people.MORE_MAKERS),
)  # fmt: skip
