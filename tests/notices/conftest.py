"""What somebody was told, as their own page shows it."""

from collections.abc import Callable

import pytest

from ops.db.actor import acting_as, for_user
from ops.notices.models import Notice
from ops.notices.queries import Line, shown


@pytest.fixture
def told(db: None) -> Callable[..., list[Line]]:
    """Newest first."""

    def read(person) -> list[Line]:
        with acting_as(for_user(person, request="test")):
            return shown(person, Notice.objects.visible_to(person))

    return read
