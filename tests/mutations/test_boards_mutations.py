"""The board suite notices each careless change of a declaration (ruling 34)."""

import pytest

from ops.boards import BOARDS
from tests.generated.boards import MUTATIONS, findings


@pytest.mark.parametrize(("name", "says", "board"), MUTATIONS, ids=[one[0] for one in MUTATIONS])
def test_a_board_that_shows_too_much_or_too_little_is_noticed(world, django_db_blocker, monkeypatch, name, says, board):
    monkeypatch.setitem(BOARDS, "orders", BOARDS["orders"])  # a board declares itself: put the real one back after
    with django_db_blocker.unblock():
        found = findings(world, board())

    assert any(says in sentence for sentence in found), found
