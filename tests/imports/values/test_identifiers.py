"""Numbers that are names stay as they are; what a spreadsheet did to them is said."""

import pytest

from ops.imports.columns import Column
from ops.imports.problems import Unreadable
from ops.imports.values.identifiers import Lengths, identifier_text, imei_digits, luhn_digit, note_of


@pytest.mark.parametrize(
    ("cell", "text"),
    [("'75008", "75008"), ('="00123"', "00123"), ("00123", "00123"), ("#1001", "#1001"), ("12E4", "12E4"),
     ("=1+1", "=1+1"), ("O'Brien", "O'Brien")],
)  # fmt: skip
def test_an_identifier_is_what_is_written(cell, text):
    assert identifier_text(cell) == text
    assert Column("c", "C", "identifier").cleaner()(cell) == text


@pytest.mark.parametrize("cell", ["3.55E+14", "3,65275e+11", "1E+20"])
def test_a_number_that_a_spreadsheet_shortened_is_refused_with_a_sentence(cell):
    with pytest.raises(Unreadable) as caught:
        identifier_text(cell)

    assert caught.value.sentence.startswith(
        f"a spreadsheet has shortened this number to {cell}; its last digits are lost."
    )
    assert caught.value.kind == "shortened"


@pytest.mark.parametrize(
    ("cell", "imei"),
    [("49-015420-323751-8", "490154203237518"), ("49015420323751", "490154203237518"),
     ("4901542032375101", "490154203237518"), ("490154 203237 518", "490154203237518")],
)  # fmt: skip
def test_an_imei_has_fifteen_digits_and_its_last_one_fits(cell, imei):
    assert imei_digits(cell) == imei


@pytest.mark.parametrize(
    ("cell", "words"),
    [("490154203237517", "the last digit of this IMEI should be 8"), ("000000000000000", "no IMEI of a phone"),
     ("12345", "has 15 digits"), ("4.90154E+14", "a spreadsheet has shortened")],
)  # fmt: skip
def test_what_is_no_imei_is_said(cell, words):
    with pytest.raises(Unreadable, match=words):
        imei_digits(cell)


def test_luhn_is_that_of_the_vectors():
    assert luhn_digit("49015420323751") == "8"


def lengths(*cells: str) -> Lengths:
    seen = Lengths("Barcode")
    for cell in cells:
        seen.see(cell)
    return seen


def test_zeros_that_were_lost_are_noticed_where_all_others_have_one_length():
    seen = lengths(*[f"{n:013}" for n in range(9_000_000_000_000, 9_000_000_000_050)], "12345678901", "3.6E+11")

    assert list(note_of(seen)) == [
        "In “Barcode” nearly all numbers have 13 digits, and some have fewer (12345678901): a spreadsheet may have"
        " taken the zeros in front.",
        "In “Barcode” a spreadsheet has shortened numbers (3.6E+11); their last digits are lost.",
    ]


def test_running_numbers_lost_no_zeros():
    assert lengths(*map(str, range(1, 2000))).lost_zeros() is None
