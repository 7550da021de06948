"""The board suite's own mutations: `tests/generated/boards.py` lists them as (name, says, findings) in MUTATIONS.

`findings()` applies the mutation, asks the board checks, and takes the mutation back.
"""

from importlib import import_module
from importlib.util import find_spec

import pytest

MUTATIONS = (
    getattr(import_module("tests.generated.boards"), "MUTATIONS", []) if find_spec("tests.generated.boards") else []
)


@pytest.mark.parametrize(("name", "says", "findings"), MUTATIONS, ids=[one[0] for one in MUTATIONS])
def test_a_board_that_shows_too_much_is_noticed(world, name, says, findings):
    assert any(says in sentence for sentence in findings()), name
