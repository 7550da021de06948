"""Bytes to rows: how the letters are written, where the table is, and what is wrong with a file, in a sentence."""

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.errors import Refused
from ops.imports.sheets import Sheet, find_table

NAMES = ["Order ID", "Name", "Qty", "Price"]
HEADER = ",".join(NAMES)


def laid(folder: Path, data: bytes, name: str = "sheet.csv") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def table(folder: Path, data: bytes | str, name: str = "sheet.csv") -> Sheet:
    raw = data.encode() if isinstance(data, str) else data
    return find_table(laid(folder, raw, name), NAMES, [("order number", ["Order ID"])])


def rows(folder: Path, data: bytes | str) -> list[list[str]]:
    return [cells for _, cells in table(folder, data).rows()]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "cp437"])
def test_letters_are_read_as_they_were_written(tmp_path, encoding):
    text = f"{HEADER}\n1,Berguvsvägen Östermalm,1,2\n2,Straße für Ñandú,1,2\n3,Piñata número ñu,1,2\n"
    text = text if encoding != "cp437" else text.replace("Östermalm", "östermalm").replace("Ñandú", "ñandú")

    read = rows(tmp_path, text.encode(encoding))

    assert [cells[1] for cells in read] == [line.split(",")[1] for line in text.splitlines()[1:]]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_marks_and_newlines_are_found(tmp_path, mark, newline):
    text = newline.join(mark.join(row) for row in ([*NAMES], ["1", "Tea", "2", "3"])) + newline

    assert rows(tmp_path, text) == [["1", "Tea", "2", "3"]]


def test_compressed_is_read_like_plain(tmp_path):
    assert rows(tmp_path, gzip.compress(f"{HEADER}\n1,Tea,2,3\n".encode())) == [["1", "Tea", "2", "3"]]


def test_lines_above_the_column_names_are_left_out_and_said(tmp_path):
    sheet = table(tmp_path, f"Sales report,,,\n,,,\n{HEADER}\n1,Tea,2,3\n")

    assert [line for line, _ in sheet.rows()] == [4]
    assert "Line 1 is a line above the names of the columns (“Sales report”) and is left out." in sheet.notes


def test_another_table_below_is_left_out_and_said(tmp_path):
    sheet = table(tmp_path, f"{HEADER}\n1,Tea,2,3\nPerson,Name\nAnna,West\nName,Returned\nx,Yes\n")

    assert [line for line, _ in sheet.rows()] == [2]
    assert sheet.notes[-2:] == [
        "Line 3: another table begins under this one (“Person, Name”, 1 row). It is read as a table of its own.",
        "Line 5: another table begins under this one (“Name, Returned”, 1 row). It is read as a table of its own.",
    ]


def test_a_line_of_totals_is_left_out_and_said(tmp_path):
    sheet = table(tmp_path, f"{HEADER}\n1,Tea,2,3\nGrand Total,,,3\n")

    assert [line for line, _ in sheet.rows()] == [2]
    assert sheet.notes[-1] == "Line 3 is a line of totals (“Grand Total 3”) and is left out."


def test_ragged_rows_come_as_they_are(tmp_path):
    assert rows(tmp_path, f"{HEADER}\n1,Tea,2\n2,Tea,2,3,\n3,Tea,2,3,4\n4,Tea,2,3\n") == [
        ["1", "Tea", "2"], ["2", "Tea", "2", "3"], ["3", "Tea", "2", "3", "4"], ["4", "Tea", "2", "3"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"\x89PNG\r\n\x1a\nabc", "a picture (PNG)"),
        (b"%PDF-1.7 abc", "a PDF document"),
        (b"PK\x03\x04abc", "an Excel workbook or a zip archive"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (f"{HEADER}\n1,Tea\0,2,3\n".encode(), "line 2: NUL bytes"),
        (f"{HEADER}\n1,Tea,2,3\n2,Te".encode(), "line 3: the line is cut off after 2 of 4 columns"),
        (f'{HEADER}\n1,Tea,2,3\n2,"Te'.encode(), "line 3: a quotation mark is opened and never closed"),
        (f'{HEADER}\n1,"Tea"x,2,3\n'.encode(), "line 2: the quotation marks do not fit together"),
        (gzip.compress(f"{HEADER}\n1,Tea,2,3\n".encode() * 99, mtime=0)[:-12], "cut off or damaged"),
        (f"{HEADER}\n1,T\N{LATIN SMALL LETTER E WITH ACUTE}".encode()[:-1], "middle of a letter"),
        (f"{HEADER}\n1,{'x' * 140_000},2,3\n".encode(), "one cell holds more than"),
        (b"Code,Title\n1,2\n", "Missing: “Order ID” (order number). Its line 1 says: Code, Title"),
        (",".join(f"c{n}" for n in range(1500)).encode() + b",Order ID\n", "has 1,501 columns"),
        (b"\xef\xbb\xbf" + HEADER.encode() + b"\n1,\xff\xfe,2,3\n", "says it is UTF-8 and is not"),
    ],
)
def test_a_bad_file_is_refused_by_its_defect(tmp_path, data, words):
    with pytest.raises(Refused) as refused:
        rows(tmp_path, data)

    assert words in refused.value.sentence


@given(st.binary(max_size=400))
def test_no_bytes_do_worse_than_a_sentence(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("bytes")
    try:
        rows(folder, HEADER.encode() + b"\n" + data)
    except Refused as refused:
        assert refused.sentence


def test_a_formula_stays_text(tmp_path):
    assert rows(tmp_path, f"{HEADER}\n1,=cmd()|'/c calc',2,3\n")[0][1] == "=cmd()|'/c calc'"
