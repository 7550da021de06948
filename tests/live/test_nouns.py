"""Nouns are declared by their apps, and every noun that the database speaks of has scopes to be heard by."""

from django.core.cache import cache

from ops.access.roles import policybook
from ops.lifecycle import Life, StageRow
from ops.live.filters import reach
from ops.live.nouns import NOUNS


def test_orders_are_declared() -> None:
    assert NOUNS["order"].plural == "orders"


def test_every_noun_is_heard_by_some_role() -> None:
    for noun in NOUNS.values():
        assert any(reach(role.scopes, noun.plural, ["somewhere"], noun.own) for role in policybook().roles), noun.key


def test_the_floor_is_where_work_is_done_or_waits() -> None:
    stages = [
        ("received", "open"),
        ("cutting", "working"),
        ("sewing", "working"),
        ("packed", "ready"),
        ("gone", "done"),
    ]
    rows = tuple(StageRow(key, key, key, category, 0, None, None) for key, category in stages)
    key = f"life:{NOUNS['order'].key}"
    before = cache.get(key)
    cache.set(key, Life("order", rows, ()), 5)
    try:
        assert list(NOUNS["order"].floor()) == ["cutting", "sewing", "packed"]
    finally:
        cache.delete(key) if before is None else cache.set(key, before)
