"""A table written any way reads back the same, and every line of any text is a row, a header or named."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ops.errors import Refused
from ops.imports.tables.workbooks import Workbook, open_file

WORDS = {
    "utf-8": ["Tea", "Chaïr", "چائے", "No. 5 of all", "x"],
    "utf-8-sig": ["Tea", "Chaïr", "茶", "x"],
    "utf-16": ["Tea", "Chaïr", "چائے", "x"],
    "utf-16-le": ["Tea", "Stuhl", "Chaise longue", "x"],
    "utf-16-be": ["Tea", "Stuhl", "Chaise longue", "x"],
    "cp1252": ["Köln für Grüße", "Malmö", "Señor Muñoz", "Tea"],
    "latin-1": ["Köln für Grüße", "Malmö", "Señor Muñoz", "Tea"],
    "cp437": ["köln für grüße", "malmö", "señor muñoz", "tea"],
    "cp850": ["köln für grüße", "são joão", "naõ irmão", "tea"],
}
NAMES = ["Number", "Made on", "Product", "Price"]
settings.register_profile("files", deadline=None, suppress_health_check=list(HealthCheck))


def laid(folder: Path, data: bytes, name: str = "sheet.csv") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def opened(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> Workbook:
    return open_file(laid(tmp_path_factory.mktemp("walk"), data))


@st.composite
def tables(draw: st.DrawFn) -> tuple[bytes, list[list[str]], int]:
    """Bytes, the rows that are in them, and how many lines stand above the names."""
    encoding = draw(st.sampled_from(sorted(WORDS)))
    mark = draw(st.sampled_from(",;\t|"))
    newline = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]))
    preamble = draw(st.sampled_from([[], ["Sales report"], ["Sales report", "", "of the shop"]]))
    word = st.sampled_from([*WORDS[encoding], f"two{mark}parts", 'a 5" pipe', "two\nlines"])
    row = st.tuples(
        st.integers(1, 10**6).map(str), st.dates().map(str), word,
        st.decimals(0, 10**5, places=2).map(str),
    )  # fmt: skip
    rows = [list(cells) for cells in draw(st.lists(row, min_size=4, max_size=30))]
    # The old pages are told apart by words: there must be some.
    rows += [["1", "2026-01-31", text, "5.00"] for text in WORDS[encoding]]
    out = io.StringIO()
    csv.writer(out, delimiter=mark, lineterminator=newline, quoting=quoting).writerows([NAMES, *rows])
    text = "".join(line + newline for line in preamble) + out.getvalue()
    return text.encode(encoding), rows, len(preamble)


@settings(settings.get_profile("files"), max_examples=80)
@given(tables())
def test_a_table_written_any_way_reads_back_the_same(tmp_path_factory, written):
    data, rows, above = written

    table = opened(tmp_path_factory, data).main

    assert table.names == tuple(NAMES)
    assert table.header.line == above + 1
    assert [cells for _, cells in table.rows()] == rows


LINE = st.sampled_from(
    ["", ",,,", "1,Tea,2,3", "2,Salt,1,5", "3,Tea", "4,Tea,5,6,7", "Total,,7,8", ",,9,9", "Order,Name,Qty,Price",
     "Person,Name", "Anna,West", "# remark here", "Some words that stand alone,,,", '5,"two\nlines",3,4', "x"]
)  # fmt: skip


@settings(settings.get_profile("files"), max_examples=150)
@given(st.lists(LINE, min_size=1, max_size=40), st.booleans())
def test_every_line_is_a_row_a_header_or_named(tmp_path_factory, lines, ends):
    text = "Order,Name,Qty,Price\n1,Tea,2,3\n" + "\n".join(lines) + ("\n" if ends else "")

    book = opened(tmp_path_factory, text.encode())

    (counted,) = book.lines.values()
    physical = len(text.split("\n")) - text.endswith("\n")
    assert sum(counted.values()) == physical
    said = {f.kind: f.lines.count for f in book.said if f.weight == "left_out"}
    assert said == {kind: n for kind, n in counted.items() if kind not in {"row", "header"}}
    read = [(line, cells) for table in book.tables for line, cells in table.rows()]
    assert len(read) == sum(table.row_count for table in book.tables)
    assert len({line for line, _ in read}) == len(read)


@settings(settings.get_profile("files"), max_examples=150)
@given(st.binary(max_size=600))
def test_no_bytes_do_worse_than_a_sentence(tmp_path_factory, data):
    try:
        book = opened(tmp_path_factory, data)
    except Refused as refused:
        assert refused.sentence.endswith((".", "?"))
    else:
        assert all(sum(1 for _ in table.rows()) == table.row_count for table in book.tables)


def kinds(book: Workbook) -> set[str]:
    return {finding.kind for finding in book.said}


def sentences(folder: Path, text: str | bytes) -> list[str]:
    return [f.sentence for f in open_file(laid(folder, text.encode() if isinstance(text, str) else text)).said]


HEADER = "Order,Made on,Name,Price\n"
ROW = "{},2026-01-31,Tea,5.00\n"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("sep=;\na;b\n1;2\n", "Line 1 is a line naming the mark between the cells (“sep=”) and is left out."),
        (HEADER + ROW.format(1) + HEADER + ROW.format(2),
         "Line 3 is a line that repeats the names of the columns (“Order Made on Name Price”) and is left out."),
        (HEADER + ROW.format(1) + "\n\n" + ROW.format(2), "Lines 3 to 4: blank, and left out."),
        (HEADER + ROW.format(1) + "TOTAL,,,5.00\n", "Line 3 is a line of totals (“TOTAL 5.00”) and is left out."),
        (HEADER + ROW.format(1) + ",,East Total,5.00\n", "Line 3 is a line of totals (“East Total 5.00”) and is"
            " left out."),
        (HEADER + ROW.format(1) + "\nSource: the till of the shop\n",
         "Line 4 is a line of words beside the table (“Source: the till of the shop”) and is left out."),
        (HEADER + ROW.format(1) + ROW.format(2).replace("\n", "\r\n"),
         "Lines end in 2 ways (Windows and Unix); each ends a line."),
        (HEADER + ROW.format(1) + "2,2026-01-31,Te\0a,5.00\n",
         "sheet.csv, line 3: NUL bytes, which are no letters. They are left out; the file may have been"
         " damaged, so look at"
         " these lines or export it again."),
        ("Order,,Name,Name\n1,2026-01-31,Tea,5.00\n", "Column 2 has no name."),
        ("Order,Day,Name,Name\n1,2026-01-31,Tea,5.00\n",
         "More than one column is called “Name”; the later ones are numbered."),
        (HEADER + "1,2026-01-31,Tea,5.00,,\n", "Line 2: 2 blank cells behind the last column, left out."),
        (HEADER + ROW.format(1) * 3 + "2,2026-01-31,Tea,5.00,extra\n" * 12,
         "From line 5 to line 16 the rows have 5 cells where the header has 4: the columns change there."),
        (HEADER + ROW.format(1) * 3 + "7,2026-01-31\n", "Line 5: fewer cells than the 4 of the header."),
        ("1,2026-01-31,Tea,5.00\n2,2026-01-31,Salt,6.00\n3,2026-02-01,Oil,7.00\n",
         "The columns have no names: already the first line is a row. They are called by their number."),
        (",Sales,,Costs,\nRegion,Q1,Q2,Q1,Q2\nEast,1,2,3,4\nWest,5,6,7,8\n",
         "The names of the columns stand on lines 1 and 2, and are joined."),
        (HEADER + '1,2026-01-31,"Tea"x,5.00\n',
         "sheet.csv, line 2: the quotation marks do not fit together; they are read as well as they can be."
         " Look at that"
         " line."),
        (HEADER + '1,2026-01-31,"Tea,5.00\n' + "".join(ROW.format(n) for n in range(2, 9)),
         "sheet.csv, line 2: a quotation mark is opened and never closed. All quotation marks are read as"
         " letters; look at"
         " that line."),
    ],
)  # fmt: skip
def test_what_is_noticed_is_said_with_its_line(tmp_path, text, sentence):
    assert sentence in sentences(tmp_path, text)


def test_names_of_two_lines_are_joined_with_their_group(tmp_path):
    book = open_file(laid(tmp_path, b",Sales,,Costs,\nRegion,Q1,Q2,Q1,Q2\nEast,1,2,3,4\nWest,5,6,7,8\n"))

    assert book.main.names == ("Region", "Sales Q1", "Sales Q2", "Costs Q1", "Costs Q2")


def test_a_table_underneath_is_a_table_of_its_own(tmp_path):
    text = HEADER + "".join(ROW.format(n) for n in range(1, 5)) + "\nReason,Count\nbroken,3\nlate,4\n"

    first, second = open_file(laid(tmp_path, text.encode())).tables

    assert [line for line, _ in first.rows()] == [2, 3, 4, 5]
    assert (second.names, list(second.rows())) == (("Reason", "Count"), [(8, ["broken", "3"]), (9, ["late", "4"])])


def test_lines_of_another_encoding_pasted_in_are_read_and_doubted(tmp_path):
    good = "".join(f"{n},2026-01-31,Grüße für Jürgen,5.00\n" for n in range(9)).encode()
    book = open_file(laid(tmp_path, HEADER.encode() + good + "9,2026-01-31,Köln,5.00\n".encode("cp1252")))

    assert [cells[2] for _, cells in book.main.rows()] == ["Grüße für Jürgen"] * 9 + ["Köln"]
    assert "mixed_encoding" in kinds(book)


PEOPLE = "Name,Phone,City\nBilal Ahmed,0300-1112223,Lahore\nHina Shah,0321-9998887,Multan\n"
WIDE = "Name,Phone,City,Street,E-mail,Notes\n" + "".join(
    f"Person Number{n},0300-111222{n},Lahore,Mall Road,p{n}@ex.com,regular\n" for n in range(5)
)


@pytest.mark.parametrize(
    ("text", "rows", "notes"),
    [
        (PEOPLE + "Ayesha Khan,,\n", 3, 0),
        (WIDE + "\nBilal Ahmed,0300-1112223,,,,\nHina Shah,0321 9998887,,,,\n", 7, 0),
        (PEOPLE + "Source: the till,,\n", 2, 1),
        (PEOPLE + "These are the people who came,,\n", 2, 1),
        (HEADER + ROW.format(1) + "Ayesha Khan,,,\n", 1, 1),
        (WIDE + "\nPrinted by,Nadia,,,,\n", 5, 1),
    ],
)
def test_a_sparse_last_row_is_a_row_and_closing_words_are_none(tmp_path, text, rows, notes):
    book = open_file(laid(tmp_path, text.encode()))

    assert book.main.row_count == rows
    assert sum(f.lines.count for f in book.said if f.kind == "note") == notes
