"""What the demo shop's people write beside their orders: a question to a maker, the answer, a word to the customer."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from accounts.models import User
from ops.threads import actions as threads
from orders.demo import people
from orders.demo.lives import Step
from orders.models import Order

if TYPE_CHECKING:
    from orders.demo.verbs import Stage

_SEED = 1948  # its own, so that the rest of the shop stays the same shop
_TALKS = (
    (
        "@{maker} the buyer asks again: is the finish matt?",
        "Matt, two coats. The second is drying, I send a photo when it is done.",
        "Your order is finished in matt, as agreed. We write to you again when it is on its way.",
    ),
    (
        "@{maker} please pack the legs apart, they live on the fourth floor.",
        "Legs apart, screws in a bag on the inside. Marked on the box.",
        "Your order is finished. The legs are packed apart so that it fits through your stairs; four screws each.",
    ),
    (
        "@{maker} they would come on Saturday to look before it leaves. Can it stand in front until then?",
        "It can. I keep it covered.",
        "Your order is ready to be looked at. We are here on Saturday from 10 to 17.",
    ),
    (
        "@{maker} one corner was scratched on the last one for them. Please look twice.",
        "Looked twice, and put foam on every corner.",
        "Your order is finished and was checked twice. Thank you for your patience.",
    ),
)


def talks(made: Sequence[Step], count: int, now: datetime) -> Iterator[Step]:
    """Around the hour when a maker is done: both see the order then."""
    random = Random(_SEED)  # noqa: S311  the same shop every time
    ready = [step for step in made if step.verb == "ready" and step.key.endswith("ready")]
    for number, step in enumerate(random.sample(ready, min(count, len(ready)))):
        asked, answered, told = _TALKS[number % len(_TALKS)]
        for minutes, part, by, text in (
            (-12, "asked", people.ITS_AGENT, asked.format(maker=step.by.name)),
            (-7, "answered", step.by, answered),
            (9, "told", people.ITS_AGENT, told),
        ):
            at = step.at + timedelta(minutes=minutes)
            if at < now:
                said = {"text": text, "visibility": "customer" if part == "told" else "internal"}
                yield Step(at, f"demo:{step.thing}:{part}", step.thing, "say", by, said)


def say(stage: "Stage", step: Step, by: User) -> None:
    order = Order.objects.get(pk=stage.made[step.thing])
    key = uuid5(NAMESPACE_URL, step.key)
    threads.write(step.said["text"], by=by, noun="order", subject=order, visibility=step.said["visibility"], key=key)
