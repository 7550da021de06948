"""A cell becomes a value or a sentence that says what is wrong with it, by the kind of its column."""

import pytest

from ops.imports.columns import Column, named
from ops.imports.problems import Unreadable


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        ("text", "Walnut chair", "Walnut chair"),
        ("text", "=1+1", "=1+1"),
        ("text", "two\nlines\tand a tab\x00", "two lines and a tab"),
        ("integer", "1 200", "1200"),
        ("integer", "7.00", "7"),
        ("email", "Ayesha@Shop.Example", "ayesha@shop.example"),
    ],
)
def test_a_cell_that_can_be_read_is_read(kind, cell, value):
    assert Column("c", "C", kind).cleaner()(cell) == value


@pytest.mark.parametrize(
    ("kind", "cell", "sentence"),
    [
        ("text", "x" * 201, "this is 201 letters long; 200 fit."),
        ("integer", "7.5", "this is not a whole number."),
        ("email", "ayesha at shop", "this is not an e-mail address."),
        ("email", "a" * 250 + "@b.pk", "this is not an e-mail address."),
    ],
)
def test_a_cell_that_cannot_be_read_is_a_sentence(kind, cell, sentence):
    with pytest.raises(Unreadable) as caught:
        Column("c", "C", kind).cleaner()(cell)

    assert str(caught.value) == sentence


def test_a_column_may_read_its_cells_in_its_own_way():
    assert Column("c", "C", clean=str.upper).cleaner()("rush") == "RUSH"


@pytest.mark.parametrize("kind", ["day", "moment"])
def test_a_column_of_dates_reads_as_its_file_writes_them(kind):
    column = Column("placed", "Placed", kind)

    assert column.cleaner(lambda cell: f"read {cell}")("1/2/2026") == "read 1/2/2026"
    with pytest.raises(ValueError, match=r"^Column placed needs a reader of dates\.$"):
        column.cleaner()


@pytest.mark.parametrize(
    ("kind", "sql"),
    [("text", "text"), ("share", "numeric"), ("integer", "bigint"), ("moment", "timestamptz"), ("day", "date")],
)
def test_each_kind_is_staged_as_its_type(kind, sql):
    assert Column("c", "C", kind).sql_type == sql


def test_names_are_compared_without_case_blanks_and_marks():
    assert named(" Order_No. ") == named("ORDER-NO") == "orderno"
