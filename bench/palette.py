"""What the palette takes to answer, role by role: numbers, names, phones, products, and what is not there.

    python -m bench.palette            on the database of the current settings; nothing is written

`ours` is what this process and its backend worked: on a machine that others use, it says more than the clock.
"""

import os
import sys
import time
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any

GOAL_MS = 50.0
PEOPLE = ("admin", "manager", "agent0", "few", "maker0", "finance", "accountant")
_NOTHING = "zzqx nothing"


@dataclass
class Measured:
    person: str
    asked: str
    p50_ms: float
    p95_ms: float
    ours_ms: float
    hits: int

    @property
    def is_met(self) -> bool:
        return self.p95_ms <= GOAL_MS


def run(duration: float) -> list[Measured]:
    from django.test import Client

    from accounts.models import User
    from ops.db.actor import acting_as, door

    with acting_as(door()):
        people = {user.email.partition("@")[0]: user for user in User.objects.filter(is_active=True)}
    found = []
    for name in PEOPLE:
        if name not in people:
            continue
        client = Client()
        with acting_as(door()):
            client.force_login(people[name])
        for what, words in _asked(people["admin"]).items():
            found.append(_measure(name, what, words, client, duration / 2))
    return found


def _asked(admin: Any) -> dict[str, str]:
    """An order from the middle of all: nobody's newest, so no index is at its warm end."""
    from ops.db.actor import acting_as, for_user
    from orders.models import Order

    with acting_as(for_user(admin, request="bench")):
        newest = Order.objects.order_by("-pk").values_list("pk", flat=True)[0]
        order = Order.objects.select_related("customer").filter(pk__lte=newest // 2 + 1).order_by("-pk")[0]
        buyer = order.customer
        return {
            "number": order.number, "part of it": order.number[:5], "name": buyer.name,
            "part of a name": buyer.name[:4], "phone": buyer.phone or "+9230", "product": "walnut",
            "a verb": "report", "nothing like it": _NOTHING,
        }  # fmt: skip


def _measure(person: str, what: str, words: str, client: Any, duration: float) -> Measured:
    from django.urls import reverse

    from bench.work import worked

    address, asked = reverse("ops:palette"), {"q": words}
    for _ in range(3):
        answer = client.get(address, asked)
    assert answer.status_code == 200, (person, what, answer.status_code)
    taken: list[float] = []
    until, before = time.perf_counter() + duration, worked()
    while len(taken) < 20 or time.perf_counter() < until:
        began = time.perf_counter()
        client.get(address, asked)
        taken.append((time.perf_counter() - began) * 1000)
    ours = (worked() - before) / len(taken)
    return Measured(person, what, median(taken), quantiles(taken, n=20)[18], ours, answer.content.count(b"<a "))


def line(one: Measured) -> str:
    verdict = "met" if one.is_met else "MISSED, ours within" if one.ours_ms <= GOAL_MS else "MISSED"
    return (
        f"{one.person:<12} {one.asked:<16} p50 {one.p50_ms:6.1f}  p95 {one.p95_ms:6.1f}  ours {one.ours_ms:5.1f} ms"
        f"  {one.hits:>3} links   goal {GOAL_MS:g} ms {verdict}"
    )


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ops.settings")
    os.environ.setdefault("OPS_LOGIN", "web")
    import django

    django.setup()
    for row in run(1.0):
        print(line(row))
    sys.exit(0)
