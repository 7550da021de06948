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
from orders.demo import people, plan
from orders.models import Order
from tests import database, make

NOW = datetime(2026, 11, 21, 15, 0, tzinfo=clock.zone())


def test_the_plan_is_the_same_every_time_and_ends_now():
    steps = plan.steps(NOW)

    assert steps == plan.steps(NOW)
    assert len({step.key for step in steps}) == len(steps)
    assert all(NOW - timedelta(days=plan.DAYS + 2) < step.at < NOW for step in steps)
    verbs = Counter(step.verb for step in steps)
    assert verbs["receive"] == 220
    assert verbs["deliver"] > 100
    assert all(verbs[verb] > 2 for verb in ("hold", "release", "cancel", "edit", "costs", "share"))


def test_somebody_of_every_role_works_there():
    roles = {person.role for person in people.SMALL}

    assert roles == {"admin", "manager", "sales_agent", "production", "finance", "accountant", "owner", "system_admin"}
    assert len({person.email for person in people.LARGE}) == 25


_LIVES = """
import django; django.setup()
import json
from datetime import datetime
from django.db import connection
from ops import chain, clock
from ops.db.actor import acting_as
from ops.models import Event, JobRun, OutboxMail, Transition
from orders.demo import people, plan, shop
from orders.models import Order
now = datetime.fromisoformat("2026-11-21T15:00:00+05:00")
steps = plan.steps(now, 30)
with acting_as(None):
    shop.hire(people.SMALL, now)
    shop.live(steps[: len(steps) // 2], lambda text: None)
    half = Event.objects.filter(request__startswith="demo:").count()
    shop.hire(people.SMALL, now)
    shop.live(steps, lambda text: None)
    shop.live(steps, lambda text: None)
    moves = Transition.objects.filter(request__startswith="demo:")
    print(json.dumps({
        "half": half, "steps": len(steps), "events": Event.objects.filter(request__startswith="demo:").count(),
        "orders": Order.objects.count(), "first": str(moves.order_by("at").first().at),
        "placed": [str(at) for at in Order.objects.order_by("pk").values_list("placed_at", flat=True)],
        "planned": [str(step.at) for step in steps if step.verb == "receive"],
        "movers": sorted({m.by.role_id for m in moves.select_related("by")}),
        "waiting": OutboxMail.objects.filter(state="waiting").count(),
        "broken": [str(link) for link in chain.verify()],
        "started": str(shop.started()), "password": all(shop.has_demo_password(u) for u in shop.demo_people()),
    }))
"""


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

    assert 0 < found["half"] < found["events"] == found["steps"]
    assert found["orders"] == 30
    assert [datetime.fromisoformat(at) for at in found["placed"]] == [
        datetime.fromisoformat(at) for at in found["planned"]
    ]
    assert datetime.fromisoformat(found["first"]) < NOW - timedelta(days=30)
    assert {"sales_agent", "production"} <= set(found["movers"]) <= {"sales_agent", "production", "manager"}
    assert found["broken"] == []
    assert found["waiting"] == 0
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
