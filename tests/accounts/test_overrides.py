import pytest

from accounts.overrides import Overrides
from ops.errors import Refused


def test_empty_sides_are_left_out():
    assert Overrides.of(add=[], remove=[]).as_json() == {}


def test_sides_are_sorted_so_that_history_shows_real_changes_only():
    assert Overrides.of(add=["imports", "health"], remove=[]).as_json() == {"add": ["health", "imports"]}


def test_a_right_cannot_be_given_and_taken_at_once():
    with pytest.raises(Refused, match="cannot be given and taken away"):
        Overrides.of(add=["health"], remove=["health"])


def test_an_unknown_right_is_named():
    with pytest.raises(Refused, match="no right called fly"):
        Overrides.of(add=["fly"], remove=[]).require_known({"health"})


@pytest.mark.parametrize("written", [[], "x", {"give": []}, {"add": "health"}, {"add": [1]}, {"add": None}])
def test_what_is_not_two_lists_is_refused(written):
    with pytest.raises(Refused, match="Write it like"):
        Overrides.parse(written)


def test_what_was_changed_reads_as_a_sentence():
    before = Overrides.of(add=["health"], remove=["imports"])
    after = Overrides.of(add=["imports"], remove=["costs_all"])

    assert after.change_since(before) == "gives imports; takes costs_all; as the role says health"


def test_removed_wins_over_the_role():
    assert Overrides.of(add=["health"], remove=["imports"]).applied_to({"staff", "imports"}) == {"staff", "health"}
