"""Sheets that were changed by hand or made to do harm: a sentence, soon, and never an error of the program."""

import pytest

from ops.errors import Refused
from ops.imports.tables.workbooks import open_file
from tests.imports.tables.test_workbooks import cell, ods, sheet_of, words, xlsx_of, zipped

HEAD = f'<row r="1">{words("Order", "Price")}</row>'
_DIGITS = "9" * 5_000


@pytest.mark.parametrize(
    "row",
    [
        '<row r="2"><c r="2"><v>5</v></c></row>',  # a place without a column
        '<row r="2"><c r="$$2"><v>5</v></c></row>',
        '<row r="²"><c r="A2"><v>5</v></c></row>',  # a digit, and no number
        '<row r="2"><c r="A2" t="s"><v>²</v></c></row>',
        f'<row r="2"><c r="A2" t="s"><v>{_DIGITS}</v></c></row>',
        f'<row r="2"><c r="A2" s="{_DIGITS}"><v>5</v></c></row>',
    ],
)
def test_numbers_and_places_that_are_none_are_damage(tmp_path, row):
    path = xlsx_of(tmp_path, sheet_of(HEAD + row), **{"xl__sharedStrings.xml": b"<sst><si><t>x</t></si></sst>"})

    with pytest.raises(Refused, match="is damaged"):
        open_file(path)


@pytest.mark.parametrize("encoding", ["shift_jis", "no-such-thing"])
def test_xml_in_letters_that_the_parser_does_not_know_is_refused(tmp_path, encoding):
    sheet = f'<?xml version="1.0" encoding="{encoding}"?>'.encode() + sheet_of(HEAD)

    with pytest.raises(Refused, match="damaged inside"):
        open_file(xlsx_of(tmp_path, sheet))


@pytest.mark.parametrize("span", ["P99999999999D", f"PT{_DIGITS}S"])
def test_a_span_longer_than_time_is_refused(tmp_path, span):
    row = f"<table:table-row>{cell('1', f'office:value-type="time" office:time-value="{span}"')}</table:table-row>"

    with pytest.raises(Refused, match="damaged inside"):
        open_file(ods(tmp_path, row))


def test_half_a_letter_is_read_as_a_mark_that_the_database_takes(tmp_path):
    rows = HEAD + "".join(
        f'<row r="{n}">{words(text, "5")}</row>' for n, text in ((2, "a_xD800_"), (3, "_xD83D__xDE00_"))
    )

    read = [cells for _, cells in open_file(xlsx_of(tmp_path, sheet_of(rows))).main.rows()]

    assert read == [["a\ufffd", "5"], ["\U0001f600", "5"]]


def test_one_long_word_in_every_cell_is_a_bomb(tmp_path):
    rows = HEAD + "".join(f'<row r="{n}">{'<c t="s"><v>0</v></c>' * 20}</row>' for n in range(2, 300))
    strings = f"<sst><si><t>{'x' * (1 << 18)}</t></si></sst>".encode()
    path = xlsx_of(tmp_path, sheet_of(rows), **{"xl__sharedStrings.xml": strings})

    with pytest.raises(Refused, match="250 times its size"):
        open_file(path)


def test_one_long_row_again_and_again_is_a_bomb(tmp_path):
    row = f'<table:table-row table:number-rows-repeated="2000">{cell("x" * 10_000)}</table:table-row>'

    with pytest.raises(Refused, match="250 times its size"):
        open_file(ods(tmp_path, row))


def test_the_same_short_row_in_a_whole_sheet_is_none(tmp_path):
    row = f'<table:table-row table:number-rows-repeated="50000">{cell("paid")}{cell("5")}</table:table-row>'
    head = f"<table:table-row>{cell('State')}{cell('Price')}</table:table-row>"

    assert open_file(ods(tmp_path, head + row)).main.row_count == 50_000


def test_a_mark_without_end_is_not_kept(tmp_path):
    mark = f'<row r="2"><c r="A2" note="{"x" * (9 << 20)}"><v>5</v></c></row>'

    with pytest.raises(Refused, match="a single mark of more than 8 MB"):
        open_file(xlsx_of(tmp_path, sheet_of(HEAD + mark)))


def test_each_sheet_costs_a_reading_so_there_are_not_thousands(tmp_path):
    sheets = '<table:table table:name="S"></table:table>' * 301
    content = f'<o:d xmlns:o="o" xmlns:table="t">{sheets}</o:d>'.encode()
    kind = b"application/vnd.oasis.opendocument.spreadsheet"

    with pytest.raises(Refused, match="301 sheets; at most 300"):
        open_file(zipped(tmp_path, {"mimetype": kind, "content.xml": content}, "many.ods"))
