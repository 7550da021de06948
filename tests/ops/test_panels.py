"""Parts of a detail page come by declaration, and only to those who may see them."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from ops import panels


@pytest.fixture(autouse=True)
def declared() -> Iterator[None]:
    before = dict(panels._panels), dict(panels._ways)
    panels.declare("crate", "late", "crate/late.html", lambda r, s: {"n": 2}, scopes=["orders_all"], position=200)
    panels.declare("crate", "early", "crate/early.html", lambda r, s: {"n": s.pk}, scopes=["staff"], side=True)
    panels.declare("crate", "none", "crate/none.html", lambda r, s: None, scopes=["staff"])
    panels.declare("other", "else", "crate/else.html", lambda r, s: {}, scopes=["staff"])
    panels.declare_way("crate", "Health", "activity", "orders:order_detail", scopes=["orders_all"])
    yield
    panels._panels.clear(), panels._panels.update(before[0])
    panels._ways.clear(), panels._ways.update(before[1])


def _request(*scopes: str) -> Any:
    return SimpleNamespace(user=SimpleNamespace(is_authenticated=True, is_active=True, scopes=list(scopes)))


def test_panels_stand_in_order_and_an_empty_one_is_left_out() -> None:
    crate: Any = SimpleNamespace(pk=7)
    shown = panels.panels_of("crate", _request("staff", "orders_all"), crate)
    assert [(p.key, p.data, p.side) for p in shown] == [("early", {"n": 7}, True), ("late", {"n": 2}, False)]


def test_a_panel_is_not_even_built_for_who_may_not_see_it() -> None:
    crate: Any = SimpleNamespace(pk=7)
    panels.declare("crate", "late", "crate/late.html", _never, scopes=["orders_all"])
    assert [p.key for p in panels.panels_of("crate", _request("staff"), crate)] == ["early"]


def test_a_way_on_leads_to_the_subject_for_its_scopes_only() -> None:
    crate: Any = SimpleNamespace(pk=7)
    assert [w.url for w in panels.ways_of("crate", _request("orders_all"), crate)] == ["/orders/7/"]
    assert panels.ways_of("crate", _request("staff"), crate) == []


def _never(request: Any, subject: Any) -> dict[str, Any]:
    raise AssertionError("built for somebody who may not see it")
