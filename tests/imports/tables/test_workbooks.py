"""Workbooks, archives and what is none: cells as they were last saved, parts by name, refusals by their defect."""

import gzip
import io
import struct
import zipfile
from datetime import date, datetime, time
from pathlib import Path

import pytest
import xlsxwriter

from ops.errors import Refused
from ops.imports.tables.workbooks import Workbook, open_file

CSV = b"Order,Made on,Price\n1,2026-01-31,5.00\n2,2026-02-01,6.50\n"


def laid(folder: Path, data: bytes, name: str) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def zipped(folder: Path, parts: dict[str, bytes], name: str = "sheets.zip") -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for part, data in parts.items():
            book.writestr(part, data)
    return path


def kinds(book: Workbook) -> set[str]:
    return {finding.kind for finding in book.said}


def said(book: Workbook, kind: str) -> str:
    return next(finding.sentence for finding in book.said if finding.kind == kind)


def written(folder: Path, fill, **options) -> Path:
    path = folder / "book.xlsx"
    with xlsxwriter.Workbook(path, options) as book:
        fill(book)
    return path


@pytest.mark.parametrize("from_1904", [False, True])
def test_dates_of_a_sheet_are_iso_whatever_they_are_counted_from(tmp_path, from_1904):
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Order", "Day", "Moment", "Time", "Hours", "Price", "Share"])
        kinds = ["dd/mm/yyyy", "d mmm yyyy h:mm", "hh:mm", "[h]:mm", '"Rs" #,##0.00', "0%"]
        formats = [book.add_format({"num_format": kind}) for kind in kinds]
        values = [date(2026, 1, 31), datetime(2024, 2, 29, 14, 5), time(9, 30), 36.25 / 24, 1250.5, 0.125]
        sheet.write(1, 0, "A-1")
        for at, (value, shown) in enumerate(zip(values, formats, strict=True), start=1):
            sheet.write(1, at, value, shown)

    table = open_file(written(tmp_path, fill, date_1904=from_1904)).main

    assert list(table.rows()) == [
        (2, ["A-1", "2026-01-31", "2024-02-29 14:05:00", "09:30:00", "36:15:00", "1250.5", "0.125"])
    ]
    assert ("old_dates" in {f.kind for f in table.findings}) == from_1904


def test_numbers_keep_their_digits(tmp_path):
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["IMEI", "Price", "SKU", "Paid"])
        sheet.write_row(1, 0, [356938035643809, 0.1 + 0.2, "00123", True])

    assert list(open_file(written(tmp_path, fill)).main.rows()) == [(2, ["356938035643809", "0.3", "00123", "TRUE"])]


def test_formulas_give_their_last_value_and_errors_are_named(tmp_path):
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Order", "Price", "Twice"])
        sheet.write_row(1, 0, ["A", 5])
        sheet.write_formula(1, 2, "=B2*2", None, 10)
        sheet.write_row(2, 0, ["B", 6])
        sheet.write_formula(2, 2, "=VLOOKUP(1,A:B,2)", None, "#N/A")

    book = open_file(written(tmp_path, fill))

    assert [cells for _, cells in book.main.rows()] == [["A", "5", "10"], ["B", "6", "#N/A"]]
    assert said(book, "formulas") == "2 cells are formulas: the values last saved are read."
    assert said(book, "errors").startswith("Cells that hold an error of the sheet (1 × #N/A): line 3.")


def test_hidden_sheets_are_read_and_not_offered_first(tmp_path):
    def fill(book):
        for name, rows in (("Orders", 2), ("Old", 9)):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["Order", "Price"])
            for n in range(rows):
                sheet.write_row(n + 1, 0, [f"A-{n}", n])
            if name == "Old":
                sheet.hide()

    book = open_file(written(tmp_path, fill))

    assert [(table.name, table.row_count, table.hidden) for table in book.tables] == [
        ("Orders", 2, False),
        ("Old", 9, True),
    ]
    assert (book.main.name, said(book, "hidden")) == ("Orders", "The sheet “Old” is hidden in the workbook.")


def test_merged_names_reach_over_their_columns(tmp_path):
    def fill(book):
        sheet = book.add_worksheet()
        sheet.merge_range("B1:C1", "Sales")
        sheet.merge_range("A1:A2", "Region")
        sheet.write_row(1, 1, ["Q1", "Q2", "Note"])
        sheet.write_row(2, 0, ["East", 1, 2, "a"])
        sheet.write_row(3, 0, ["West", 3, 4, "b"])

    table = open_file(written(tmp_path, fill)).main

    assert table.names == ("Region", "Sales Q1", "Sales Q2", "Note")
    assert (table.header.line, table.header.last, table.row_count) == (1, 2, 2)


def test_links_and_macros_are_not_followed_and_said(tmp_path):
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Order", "Price"])
        sheet.write_row(1, 0, ["A", 5])

    path = written(tmp_path, fill)
    with zipfile.ZipFile(path, "a") as book:
        book.writestr("xl/externalLinks/externalLink1.xml", "<externalLink/>")
        book.writestr("xl/vbaProject.bin", b"\xd0\xcf")

    assert {"external_links", "macros"} <= kinds(open_file(path))


def test_many_files_of_an_archive_are_many_tables(tmp_path):
    path = zipped(tmp_path, {
        "orders.csv": CSV, "deep/stock.tsv": b"SKU\tStock\nA1\t5\nB2\t6\n", "logo.png": b"\x89PNG\r\n\x1a\n",
        "__MACOSX/._orders.csv": b"\0\5", "again.csv.gz": gzip.compress(CSV),
    })  # fmt: skip

    book = open_file(path)

    assert [(table.sheet, table.row_count) for table in book.tables] == [
        ("orders.csv", 2),
        ("stock.tsv", 2),
        ("again.csv.gz", 2),
    ]
    assert [str(refused) for refused in book.refused] == [
        "logo.png is a picture (PNG), not a table of text. Save the sheet as CSV or XLSX and load that."
    ]
    assert {
        "__MACOSX/._orders.csv is a computer's own note and is left out.",
        f"In the archive: {book.refused[0]}",
    } <= {finding.sentence for finding in book.findings}


def xlsx_of(folder: Path, sheet: bytes, **more: bytes) -> Path:
    """A workbook by hand, for what no program writes."""
    parts = {
        "[Content_Types].xml": b"<Types/>",
        "xl/workbook.xml": b'<workbook xmlns:r="r"><sheets><sheet name="S" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": b'<Relationships><Relationship Id="rId1" Type="x/worksheet"'
        b' Target="worksheets/s.xml"/></Relationships>',
        "xl/worksheets/s.xml": sheet,
    }
    return zipped(folder, {**parts, **{name.replace("__", "/"): data for name, data in more.items()}}, "by_hand.xlsx")


def sheet_of(rows: str) -> bytes:
    return f"<worksheet><sheetData>{rows}</sheetData></worksheet>".encode()


def words(*cells: str) -> str:
    return "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells)


def test_what_a_sheet_leaves_out_is_where_it_should_be(tmp_path):
    rows = (
        f'<row>{words("Order", "Name", "Price")}</row><row r="4"><c r="A4"><v>1</v></c><c r="C4"><v>5.5</v></c></row>'
        '<row r="1048576"><c r="A1048576"><v>2</v></c><c r="B1048576"><f>A1</f></c><c r="C1048576"><v>6</v></c></row>'
    )

    book = open_file(xlsx_of(tmp_path, sheet_of(rows)))

    assert list(book.main.rows()) == [(4, ["1", "", "5.5"]), (1_048_576, ["2", "", "6"])]
    assert book.lines == {"1 S": {"row": 2, "header": 1, "blank": 1_048_573}}
    assert said(book, "formulas_without_value").startswith(
        "Formulas without a saved value, read as blank: line 1,048,576."
    )


BOMB = b"Order,Price\n" + b"1,0\n" * (8 << 20)
LOL = b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><worksheet><sheetData>&c;</sheetData></worksheet>'


def announced(folder: Path) -> Path:
    """An archive that says of its file that it has ten gigabytes."""
    path = zipped(folder, {"orders.csv": CSV})
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x01\x02")
    struct.pack_into("<L", data, at + 24, 4_000_000_000)
    path.write_bytes(data)
    return path


def locked(folder: Path) -> Path:
    path = zipped(folder, {"orders.csv": CSV})
    data = bytearray(path.read_bytes())
    for magic, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        data[data.index(magic) + at] |= 1
    path.write_bytes(data)
    return path


def wide(folder: Path) -> Path:
    cells = "".join(f'<c r="{letters}1"><v>{n}</v></c>' for n, letters in enumerate(["A", "B", "GJH"]))
    return xlsx_of(folder, sheet_of(f'<row r="1">{cells}</row>'))


REFUSALS = {
    "an empty file": (lambda d: laid(d, b"", "a.csv"), "a.csv is empty"),
    "blanks alone": (lambda d: laid(d, b" \r\n \r\n", "a.csv"), "it holds nothing but blanks"),
    "names alone": (
        lambda d: laid(d, b"Order,Price\n", "a.csv"),
        "names of columns and no rows under them (“Order, Price”)",
    ),
    "a picture": (lambda d: laid(d, b"\xff\xd8\xff\xe0rest", "a.csv"), "a picture (JPEG)"),
    "a document": (lambda d: laid(d, b"%PDF-1.7", "a.xlsx"), "a PDF document"),
    "a program": (lambda d: laid(d, b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff\0\0" * 9, "a.csv"), "is a program"),
    "noise": (lambda d: laid(d, bytes(range(256)) * 40, "a.csv"), "its bytes are no letters"),
    "a letter": (
        lambda d: zipped(d, {"[Content_Types].xml": b"", "word/document.xml": b""}, "a.docx"),
        "a Word or PowerPoint",
    ),
    "a dump": (lambda d: laid(d, b"-- dump\nCREATE TABLE x (a int);\n", "a.csv"), "a dump of a database (SQL)"),
    "a locked archive": (locked, "is locked with a password"),
    "a bomb, zip": (lambda d: zipped(d, {"orders.csv": BOMB}), "unpacks to more than 250 times its size"),
    "a bomb, gzip": (lambda d: laid(d, gzip.compress(BOMB), "a.csv.gz"), "unpacks to more than 250 times its size"),
    "a bomb, words": (
        lambda d: xlsx_of(d, sheet_of(f"<row><c t='inlineStr'><is><t>{'x' * (5 << 20)}</t></is></c></row>")),
        "one cell holds more than 4 MB",
    ),
    "gigabytes announced": (announced, "is larger than 1 GB (it says 4 GB)"),
    "entities": (lambda d: xlsx_of(d, LOL), "declares entities"),
    "a sheet cut off": (lambda d: xlsx_of(d, sheet_of("<row>")[:-30]), "is damaged inside"),
    "a sheet that is not there": (
        lambda d: zipped(d, {"[Content_Types].xml": b"", "xl/workbook.xml": b"<workbook/>"}, "a.xlsx"),
        "has no sheet with cells",
    ),
    "a word that is not there": (
        lambda d: xlsx_of(d, sheet_of('<row><c t="s"><v>9</v></c></row>')),
        "a word that is not in",
    ),
    "too many columns": (
        lambda d: laid(d, b",".join(b"c%d" % n for n in range(5000)) + b"\n1\n", "a.csv"),
        "has 5,000 columns",
    ),
    "too many columns in a sheet": (wide, "has more than 1,000 columns (line 1, column 5,000)"),
    "one cell of fifty megabytes": (
        lambda d: laid(d, b"Order\n" + b"x" * (50 << 20), "a.csv"),
        "line 2: the line is longer",
    ),
    "a cell of many lines": (
        lambda d: laid(d, b'Order,A\n"' + b"x\n" * (1 << 20) + b'",1\n', "a.csv"),
        "line 2: one cell holds",
    ),
    "an archive in an archive": (
        lambda d: zipped(d, {"a.zip": zipped(d, {"b.zip": zipped(d, {"c.csv": CSV}).read_bytes()}).read_bytes()}),
        "an archive inside an archive",
    ),
    "a gzip cut off": (lambda d: laid(d, gzip.compress(CSV)[:-9], "a.csv.gz"), "cut off or damaged"),
    "an old Office file": (
        lambda d: laid(d, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.xls"),
        "without a sheet in it",
    ),
    "a locked workbook": (
        lambda d: laid(
            d, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") + bytes(600), "a.xlsx"
        ),
        "is locked with a password",
    ),
}


@pytest.mark.parametrize("what", REFUSALS)
def test_what_cannot_be_read_is_refused_by_its_defect(tmp_path, what):
    make, sentence = REFUSALS[what]

    with pytest.raises(Refused) as refused:
        open_file(make(tmp_path))

    assert sentence in refused.value.sentence


def test_a_workbook_cut_anywhere_is_refused_or_read(tmp_path):
    def fill(book):
        sheet = book.add_worksheet()
        for n in range(300):
            sheet.write_row(n, 0, [f"Order {n}", n, n * 1.5])

    whole = written(tmp_path, fill).read_bytes()
    for size in range(0, len(whole) - 1, max(len(whole) // 40, 1)):
        with pytest.raises(Refused):
            open_file(laid(tmp_path, whole[:size], "cut.xlsx"))


def test_a_workbook_changed_anywhere_does_no_worse_than_a_sentence(tmp_path):
    def fill(book):
        sheet = book.add_worksheet()
        for n in range(50):
            sheet.write_row(n, 0, [f"Order {n}", n, n * 1.5])

    whole = written(tmp_path, fill).read_bytes()
    read = 0
    # The end is the table of contents: names, sizes, places.
    for at in (*range(0, len(whole), max(len(whole) // 120, 1)), *range(len(whole) - 600, len(whole), 4)):
        changed = bytearray(whole)
        changed[at] ^= 0xD5
        try:
            read += open_file(laid(tmp_path, bytes(changed), "changed.xlsx")).main.row_count > 0
        except Refused as refused:
            assert refused.sentence
    assert read > 0


ODS_START = '<o:d xmlns:o="o" xmlns:table="t" xmlns:office="f" xmlns:text="x"><table:table table:name="S">'


def ods(folder: Path, rows: str) -> Path:
    content = ODS_START + rows + "</table:table></o:d>"
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    return zipped(folder, {"mimetype": kind, "content.xml": content.encode()}, "a.ods")


def cell(text: str, more: str = "") -> str:
    return f"<table:table-cell {more}><text:p>{text}</text:p></table:table-cell>"


def test_an_ods_gives_values_dates_and_repeats(tmp_path):
    head = f"<table:table-row>{cell('Order')}{cell('Made on')}{cell('Price')}</table:table-row>"
    row = (
        '<table:table-row table:number-rows-repeated="2">'
        + cell("A<text:s text:c='2'/>1", 'office:value-type="string"')
        + cell("31.01.", 'office:value-type="date" office:date-value="2026-01-31T14:05:00"')
        + cell("1,50", 'office:value-type="float" office:value="1.5" table:formula="of:=1"')
        + "</table:table-row>"
    )
    blank = '<table:table-row table:number-rows-repeated="1048570"><table:table-cell/></table:table-row>'

    book = open_file(ods(tmp_path, head + row + blank))

    assert list(book.main.rows()) == [(n, ["A  1", "2026-01-31 14:05:00", "1.5"]) for n in (2, 3)]
    assert book.lines == {"1 S": {"row": 2, "header": 1}}
    assert said(book, "formulas") == "1 cell is a formula: the values last saved are read."


def test_an_ods_that_repeats_without_end_is_refused(tmp_path):
    rows = f'<table:table-row table:number-rows-repeated="99999999">{cell("x")}</table:table-row>'
    columns = f"<table:table-row>{cell('x', 'table:number-columns-repeated="9999"')}</table:table-row>"

    for content, sentence in ((rows, "more than 1,048,576 rows"), (columns, "more than 1,000 columns")):
        with pytest.raises(Refused, match=sentence):
            open_file(ods(tmp_path, content))


def test_a_table_in_memory_need_not_be_a_file_of_its_own(tmp_path):
    inner = io.BytesIO()
    with xlsxwriter.Workbook(inner) as book:
        sheet = book.add_worksheet("Stock")
        sheet.write_row(0, 0, ["SKU", "Stock"])
        sheet.write_row(1, 0, ["A-1", 5])

    (table,) = open_file(zipped(tmp_path, {"stock.xlsx": inner.getvalue()})).tables

    assert (table.sheet, list(table.rows())) == ("Stock", [(2, ["A-1", "5"])])
