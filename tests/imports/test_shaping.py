"""What a preset declares of the rows: filled, made, left out, added up; each with a sentence about what was done."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.imports.made import shared_out
from ops.imports.shaping import Shaper, shape_from

HEADER = ["Order", "Who", "Price", "Qty", "Off", "Subtotal"]


def shaped(rows: list[list[str]], header: list[str] = HEADER, **said) -> tuple[list[list[str]], list[str]]:
    notes: list[str] = []
    shaper = Shaper(shape_from(said), header)
    found = list(shaper.rows(enumerate(rows, start=2), notes))
    return [cells for _, cells in found], notes


def test_what_stands_on_the_first_row_only_is_filled_and_a_blank_key_continues():
    rows = [
        ["1", "Ayla", "5", "1", "", ""],
        ["1", "", "6", "1", "", ""],
        ["", "", "7", "1", "", ""],
        ["2", "", "8", "1", "", ""],
    ]

    found, _ = shaped(rows, one_thing={"key": "Order", "fill": ["Who"]})

    assert [cells[:3] for cells in found] == [
        ["1", "Ayla", "5"],
        ["1", "Ayla", "6"],
        ["1", "Ayla", "7"],
        ["2", "", "8"],
    ]


def test_rows_given_are_not_written_on():
    row = ["1", "", "5", "1", "", ""]

    shaped([["1", "Ayla", "5", "1", "", ""], row], one_thing={"key": "Order", "fill": ["Who"]})

    assert row == ["1", "", "5", "1", "", ""]


@pytest.mark.parametrize(
    ("said", "cells"),
    [
        ({"times": ["Price", "Qty"]}, ["10.00", ""]),
        ({"plus": ["Price", "Qty"]}, ["7.00", "6.50"]),
        ({"minus": ["Price", "Off"]}, ["4.50", "6.50"]),
        ({"together": ["Who", "Order"]}, ["Ayla 1", "2"]),
        ({"first_of": ["Who", "Order"]}, ["Ayla", "2"]),
        ({"first_of": ["Who"], "or": "Nobody"}, ["Ayla", "Nobody"]),
        ({"leaf": "Off", "by": "."}, ["50", ""]),
        ({"currency_of": ["Price"]}, ["$", "EUR"]),
    ],
)
def test_columns_are_made_from_others(said, cells):
    rows = [["1", "Ayla", "$5.00", "2", "-0.50", ""], ["2", "", "€6.50", "", "", ""]]

    found, _ = shaped(rows, made={"New": said})

    assert [row[-1] for row in found] == cells


def test_a_cell_that_is_no_number_stays_for_the_reading_to_complain_of():
    found, _ = shaped([["1", "", "soon", "2", "", ""]], made={"New": {"times": ["Price", "Qty"]}})

    assert found[0][-1] == "soon × 2"


def test_a_cell_of_json_is_looked_into():
    rows = [['{"sku": "WS03", "qty": 2, "options": {"size": "XS"}}'], ["no json"]]

    found, _ = shaped(rows, ["product"], made={"SKU": {"inside": ["product", "sku"]},
                                              "Size": {"inside": ["product", "options", "size"]}})  # fmt: skip

    assert [row[1:] for row in found] == [["WS03", "XS"], ["", ""]]


def test_a_column_that_cannot_be_made_is_not_there():
    shaper = Shaper(shape_from({"made": {"New": {"times": ["Price", "Weight"]}}}), HEADER)

    assert shaper.more == []


def test_a_discount_of_the_whole_order_is_shared_out_as_far_as_the_subtotal_says_so():
    rows = [
        ["1", "A", "10.00", "1", "1.00", "29.00"],
        ["1", "", "10.00", "2", "", ""],
        ["2", "B", "5.00", "1", "1.00", "5.00"],
    ]

    found, notes = shaped(
        rows, one_thing={"key": "Order", "fill": ["Who"]}, add_up={"Subtotal": "Total"},
        made={"Amount": {"times": ["Price", "Qty"]},
              "Share": {"share_of": "Off", "over": "Amount", "down_to": "Subtotal"},
              "Total": {"minus": ["Amount", "Share"]}},
    )  # fmt: skip

    assert [row[-2:] for row in found] == [["0.33", "9.67"], ["0.67", "19.33"], ["", "5.00"]]
    assert notes == []


@given(st.decimals(0, 10**6, places=2), st.lists(st.decimals(0, 10**6, places=2), min_size=1, max_size=12).filter(any))
def test_parts_always_add_up_to_the_whole(amount, weights):
    parts = shared_out(amount, weights)

    assert sum(parts) == amount
    assert all(part >= 0 for part in parts)


def test_rows_that_are_no_business_are_left_out_with_a_sentence():
    rows = [["1", "Ayla", "5", "1", "", ""], ["2", "refund", "5", "1", "", ""], ["3", "REFUND", "5", "1", "x", ""]]

    found, notes = shaped(rows, leave_out=[{"column": "Who", "is": ["Refund"], "why": "a refund is no order"},
                                           {"column": "Off", "why": "it is off"}])  # fmt: skip

    assert [row[0] for row in found] == ["1"]
    assert notes == [
        "2 rows are left out, “Who” is “refund”: a refund is no order.",
    ]


def test_a_row_that_stood_there_before_is_left_out_and_an_equal_line_of_one_order_is_not():
    rows = [
        ["1", "A", "5", "1", "", ""],
        ["", "", "5", "1", "", ""],
        ["2", "B", "6", "1", "", ""],
        ["1", "A", "5", "1", "", ""],
    ]

    found, notes = shaped(rows, one_thing={"key": "Order", "fill": ["Who"]}, repeated_rows="leave out")

    assert [row[0] for row in found] == ["1", "1", "2"]
    assert notes == ["1 row that stood in the file before, cell by cell, is left out (line 5)."]


def test_what_does_not_add_up_and_what_is_not_loaded_is_said():
    rows = [["1", "A", "5.00", "1", "", "6.00"], ["2", "B", "7.00", "1", "", "7.00"]]

    _, notes = shaped(rows, add_up={"Subtotal": "Price"}, say={"Subtotal": "In all {}.", "Who": "Seen {}."})

    assert notes == [
        "In 1 case “Subtotal” is not what the lines add up to (line 2: 6.00, its lines 5.00).",
        "In all 13.00.", "Seen “A”, “B”.",
    ]  # fmt: skip


def test_a_ragged_row_comes_as_it_is():
    found, _ = shaped([["1", "A"], ["1"] * 9], made={"New": {"first_of": ["Who"]}})

    assert [len(row) for row in found] == [2, 10]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"made": {"New": {"guess": ["Who"]}}}, "column New is made in one of these ways: first_of"),
        ({"made": {"New": {"times": ["Who"], "or": "x"}}}, "column New: or is nothing that times knows"),
        ({"one_thing": {"fill": ["Who"]}}, "one_thing says the key"),
        ({"repeated_rows": "perhaps"}, "repeated_rows are “keep” or “leave out”"),
    ],
)
def test_a_mistake_is_named(said, words):
    with pytest.raises(ValueError, match=words):
        shape_from(said)


def test_amounts_share_out_by_largest_remainder():
    assert shared_out(Decimal("1.00"), [Decimal(1)] * 3) == [Decimal("0.34"), Decimal("0.33"), Decimal("0.33")]
