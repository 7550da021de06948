"""Numbers are exact or refused: nothing is rounded, and no comma is guessed at."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.imports.problems import Unreadable
from ops.imports.values.numbers import decimal_text, percent_text

exact = st.decimals(min_value=-(10**14), max_value=10**14, places=4, allow_nan=False, allow_infinity=False)


@given(exact)
def test_a_plain_number_keeps_every_decimal(number):
    assert Decimal(decimal_text(f"{number:f}")) == number


@given(exact, st.sampled_from(["$", "Rs ", "Rs. ", "PKR ", "€", "£", "₨"]))
def test_marks_around_a_number_change_nothing(number, sign):
    size = abs(number)

    assert Decimal(decimal_text(f"{sign}{size:,.4f} ")) == size
    assert Decimal(decimal_text(f"({size:f})")) == -size
    assert Decimal(decimal_text(f"{size:f}-")) == -size


@given(st.text(max_size=12))
def test_no_text_does_worse_than_a_sentence(text):
    try:
        assert Decimal(decimal_text(text)).is_finite()
    except Unreadable as wrong:
        assert wrong.sentence


@pytest.mark.parametrize(
    "cell", ["1,234", "12,5", "1.234,56", "3.55E+14", "1e5", "NaN", "Infinity", "12 pcs", "--1", "=1+1", "१२"]
)
def test_what_could_be_two_numbers_or_none_is_refused(cell):
    with pytest.raises(Unreadable):
        decimal_text(cell)


@pytest.mark.parametrize(
    ("cell", "number"), [("1,234,567", "1234567"), ("1,234.50", "1234.50"), ("$6.62 ", "6.62"), ("1 234.5", "1234.5")]
)
def test_thousands_that_can_be_nothing_else_are_read(cell, number):
    assert decimal_text(cell) == number


@pytest.mark.parametrize(("cell", "share"), [("0.2", "0.2"), ("20%", "0.2"), ("0", "0"), ("100%", "1")])
def test_a_discount_is_a_share(cell, share):
    assert Decimal(percent_text(cell)) == Decimal(share)


@pytest.mark.parametrize("cell", ["20", "-0.1", "120%"])
def test_a_discount_beyond_the_whole_is_refused(cell):
    with pytest.raises(Unreadable):
        percent_text(cell)
