"""Rows of the small world: the shop's rules and days, the morning's lists, and long work."""

from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.utils import timezone


def write(made: Any) -> None:
    _shop()
    _lists(made)


def _shop() -> None:
    from ops import clock
    from ops.shop.models import Holiday, Setting

    today = clock.today()
    for key, value, days in (("money.lakh", True, 0), ("calendar.half_days", [5], 0), ("money.lakh", False, 30)):
        Setting.objects.create(key=key, value=value, starts_on=today + timedelta(days=days))
    day = Holiday.objects.create(day=today + timedelta(days=40), name="Founders' day")
    Holiday.objects.filter(pk=day.pk).update(name="Founder's day")
    _rates(today)


def _rates(today: Any) -> None:
    from catalog.models import Product, SkuAlias
    from ops import events
    from ops.rates.models import ExchangeRate

    one = ExchangeRate.objects.create(currency="USD", day=today, rate="278.5")
    ExchangeRate.objects.filter(pk=one.pk).update(rate="279")
    events.record("rates.corrected", one, currency="USD", day="today", old="278.5", new="279")
    alias = SkuAlias.objects.create(alias="ch1", product=Product.objects.get(sku="CH-1"))
    SkuAlias.objects.filter(pk=alias.pk).update(alias="ch 1")
    events.record("skualias.kept", alias, alias="ch 1", sku="CH-1")


def _lists(made: Any) -> None:
    from ops import clock
    from ops.digests.models import DigestDay, EmptyRole, Extension, HandBack, Listed, Snooze
    from ops.models import SignedLink

    today = clock.today()
    for key, order in (
        ("agent", "agent/shared"),
        ("other_agent", "other_agent/received"),
        ("production", "packer/in_production"),
    ):
        person, row = made.people[key], {"noun": "order", "subject_id": made.orders[order]}
        listed = Listed.objects.create(
            day=today, person=person, role=person.role_id, duty="orders.overdue", position=1, **row
        )
        Extension.objects.create(until=today + timedelta(days=5), reason="fabric missing", **row)
        Snooze.objects.create(person=person, until=today + timedelta(days=5), **row)
        HandBack.objects.create(person=person, reason="sold by another", **row)
        SignedLink.objects.create(kind="digest_row", subject_id=listed.pk, token_sha256=sha256(key.encode()).digest(),
                                  expires_at=timezone.now() + timedelta(days=3), uses_left=1)  # fmt: skip
    Extension.objects.update(reason="fabric is late")
    EmptyRole.objects.create(noun="order", role="packer")
    DigestDay.objects.create(day=today, mails=3)


def write_jobs(made: Any) -> None:
    from ops.progress.models import Job

    for key in ("agent", "manager"):
        for state in ("waiting", "done"):
            Job.objects.create(
                owner=made.people[key], kind="orders.pack_slips", title="Pack slips", question=state * 8, state=state
            )
