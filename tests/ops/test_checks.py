"""A process that serves people does not start with a login that could go round the rules (A17, D3)."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from ops.checks import refuse_unsafe_login, roles_are_consistent
from tests.generated.conftest import world  # noqa: F401


def test_the_web_login_is_let_in(db):
    refuse_unsafe_login()


def test_a_process_that_says_it_is_the_owner_is_not(db, settings):
    settings.LOGIN = "owner"

    with pytest.raises(ImproperlyConfigured, match="start it with OPS_LOGIN=web"):
        refuse_unsafe_login()


def test_the_owners_login_is_refused_by_what_it_may_do(world, django_db_blocker):  # noqa: F811
    with django_db_blocker.unblock(), world.django_as_owner(), pytest.raises(ImproperlyConfigured) as caught:
        refuse_unsafe_login()

    assert "opsdeck_owner" in str(caught.value)
    assert "owns tables" in str(caught.value)


def test_roles_yaml_is_consistent():
    assert roles_are_consistent() == []
