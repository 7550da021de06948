"""The demo shop: the same every time, lived through the verbs, gone on with after a break, and never in a real shop."""

import json
import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from ops import clock
from ops.models import Transition
from orders.demo import people, plan, rhythm, sizes
from orders.models import Order
from tests import database, make

NOW = datetime(2026, 11, 21, 15, 0, tzinfo=clock.zone())


@pytest.mark.parametrize("size", [sizes.SMALL, sizes.USUAL], ids=lambda size: size.name)
def test_the_plan_is_the_same_every_time_and_ends_now(size):
    steps = plan.steps(NOW, size)

    assert steps == plan.steps(NOW, size)
    assert len({step.key for step in steps}) == len(steps)
    assert all(NOW - timedelta(days=size.days + 2) < step.at < NOW for step in steps)
    assert steps == sorted(steps, key=lambda step: (step.at, step.key))
    verbs = Counter(step.verb for step in steps)
    assert verbs["deliver"] > 100
    assert all(verbs[verb] > 1 for verb in ("hold", "wake", "cancel", "edit", "costs", "share", "ship_part", "draft"))


def test_the_usual_shop_is_as_large_and_as_alive_as_promised():
    steps = plan.steps(NOW, sizes.USUAL)
    verbs = Counter(step.verb for step in steps)
    first = {step.thing: step for step in reversed(steps)}

    assert len(sizes.USUAL.staff) >= 12
    assert verbs["receive"] + verbs["arrive"] + verbs["accept"] + verbs["accept_link"] >= 1_490
    assert min(step.at for step in steps) < NOW - timedelta(days=180)
    assert {"lose", "decline", "expire", "revise", "accept", "accept_link"} <= set(verbs)
    assert {"merge", "contact", "silence", "hand_over", "parcel_back", "undo", "photo", "refused"} <= set(verbs)
    buyers = Counter(step.said["buyer"].phone for step in steps if step.verb == "receive")
    assert sum(count > 1 for count in buyers.values()) > 100
    abroad = [step for step in steps if step.verb == "receive" and step.said["buyer"].currency]
    assert 10 < len(abroad) < 100
    carriers = {step.said["carrier"] for step in steps if step.verb in {"ship", "ship_part"}}
    assert carriers == {"TCS", "Leopards", "M&P", "Pakistan Post", "Own rider", "DHL"}
    promised = {thing: step.said["promise"] for thing, step in first.items() if "promise" in step.said}
    done = [step for step in steps if step.verb == "deliver" and step.thing in promised]
    late = [step for step in done if promised[step.thing] < step.at.date()]
    assert 0.05 < len(late) / len(done) < 0.3


def test_the_shop_is_busy_when_such_shops_are():
    days = Counter(step.at.weekday() for step in plan.steps(NOW, sizes.USUAL) if step.verb == "receive")

    assert days[5] == max(days.values())
    assert days[rhythm.SUNDAY] == min(days.values())
    assert rhythm.is_closed(datetime(2026, 5, 28).date())
    made = {step.at.weekday() for step in plan.steps(NOW, sizes.USUAL) if step.verb == "deliver"}
    assert rhythm.SUNDAY not in made


def test_somebody_of_every_role_works_there():
    roles = {person.role for person in people.SMALL}

    assert roles == {"admin", "manager", "sales_agent", "production", "finance", "accountant", "owner", "system_admin"}
    assert len({person.email for person in people.LARGE}) == 25


# Steps that leave no event of their own, or none when there was nothing to do that morning.
_SILENT = {"wake", "expire", "refused", "silence", "read"}

_LIVES = (
    f"SILENT = {_SILENT!r}"
    + """
import django; django.setup()
import json
from dataclasses import replace
from datetime import datetime
from analytics import demo
from ops import chain
from ops.db.actor import acting_as
from ops.models import Event, OutboxMail, Transition
from ops.notices.models import Letter, Notice
from orders.demo import plan, shop, sizes
from orders.models import Order, Shipment
from orders.quotes.models import Quote
now = datetime.fromisoformat("2026-11-21T15:00:00+05:00")
size = replace(sizes.SMALL, orders=34, buyers=24, quotes=9, files=1)
steps = demo.steps(plan.steps(now, size), now)
ours = Event.objects.filter(request__startswith="demo:")
with acting_as(None):
    shop.hire(size.staff, now, size.days, size.name)
    shop.live(steps[: len(steps) // 2], lambda text: None, demo.VERBS)
    half = ours.count()
    shop.live(steps, lambda text: None, demo.VERBS)
    whole = ours.count()
    shop.live(steps, lambda text: None, demo.VERBS)
    typed, brought = Order.objects.exclude(origin="import"), Order.objects.filter(origin="import")
    moves = Transition.objects.filter(request__startswith="demo:", noun="order", subject_id__in=typed.values("pk"))
    begun = [step for step in steps if step.verb in ("receive", "arrive", "accept", "accept_link")]
    print(json.dumps({
        "half": half, "whole": whole, "again": ours.count(),
        "requests": sorted(set(ours.values_list("request", flat=True))),
        "keys": sorted(step.key for step in steps if step.verb not in SILENT),
        "orders": typed.count(), "brought": brought.filter(stage="delivered").count(),
        "quotes": Quote.objects.count(), "parcels": Shipment.objects.count(),
        "first": str(moves.order_by("at").first().at),
        "placed": [str(at) for at in typed.order_by("placed_at").values_list("placed_at", flat=True)],
        "planned": [str(step.at) for step in begun],
        "movers": sorted({m.by.role_id for m in moves.select_related("by") if m.by}),
        "waiting": OutboxMail.objects.filter(state="waiting").count(),
        "due": Letter.objects.filter(state="due").count(),
        "owed": Notice.objects.filter(mail=True, mailed_at=None).count(),
        "unread": Notice.objects.filter(read_at=None).count(), "read": Notice.objects.exclude(read_at=None).count(),
        "broken": [str(link) for link in chain.verify()],
        "started": str(shop.started()), "size": shop.size_begun(),
        "password": all(shop.has_demo_password(u) for u in shop.demo_people()),
    }))
"""
)


@pytest.fixture
def owners():
    """A copy of the template, worked on in processes that sign in as its owner, as manage.py does."""
    name = f"test_opsdeck_demo_{os.getpid()}"
    database.copy_template(name)

    def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {
            "OPS_OWNER_DATABASE_URL": database.owner_url(name), "DATABASE_URL": database.web_url(name),
            "OPS_LOGIN": "owner",
            "DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": str(database.CHECKOUT),
        } | more  # fmt: skip
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=database.CHECKOUT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    yield run
    database.drop(name)


def test_a_real_shop_is_left_alone(owners):
    filled, shown = owners("manage.py", "demo"), owners("manage.py", "demo", "--sign-ins")

    assert filled.stdout == "People work here already; the demo is left out.\n"
    assert shown.stdout == "No demo people work here: sign in with your own e-mail.\n"


def test_the_web_login_does_not_make_a_demo(owners):
    refused = owners("manage.py", "demo", OPS_LOGIN="web")

    assert refused.returncode == 1
    assert "owner of the database" in refused.stderr


def test_it_is_lived_by_its_people_at_their_time_and_goes_on_after_a_break(owners):
    lived = owners("-c", _LIVES)
    assert lived.returncode == 0, lived.stderr
    found = json.loads(lived.stdout)

    assert 0 < found["half"] < found["whole"] == found["again"]
    assert set(found["keys"]) <= set(found["requests"])
    assert found["orders"] == len(found["planned"]) > 30
    assert (found["quotes"], found["parcels"] > 20, found["size"]) == (9, True, "small")
    assert found["brought"] == 36
    assert [datetime.fromisoformat(at) for at in found["placed"]] == [
        datetime.fromisoformat(at) for at in found["planned"]
    ]
    assert datetime.fromisoformat(found["first"]) < NOW - timedelta(days=30)
    assert {"sales_agent", "production"} <= set(found["movers"]) <= {"sales_agent", "production", "manager"}
    assert found["broken"] == []
    assert (found["waiting"], found["due"], found["owed"]) == (0, 0, 0)
    assert found["read"] > found["unread"]
    assert found["password"]


@pytest.mark.django_db
def test_the_web_cannot_move_the_clock(cast, as_person):
    with as_person(cast.manager), connection.cursor() as cursor:
        cursor.execute("select set_config('ops.clock', '2020-01-01', true)")
        cursor.execute("select ops.now()")
        assert cursor.fetchone()[0].year >= 2026
    with clock.moved_to(datetime(2020, 1, 1, tzinfo=UTC)):
        order = make.order(cast.agent)

    with as_person(cast.manager):
        assert Order.objects.get(pk=order.pk).placed_at.year >= 2026
        assert Transition.objects.get(noun="order", subject_id=order.pk).at.year >= 2026
