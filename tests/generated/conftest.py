"""The world of the generated suites, built once per worker."""

from collections.abc import Iterator

import pytest

from tests import database
from tests.generated import world as worlds
from tests.generated.session import Session


@pytest.fixture(scope="session")
def world(django_db_setup, django_db_blocker) -> Iterator[worlds.World]:
    with django_db_blocker.unblock():
        made = worlds.build()
    yield made
    database.drop(made.name)


@pytest.fixture
def web(world: worlds.World) -> Iterator[Session]:
    """What the web process holds: its login, nobody bound."""
    with world.web() as session:
        yield session


@pytest.fixture
def as_owner_in_django(world: worlds.World, django_db_blocker) -> Iterator[None]:
    with django_db_blocker.unblock(), world.django_as_owner():
        yield
