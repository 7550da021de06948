"""Every board that is declared, for everybody who may open it: rows, columns, sorts, filters and verbs are theirs."""

import pytest

import ops.urls  # noqa: F401  (declares every board)
from ops.boards import BOARDS
from tests.generated.boards import findings


@pytest.mark.parametrize("key", sorted(BOARDS))
def test_a_board_gives_everybody_what_is_theirs(world, django_db_blocker, key):
    with django_db_blocker.unblock():
        assert findings(world, BOARDS[key]) == []
