"""Every test runs as production does: with PostgreSQL's web login, and whoever acts bound per transaction."""

import os
from collections.abc import Callable, Iterator

import pytest
from _pytest.nodeid import coerce_node_id
from django.core.cache import cache
from django.test import Client, TransactionTestCase

from tests import database
from tests.cast import PEOPLE, Cast


def _database_name() -> str:
    return f"test_opsdeck_{os.environ.get('PYTEST_XDIST_WORKER', 'one')}_{os.getpid()}"


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker) -> Iterator[None]:
    """A copy of the template for this worker; the login stays the web's, so row security is what production has."""
    from django.conf import settings
    from django.db import connections

    name = _database_name()
    database.copy_template(name)
    with django_db_blocker.unblock():
        connections["default"].close()
        connections["default"].settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = name
        settings.LIVE_DATABASE_URL = database.live_url(name)
    yield
    with django_db_blocker.unblock():
        connections.close_all()
    database.drop(name)


def _fresh_copy(self: TransactionTestCase) -> None:
    """Tests that commit get a new copy afterwards: faster than TRUNCATE, and append-only tables stay append-only."""
    from django.db import connections

    connections.close_all()
    database.copy_template(_database_name())


TransactionTestCase._fixture_teardown = _fresh_copy  # type: ignore[method-assign]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    _keep_browsers_apart(config, items)
    _name_groups(config, items)


def _keep_browsers_apart(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Playwright keeps an event loop running in its process: both kinds at once would break the others' own loops."""
    browser = [item for item in items if item.get_closest_marker("browser")]
    if config.option.markexpr or not browser or len(browser) == len(items):
        return
    config.hook.pytest_deselected(items=browser)
    items[:] = [item for item in items if item not in browser]


def _name_groups(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Say the group where pytest 9.2 looks for it: xdist 3.8 writes it elsewhere, and groups silently fall apart."""
    for item in items:
        if getattr(config.option, "loadgroup", False) and (group := item.get_closest_marker("xdist_group")):
            name = f"@{group.args[0]}"
            if not item.nodeid.endswith(name):
                item._id = coerce_node_id(f"{item.nodeid}{name}")  # type: ignore[attr-defined]


@pytest.fixture(scope="session", autouse=True)
def _stages_are_read_anew() -> None:
    """Tests change databases under one process: what it remembers of the stages would be another database's."""
    from ops import lifecycle
    from ops.shop import reading

    lifecycle._MEMO_SECONDS = reading._MEMO_SECONDS = 0.0


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


@pytest.fixture
def cast(db: None) -> Cast:
    from accounts.models import User
    from ops.db.actor import acting_as, door

    with acting_as(door()):
        people = {user.email: user for user in User.objects.all()}
    return Cast(**{name: people[email] for name, (email, _, _) in PEOPLE.items()})


@pytest.fixture
def client_of(db: None) -> Callable[..., Client]:
    """A browser in which somebody is signed in."""
    from ops.db.actor import acting_as, door

    def signed_in(user) -> Client:
        client = Client()
        with acting_as(door()):
            client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def as_person(db: None):
    """`with as_person(cast.agent): …` binds the database to them, as a request would."""
    from ops.db.actor import acting_as, for_user

    def bound(user):
        return acting_as(for_user(user, request="test"))

    return bound
