"""A cell as a day or a moment: months of many languages, numbers of a spreadsheet, zones, and days that never were."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.imports.problems import Unreadable
from ops.imports.values.dates import DMY, MDY, YMD, Evidence, reader, weigh

KARACHI = ZoneInfo("Asia/Karachi")


def seen(*cells: str, column: str = "Date") -> Evidence:
    evidence = Evidence(column)
    for cell in cells:
        evidence.see(cell)
    return evidence


def day(cell: str, **orders: str) -> str:
    return reader({"/": DMY, "-": DMY, ".": DMY, " ": DMY, **orders}, KARACHI, with_time=False)(cell)


def moment(cell: str) -> str:
    return reader({"/": DMY}, KARACHI, with_time=True)(cell)


@pytest.mark.parametrize(
    ("cell", "iso"),
    [
        ("3. März 2024", "2024-03-03"), ("12 de marzo de 2024", "2024-03-12"), ("1er août 2023", "2023-08-01"),
        ("5 Şubat 2024", "2024-02-05"), ("12 dez 2023", "2023-12-12"), ("4 janwari 2024", "2024-01-04"),
        ("Thu, 12 Mar 2026", "2026-03-12"), ("March 3rd, 2024", "2024-03-03"), ("2024 Ekim 5", "2024-10-05"),
        ("12-Mar-26", "2026-03-12"), ("7 de setembro de 2022", "2022-09-07"), ("20240131", "2024-01-31"),
        ("15 julai 2024", "2024-07-15"), ("juil. 4, 2024", "2024-07-04"), ("Aralık 9 2023", "2023-12-09"),
    ],
)  # fmt: skip
def test_months_have_names_in_many_languages(cell, iso):
    assert day(cell) == iso


@pytest.mark.parametrize(
    ("cell", "iso"),
    [
        ("2026-03-12 09:14:02 +0000", "2026-03-12T09:14:02+00:00"),
        ("2026-03-12 09:14:02 UTC", "2026-03-12T09:14:02+00:00"),
        ("2026-03-12 09:14 GMT+5", "2026-03-12T09:14:00+05:00"),
        ("2025-12-06 10:37:33 -0500", "2025-12-06T10:37:33-05:00"),
        ("31/03/2026 2 PM", "2026-03-31T14:00:00+05:00"),
        ("31/03/2026 2:30 p.m.", "2026-03-31T14:30:00+05:00"),
        ("31/03/2026 14h30", "2026-03-31T14:30:00+05:00"),
        ("20260331T143000Z", "2026-03-31T14:30:00+00:00"),
        ("2026-03-31T14:30:00.123+05:30", "2026-03-31T14:30:00+05:30"),
    ],
)
def test_times_of_twelve_and_twenty_four_hours_and_their_zones(cell, iso):
    assert moment(cell) == iso


@pytest.mark.parametrize(
    ("cell", "words", "kind"),
    [
        ("2026-03-12 09:14 IST", "the letters IST name more than one time zone", "no_time"),
        ("31/02/2024", "day 31 of month 2 in 2024. The column is read day first", "no_such_day"),
        ("12/31/2024", "no month 31. The column is read day first", "no_such_day"),
        ("12 Foo 2024", "“Foo” is no month", "no_date"),
        ("31/03/2026 25:00", "no such time", "no_time"),
        ("45231", "not a date", "no_date"),
    ],
)
def test_what_cannot_be_is_said_with_what_to_do(cell, words, kind):
    with pytest.raises(Unreadable, match=words) as caught:
        moment(cell)

    assert caught.value.kind == kind
    assert caught.value.todo


# --- numbers of a spreadsheet -----------------------------------------------------------------------------------


@given(st.dates(date(1955, 1, 1), date(2090, 12, 31)), st.sampled_from(["1900", "1904"]))
def test_a_bare_number_is_the_day_a_spreadsheet_meant(when, epoch):
    start = date(1899, 12, 30) if epoch == "1900" else date(1904, 1, 1)
    cells = [str((when + timedelta(days=n) - start).days) for n in range(3)]

    orders = weigh([seen(*cells)], epoch=epoch)

    assert orders.samples["Date"][0] == (cells[0], when.isoformat())
    assert orders.small_print == [
        f"3 cells of “Date” are bare numbers, as a spreadsheet counts days; they are counted from {epoch}."
    ]


def test_a_fraction_of_a_day_is_its_time():
    read = reader(weigh([seen("45322.5")]).by_column["Date"], KARACHI, with_time=True)

    assert (read("45322.5"), read("45322.25")) == ("2024-01-31T12:00:00+05:00", "2024-01-31T06:00:00+05:00")
    assert read("45322") == "2024-01-31T12:00:00+05:00"


def test_dates_that_a_spreadsheet_turned_round_are_asked_about():
    texts = [f"{d}/01/2024" for d in range(13, 20)]
    numbers = [str((date(2024, 1, d) - date(1899, 12, 30)).days) for d in range(1, 8)]

    (question,) = weigh([seen(*texts, *numbers)]).questions

    assert question.kind == "turned_dates"
    assert "day and month exchanged" in question.sentence
    assert weigh([seen(*texts, *numbers)], {"Date": "1900"}).questions == []


# --- questions and orders ---------------------------------------------------------------------------------------


def test_a_question_shows_three_samples_in_both_readings():
    (question,) = weigh([seen("04/05/2019", "06/07/2019", "04/05/2019", "08/09/2019", "01/02/2019")]).questions

    assert (question.kind, question.column) == ("order_of_dates", "Date")
    assert [answer.key for answer in question.answers] == [DMY, MDY]
    assert question.answers[0].samples == (
        ("04/05/2019", "2019-05-04"), ("06/07/2019", "2019-07-06"), ("08/09/2019", "2019-09-08"),
    )  # fmt: skip
    assert question.answers[1].samples[0] == ("04/05/2019", "2019-04-05")


def test_an_answer_for_one_column_ends_its_question_alone():
    both = [seen("04/05/2019"), seen("06-07-2019", column="Due")]

    orders = weigh(both, {"Date": MDY})

    assert orders.by_column["Date"]["/"] == MDY
    assert [question.column for question in orders.questions] == ["Due"]
    assert orders.notes[-1] == "“Date” is read month first, as told."


def test_the_year_first_is_known_by_a_number_above_thirty_one_or_by_standing_still():
    assert weigh([seen("99-03-14", "98-04-01")]).by_column["Date"]["-"] == YMD
    assert day("99-03-14", **{"-": YMD}) == "1999-03-14"
    running = [f"14/08/{d:02}" for d in range(1, 31)]
    assert weigh([seen(*running)]).by_column["Date"]["/"] == YMD
    assert weigh([seen("03/01/19", "25/01/19")]).by_column["Date"]["/"] == DMY


def test_the_pivot_of_two_digit_years_is_stated():
    orders = weigh([seen("25/01/69", "25/01/70")])

    assert orders.small_print == [
        "“Date” has years of two digits: 00 to 69 are 2000 to 2069, 70 to 99 are 1970 to 1999."
    ]
    assert orders.samples["Date"] == (("25/01/69", "2069-01-25"), ("25/01/70", "1970-01-25"))


def test_two_spellings_in_one_column_are_decided_each_by_itself():
    orders = weigh([seen("01-02-2016", "1/13/2016", "01-03-2016"), seen("2/14/2016", column="Due")]).by_column["Date"]

    assert orders["/"] == MDY


@given(st.dates(date(1970, 1, 1), date(2069, 12, 31)), st.sampled_from([DMY, MDY, YMD]), st.sampled_from("-/."))
def test_a_day_written_in_any_order_reads_back_beside_one_that_decides(when, order, mark):
    def written(d: date) -> str:
        parts = {DMY: (d.day, d.month), MDY: (d.month, d.day)}.get(order)
        return f"{d.year:04}{mark}{d.month:02}{mark}{d.day:02}" if parts is None else (
            f"{parts[0]:02}{mark}{parts[1]:02}{mark}{d.year:04}")  # fmt: skip

    orders = weigh([seen(written(when), written(date(2024, 1, 25)))])

    assert not orders.questions
    assert reader(orders.by_column["Date"], KARACHI, with_time=False)(written(when)) == when.isoformat()
