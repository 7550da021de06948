"""Every file that others wrote: what comes out of it is written down, as counts and kinds and nothing more.

`OPS_WRITE_REAL_FILES=1 pytest tests/imports/test_real_files.py` writes the counts anew; read the difference.
"""

import os
import re
from pathlib import Path

import pytest

from ops.errors import Refused
from ops.imports.tables.workbooks import Workbook, open_file
from tests.database import CHECKOUT

DATA = CHECKOUT.parent / "shared" / "data"
EXPECTED = Path(__file__).with_name("real_files.tsv")
FOLDERS = ("orders", "storefront", "messy", "crm", "dedupe", "suppliers", "banking", "attendance", "repair", "tickets")
ENDINGS = {".csv", ".tsv", ".psv", ".ssv", ".txt", ".dat", ".gz", ".zip", ".xls", ".xlsx", ".ods", ".sql"}
# Said of nearly every file.
USUAL = {"header", "encoding", "delimiter", "compressed"}
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not DATA.is_dir(), reason=f"the files of others are not at {DATA}"),
]


def real_files() -> list[str]:
    found = (path for folder in FOLDERS for path in sorted((DATA / folder).rglob("*")))
    return [path.relative_to(DATA).as_posix() for path in found if path.is_file() and path.suffix.lower() in ENDINGS]


def expected() -> dict[str, str]:
    lines = EXPECTED.read_text().splitlines()[1:] if EXPECTED.is_file() else []
    return dict(line.split("\t", 1) for line in lines)


def outcome(path: Path) -> str:
    """Per table rows × columns @ line of its names; then kinds of findings; or what the refusal says."""
    try:
        book = open_file(path)
    except Refused as refused:
        return "refused: " + re.sub("“.*?”", "“…”", refused.sentence.replace(path.name, "…"))
    kinds = sorted({finding.kind for finding in book.said} - USUAL)
    tables = [f"{table.row_count}×{table.header.width}@{table.header.line}" for table in book.tables]
    return f"{' '.join(tables)}\t{encoding_of(book)}\t{' '.join(kinds)}"


def encoding_of(book: Workbook) -> str:
    said = next((finding.sentence for finding in book.findings if finding.kind == "encoding"), book.kind)
    return said.removeprefix("Read as ").partition(":")[0]


def test_every_file_of_others_reads_with_exact_counts_or_is_refused_by_its_defect():
    found = {name: outcome(DATA / name) for name in real_files()}
    if os.environ.get("OPS_WRITE_REAL_FILES"):
        lines = ["file\trows×columns@line of names\tencoding\tfindings", *(f"{k}\t{v}" for k, v in found.items())]
        EXPECTED.write_text("\n".join(lines) + "\n")

    assert {name: what for name, what in found.items() if expected().get(name) != what} == {}
    assert len(found) == len(expected()) > 240


def test_rows_that_stream_are_those_that_were_counted():
    names = [name for name in real_files() if not expected()[name].startswith("refused")]
    wrong = []
    for name in names:
        for table in open_file(DATA / name).tables:
            lines = [line for line, _ in table.rows()]
            if len(lines) != table.row_count or lines != sorted(set(lines)):
                wrong.append(f"{name} {table.name}")

    assert wrong == []


def test_every_physical_line_is_a_row_a_header_or_named_in_a_finding():
    """Against the counts of newlines made apart from any reader (oracles/messy_facts.tsv)."""
    facts = [line.split("\t") for line in (DATA / "oracles" / "messy_facts.tsv").read_text().splitlines()[1:]]
    wrong = {}
    for name, _, _, _, newline, *_, physical, _, _ in facts:
        # Old Mac newlines were not counted there; two bytes a letter neither.
        if newline == "CR" or "utf-16" in name or expected()[name].startswith("refused"):
            continue
        book = open_file(DATA / name)
        counted = sum(sum(lines.values()) for lines in book.lines.values())
        mixed = any(finding.kind == "mixed_newlines" for finding in book.said)
        if counted != int(physical) and not mixed:
            wrong[name] = (counted, int(physical))

    assert wrong == {}


def test_the_figures_of_the_oracles_come_out():
    """Counts published or computed apart: Superstore's pasted tables, QuickBooks' four lines, CDNOW's 69,659."""
    tables = [(t.row_count, t.names[0]) for t in open_file(DATA / "orders/superstore/superstore_mdy.csv.gz").tables]
    journal = open_file(DATA / "banking/quickbooks_journal_preamble_totals.csv").main
    purchases = open_file(DATA / "orders/cdnow/CDNOW_master.txt.gz").main
    old = open_file(DATA / "messy/sales_data_sample_cp437_mixed_dates.csv").main

    assert tables == [(9994, "Row ID"), (4, "Person"), (800, "Returned")]
    assert (journal.row_count, journal.header.line) == (4, 5)
    assert sum(round(float(cells[3]) * 100) for _, cells in purchases.rows()) == 250_031_563
    assert any("Berguvsvägen" in cell for _, cells in old.rows() for cell in cells)
