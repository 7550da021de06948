"""Amounts: rounding as documents show them, and splits that lose nothing (M1, ruling 9)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.money import STORED, allocate, minor_unit, rounded, stored

AMOUNTS = st.decimals(min_value=Decimal(-99999999999), max_value=Decimal(99999999999), places=4)
WEIGHTS = st.lists(st.decimals(min_value=0, max_value=1_000_000, places=3), min_size=1, max_size=12).filter(
    lambda w: sum(w) > 0
)


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        ("2.345", "PKR", "2.35"),
        ("2.344", "PKR", "2.34"),
        ("-2.345", "PKR", "-2.35"),
        ("2.5", "JPY", "3"),
        ("0.0005", "KWD", "0.001"),
    ],
)
def test_amounts_are_shown_half_up_in_the_minor_unit(amount, currency, shown):
    assert rounded(Decimal(amount), currency) == Decimal(shown)


def test_minor_units_and_what_is_stored():
    assert [minor_unit(code) for code in ("JPY", "PKR", "KWD")] == [Decimal(1), Decimal("0.01"), Decimal("0.001")]
    assert stored(Decimal("1.00005")) == Decimal("1.0001")


def test_a_hundred_in_three_parts():
    assert allocate(Decimal(100), [Decimal(1)] * 3, Decimal("0.01")) == [
        Decimal("33.34"),
        Decimal("33.33"),
        Decimal("33.33"),
    ]
    assert allocate(Decimal(-100), [Decimal(1)] * 3, Decimal(1)) == [Decimal(-34), Decimal(-33), Decimal(-33)]
    assert allocate(Decimal("0.02"), [Decimal(0), Decimal(5)], Decimal("0.01")) == [Decimal(0), Decimal("0.02")]


@pytest.mark.parametrize("weights", [[], [Decimal(0)], [Decimal(-1), Decimal(3)]])
def test_nothing_to_split_by_is_an_error(weights):
    with pytest.raises(ValueError, match="more than zero"):
        allocate(Decimal(1), weights)


@given(AMOUNTS, WEIGHTS)
def test_parts_sum_to_the_whole_and_none_is_off_by_more_than_one_unit(total, weights):
    parts = allocate(total, weights)

    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - total * weight / sum(weights)) <= STORED
        assert part * total >= 0


@given(AMOUNTS, WEIGHTS)
def test_who_weighs_more_gets_no_less(total, weights):
    parts = [abs(part) for part in allocate(total, weights)]

    for one, heavy in zip(parts, weights, strict=True):
        assert all(
            one >= other for other, light in zip(parts, weights, strict=True) if light + STORED < heavy
        ) or one + STORED >= max(parts)
