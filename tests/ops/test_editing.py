"""Two edits of one row, field by field (A3)."""

from datetime import date
from decimal import Decimal

import pytest

from ops.editing import as_text, merge
from ops.errors import Conflict, FieldConflict

LABELS = {"note": "Production note"}


def test_a_field_that_nobody_touched_is_written():
    assert merge({"note": "a"}, {"note": "a"}, {"note": "b"}, LABELS) == {"note": "b"}


def test_a_field_left_alone_keeps_what_somebody_else_wrote():
    assert merge({"note": "theirs"}, {"note": "a"}, {"note": "a"}, LABELS) == {}


def test_the_same_wish_of_two_is_no_clash():
    assert merge({"note": "b"}, {"note": "a"}, {"note": "b"}, LABELS) == {}


def test_without_knowing_what_was_shown_the_wish_is_written():
    assert merge({"note": "x"}, {}, {"note": "b"}, LABELS) == {"note": "b"}


def test_every_true_clash_is_named_and_nothing_is_written():
    with pytest.raises(Conflict) as caught:
        merge({"note": "x", "due_on": date(2026, 1, 2), "free": "1"}, {"note": "a", "due_on": "", "free": "1"},
              {"note": "b", "due_on": date(2026, 1, 3), "free": "2"}, LABELS)  # fmt: skip

    assert caught.value.fields == [
        FieldConflict("note", "Production note", "a", "x", "b"),
        FieldConflict("due_on", "Due on", "", "2026-01-02", "2026-01-03"),
    ]
    assert caught.value.status == 409


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (True, "on"), (False, ""), (Decimal("10.5000"), "10.5"), (Decimal(100), "100"), (Decimal("0.00"), "0"),
     (Decimal("1E+3"), "1000"), (date(2026, 1, 2), "2026-01-02"), ("x", "x"), (7, "7")],
)  # fmt: skip
def test_a_value_reads_the_same_however_it_is_stored(value, text):
    assert as_text(value) == text
