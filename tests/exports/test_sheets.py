"""How a table is written: exact values, no formulas, and read again as it was."""

import csv
import io
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.exports.sheets import DAYS, Style, Table, write

AMOUNTS = st.decimals(min_value=-(10**14), max_value=10**14, places=4)


def written(rows, style=Style(), heads=("A",)):  # noqa: B008  (frozen)
    file = io.BytesIO()
    write(Table("T", "rows", heads, rows, style), "csv", file)
    text = file.getvalue().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=style.separator))[1:]


@given(AMOUNTS, st.sampled_from([(".", ","), (".", ";"), (",", ";"), (",", "\t")]))
def test_every_digit_of_an_amount_comes_back(amount, marks):
    decimal, separator = marks

    [[cell]] = written([[amount]], Style(decimal=decimal, separator=separator))

    assert Decimal(cell.removeprefix("'").replace(decimal, ".")) == amount


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30))
def test_text_comes_back_and_never_as_a_formula(text):
    [[cell]] = written([[text]]) or [[""]]

    assert cell.removeprefix("'") == text.removeprefix("'") or cell == text
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize(
    ("key", "day", "moment"),
    [
        ("iso", "2026-03-01", "2026-03-01 14:05:00"),
        ("dmy", "01/03/2026", "01/03/2026 14:05"),
        ("dots", "01.03.2026", "01.03.2026 14:05"),
        ("mdy", "03/01/2026", "03/01/2026 14:05"),
    ],
)
def test_days_and_moments_are_written_as_the_style_says(key, day, moment):
    [cells] = written([[date(2026, 3, 1), datetime(2026, 3, 1, 14, 5)]], Style(days=DAYS[key]), ("Day", "Moment"))

    assert cells == [day, moment]


def test_a_head_is_defused_too():
    file = io.BytesIO()
    write(Table("T", "rows", ["=cmd()"], []), "csv", file)

    assert file.getvalue().decode("utf-8-sig") == "'=cmd()\r\n"
