"""Rules that come with the product: `<app>/notice_rules.py` lists them, every migrate brings in what is missing."""

import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec

from django.apps import apps
from django.db import connections

from ops.db.actor import acting_as


@dataclass(frozen=True)
class Shipped:
    """`on` is "stage" or "event"; `to` a part (agent, assignee, watchers, customer) or the key of a role."""

    noun: str
    on: str
    key: str
    to: str
    channel: str = "in_app"
    active: bool = True


_PARTS = frozenset({"agent", "assignee", "watchers", "customer"})
_INSERT = (
    "insert into notices_rule (noun, on_what, key, to_whom, role_id, channel, active, builtin)"
    " values (%s, %s, %s, %s, %s, %s, %s, true) on conflict (noun, on_what, key, to_whom, role_id) do nothing"
)


def declared() -> Iterator[Shipped]:
    for config in apps.get_app_configs():
        if config.name.partition(".")[0] not in {"django", "allauth"} and find_spec(f"{config.name}.notice_rules"):
            yield from importlib.import_module(f"{config.name}.notice_rules").rules


def sync_rules(using: str) -> int:
    """What the shop switched off or tells otherwise stays as it is. Returns how many rules are new."""
    with acting_as(None), connections[using].cursor() as cursor:
        cursor.execute("select to_regclass('public.notices_rule') is null")
        if cursor.fetchone()[0]:
            return 0
        count = 0
        for rule in declared():
            to, role = (rule.to, None) if rule.to in _PARTS else ("role", rule.to)
            cursor.execute(_INSERT, [rule.noun, rule.on, rule.key, to, role, rule.channel, rule.active])
            count += cursor.rowcount
        return count
