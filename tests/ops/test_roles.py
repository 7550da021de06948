"""roles.yaml: what it ships is known to the database, and a slip in it stops the start with a sentence."""

import pytest

from ops import checks
from ops.access import roles
from ops.access.scopes import scopes_of

SLIP = """
scopes: {orders_all: sees every order}
system_scopes: {door: signs people in}
roles: {boss: {label: Boss, why: runs the shop, scopes: [orders_all, orders_al]}}
system: {}
"""


@pytest.fixture
def slip(tmp_path, monkeypatch):
    (tmp_path / "roles.yaml").write_text(SLIP)
    monkeypatch.setattr(roles, "__file__", str(tmp_path / "roles.py"))
    roles.policybook.cache_clear()
    yield
    monkeypatch.undo()
    roles.policybook.cache_clear()


def test_a_scope_that_nobody_declared_is_named(slip):
    with pytest.raises(ValueError, match=r"role boss names unknown scopes \['orders_al'\]"):
        roles.policybook()

    (error,) = checks.roles_are_consistent()
    assert (error.id, "orders_al" in error.msg) == ("ops.E001", True)


def test_people_are_given_no_system_scope():
    book = roles.policybook()

    assert roles.known_scopes() == set(book.scopes)
    assert not roles.known_scopes() & book.system_scopes.keys()
    assert all(role.scopes <= roles.known_scopes() for role in book.roles)


def test_nobody_and_who_has_left_hold_nothing(cast):
    assert scopes_of(None) == frozenset()
    assert "orders_all" in scopes_of(cast.manager)
    cast.manager.is_active = False
    assert scopes_of(cast.manager) == frozenset()
