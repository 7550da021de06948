"""The order of a column's dates is decided by evidence, or asked; never guessed."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.errors import Refused
from ops.imports.problems import Unreadable
from ops.imports.values.dates import DMY, MDY, Evidence, decide, reader

KARACHI = ZoneInfo("Asia/Karachi")


def seen(*cells: str, column: str = "Order Date") -> Evidence:
    evidence = Evidence(column)
    for cell in cells:
        evidence.see(cell)
    return evidence


def day(cell: str, **orders: str) -> str:
    return reader({mark: orders.get("order", DMY) for mark in "-/. "}, KARACHI, with_time=False)(cell)


def test_a_number_above_twelve_decides():
    assert decide([seen("03/01/19", "25/01/19")]).by_column["Order Date"]["/"] == DMY
    assert decide([seen("1/3/2019", "1/25/2019")]).by_column["Order Date"]["/"] == MDY


def test_a_column_that_could_be_either_is_asked():
    with pytest.raises(Refused) as refused:
        decide([seen("04/05/2019", "06/07/2019")])

    assert "“Order Date” could be day first or month first" in refused.value.sentence
    assert "--dates dmy" in refused.value.sentence


def test_what_was_told_decides():
    assert decide([seen("04/05/2019")], told=MDY).by_column["Order Date"]["/"] == MDY


def test_another_column_of_the_file_decides():
    orders = decide([seen("04/05/2019"), seen("25/05/2019", column="Ship Date")])

    assert orders.by_column["Order Date"]["/"] == DMY
    assert "as in the other columns" in " ".join(orders.notes)


def test_the_order_of_the_rows_decides_when_only_one_reading_goes_forward():
    days = [date(2021, 1, 1) + timedelta(days=n) for n in range(0, 360, 3)]
    cells = [f"{d.month:02}/{d.day:02}/{d.year}" for d in days if d.day <= 12]

    orders = decide([seen(*cells)])

    assert orders.by_column["Order Date"]["/"] == MDY
    assert "in order of time" in " ".join(orders.notes)


def test_two_kinds_in_one_column_are_refused():
    with pytest.raises(Refused, match="day first and dates with the month first"):
        decide([seen(*["25/01/2019"] * 3, "01/26/2019", "13/01/2019", "01/14/2019")])


def test_the_same_day_and_month_is_no_question():
    assert decide([seen("04/04/2019", "05/05/2019")]).by_column["Order Date"] == {}


@given(st.dates(date(1970, 1, 1), date(2069, 12, 31)), st.sampled_from("-/."), st.booleans())
def test_every_day_is_read_back_in_both_orders(moment, mark, short):
    year = f"{moment.year % 100:02}" if short else f"{moment.year}"
    day_first = f"{moment.day}{mark}{moment.month:02}{mark}{year}"
    month_first = f"{moment.month}{mark}{moment.day:02}{mark}{year}"

    assert day(day_first, order=DMY) == moment.isoformat()
    assert day(month_first, order=MDY) == moment.isoformat()
    assert day(moment.isoformat()) == moment.isoformat()
    assert day(f"{moment:%d %b %Y}") == moment.isoformat()
    assert day(f"{moment:%B %d, %Y}") == moment.isoformat()


@given(st.text(max_size=20))
def test_no_text_does_worse_than_a_sentence(text):
    try:
        assert date.fromisoformat(day(text))
    except Unreadable as wrong:
        assert wrong.sentence.endswith(".")


@pytest.mark.parametrize("cell", ["31/02/2024", "0/1/2024", "2024-13-01", "45231", "soon", "12/31/2024"])
def test_what_is_no_day_is_said(cell):
    with pytest.raises(Unreadable):
        day(cell)


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2026-03-31", "2026-03-31T12:00:00+05:00"),
        ("2026-03-31 00:00:00", "2026-03-31T12:00:00+05:00"),
        ("2026-03-31 14:30", "2026-03-31T14:30:00+05:00"),
        ("31/03/2026 2:30 PM", "2026-03-31T14:30:00+05:00"),
        ("31/03/2026 12:05 am", "2026-03-31T00:05:00+05:00"),
        ("2026-03-31T14:30:00Z", "2026-03-31T14:30:00+00:00"),
        ("2026-03-31T14:30:00-08:00", "2026-03-31T14:30:00-08:00"),
    ],
)
def test_a_day_without_a_time_is_noon_in_the_shop(cell, moment):
    assert reader({"/": DMY}, KARACHI, with_time=True)(cell) == moment


def test_the_evidence_counts_every_line_of_the_file_and_says_of_how_many():
    # Three lines of one order, one of another, and one that reads both ways.
    evidence = seen("25/01/19", "25/01/19", "25/01/19", "13/02/19", "03/01/19")
    american = seen("1/25/2019", "1/3/2019", "1/25/2019", column="Ship Date")

    assert decide([evidence]).notes == ["“Order Date” is read day first: in 4 of 5 dates the first number is above 12."]
    assert decide([american]).notes == [
        "“Ship Date” is read month first: in 2 of 3 dates the second number is above 12."
    ]
