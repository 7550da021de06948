"""Files as an accountant sends them: what is made of each is written beside it, and what was noticed is shown.

None of them is in anybody's folder. Nothing is left out without a sentence, and nothing is guessed that was not said.
"""

import io
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter

from ops.imports import detecting
from ops.imports.deciding import mend
from orders.models import Order
from tests.imports.pipeline import NOTHING, Said, bring, checked, kinds, loaded, sums

pytestmark = pytest.mark.django_db
HEAD = "Bill No,Date,Customer,Item,Qty,Amount\n"
FIVE = "".join(f"B-{n},{n + 12}/01/2026,Party {n},Desk,1,100\n" for n in range(1, 6))


def book(fill: Any, **options: Any) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, options) as sheets:
        fill(sheets)
    return out.getvalue()


@dataclass(frozen=True)
class Sent:
    """A file, what a person says of it, what comes of it: sums, kinds of problem, what is noticed, words of notes."""

    name: str
    data: bytes | str
    orders: int
    amount: str
    said: Said = NOTHING
    mends: tuple[tuple[str, str, str], ...] = ()
    asked: str = ""
    problems: dict[tuple[str, str], int] = field(default_factory=dict)
    noticed: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    file: str = "sent.csv"


def _serials(sheets: Any) -> None:
    sheet = sheets.add_worksheet("Bills")
    sheet.write_row(0, 0, HEAD.strip().split(","))
    for n in range(3):
        sheet.write_row(n + 1, 0, [f"B-{n}", 46035 + n, f"Party {n}", "Desk", 1, 100.5])


def _merged(sheets: Any) -> None:
    """The bill's number, day and party once, merged over its lines; a title across; a total at the end."""
    sheet = sheets.add_worksheet("January")
    sheet.merge_range(0, 0, 0, 5, "Al-Noor Furniture, sales of January")
    sheet.write_row(1, 0, HEAD.strip().split(","))
    for at, (bill, day, who) in enumerate((("B-1", "13/01/2026", "Aslam"), ("B-2", "14/01/2026", "Bibi"))):
        first = 2 + at * 2
        for place, value in enumerate((bill, day, who)):
            sheet.merge_range(first, place, first + 1, place, value)
        for line in (0, 1):
            sheet.write_row(first + line, 3, ["Desk" if line else "Chair", 1, 100])
    sheet.write_row(6, 0, ["Total", "", "", "", 4, 400])


def _notes_beside(sheets: Any) -> None:
    hidden = sheets.add_worksheet("old")
    hidden.hide()
    hidden.write_row(0, 0, ["Bill No", "Date"])
    sheet = sheets.add_worksheet("Sales")
    for at, line in enumerate((HEAD + FIVE).splitlines()):
        sheet.write_row(at, 0, line.split(","))
    sheet.write_formula(6, 5, "=SUM(F2:F6)", None, 500)


ABOVE = tuple(("blank", column, "fill_above") for column in ("Bill No", "Date", "Customer"))
SENT = [
    Sent("a letterhead above, totals and a remark below",
         "Al-Noor Furniture\nSales register,,January 2026\n\n" + HEAD + FIVE
         + "Total,,,,5,500\n\nPrinted by Nadia on 3 Feb\n",
         5, "500", noticed=frozenset({"preamble", "totals", "note"})),
    Sent("names in two lines",
         "Bill,,Party,,Item,,\nNo,Date,Name,City,Name,Qty,Amount\n"
         + "".join(f"B-{n},{n + 12}/01/2026,Party {n},Lahore,Desk,1,100\n" for n in range(1, 6)),
         5, "500", noticed=frozenset({"two_line_header"})),
    Sent("a second table under the first",
         HEAD + FIVE + "\nReturned,Bill No\nYes,B-1\nYes,B-2\n", 5, "500", words=("another table begins",)),
    Sent("columns that change half-way",
         HEAD + FIVE + "".join(f"C-{n},{n}/02/2026,Party {n},Lahore,Desk,1,100\n" for n in range(1, 16)),
         5, "500", problems={("ragged", ""): 15}, noticed=frozenset({"columns_change"})),
    Sent("letters of DOS", (HEAD + "B-9,12/01/2026,Café Müller,Stühle,2,150\n" + FIVE).encode("cp850"), 6, "650",
         words=("code page",)),
    Sent("semicolons, commas for decimals, names of German months",
         "Belegnummer;Belegdatum;Kunde;Artikel;Menge;Einzelpreis;Gesamtpreis\n"
         "R-1;3. März 2026;Möbel Müller;Schrank;1;1.234,56;1.234,56\nR-2;14. Dez 2025;Ülker;Stuhl;3;99,90;299,70\n",
         2, "1534.26", words=("the comma is for decimals",), days=("2025-12-14", "2026-03-03")),
    Sent("sixteen bits a letter, parted by tabs", (HEAD + FIVE).replace(",", "\t").encode("utf-16"), 5, "500",
         words=("UTF-16",)),
    Sent("zeros and apostrophes in front",
         "Bill No,Date,Customer,SKU,Item,Qty,Amount\n'0007,13/01/2026,Asim,'0012,Desk,1,5\n",
         1, "5"),
    Sent("dates as bare numbers", book(_serials), 3, "301.5", file="sent.xlsx",
         days=("2026-01-13", "2026-01-14", "2026-01-15")),
    Sent("years of two digits", HEAD + FIVE.replace("/2026", "/26"), 5, "500",
         days=("2026-01-13", "2026-01-14", "2026-01-15", "2026-01-16", "2026-01-17")),
    Sent("months in Urdu, both letters",
         HEAD + "B-1,13 جنوری 2026,Asim,Desk,1,5\nB-2,2 Farwari 2026,Bibi,Desk,1,5\n", 2, "10",
         days=("2026-01-13", "2026-02-02")),
    Sent("months in French",
         "N° de facture;Date;Client;Désignation;Qté;Montant\nF-1;1er février 2026;Zoé;Étagère;1;1 250,00\n",
         1, "1250", days=("2026-02-01",)),
    Sent("rupees in the cells, in lakhs",
         HEAD + 'B-1,13/01/2026,Asim,Sofa,1,"Rs 1,25,500/-"\nB-2,14/01/2026,Bibi,Bed,1,₨ 500\n',
         2, "126000"),
    Sent("amounts in brackets and with the minus behind",
         HEAD + FIVE + "B-8,20/01/2026,Party 8,Desk,1,(12.50)\nB-9,21/01/2026,Party 9,Desk,1,12.50-\n",
         5, "500", problems={("out_of_range", "Amount"): 2}),
    Sent("blank lines between", (HEAD + FIVE).replace("\n", "\n\n"), 5, "500", noticed=frozenset({"blank"})),
    Sent("merged cells of a bill over its lines", book(_merged), 2, "400", file="sent.xlsx",
         mends=ABOVE,
         noticed=frozenset({"preamble", "totals"})),
    Sent("bills over several lines with blanks under the first",
         HEAD + "B-1,13/01/2026,Aslam,Chair,1,100\n,,,Desk,1,100\nB-2,14/01/2026,Bibi,Lamp,1,100\n",
         2, "300",
         mends=ABOVE),
    Sent("dates that read both ways", HEAD + "B-1,03/04/2026,Asim,Desk,1,5\nB-2,05/06/2026,Bibi,Desk,1,5\n", 2, "10",
         asked="order_of_dates", said=Said(answers={"order_of_dates": "dmy"}), days=("2026-04-03", "2026-06-05")),
    Sent("a hidden sheet and a sum without a word", book(_notes_beside), 5, "500", file="sent.xlsx",
         noticed=frozenset({"totals"})),
    Sent("numbers that can be thousands or not",
         "Bill No;Date;Customer;Item;Qty;Amount\nB-1;13/01/2026;Asim;Desk;1;1.250\n",
         1, "1250", asked="decimal_mark", said=Said(answers={"decimal_mark": ","})),
    Sent("codes alone, no names of items",
         "Bill No,Date,Customer,Item code,Qty,Rate\nB-1,13/01/2026,Asim,DSK-1,2,50\n", 1, "100",
         words=("The file has no column for Product: SKU stands for it.",)),
    Sent("a line of the names again on each page", HEAD + FIVE + HEAD + "B-7,20/01/2026,Party 7,Desk,1,100\n", 6, "600",
         noticed=frozenset({"repeated_header"})),
]  # fmt: skip


@pytest.mark.parametrize("sent", [pytest.param(sent, id=sent.name) for sent in SENT])
def test_what_an_accountant_sends_becomes_what_was_meant(sent, cast, as_person):
    data = sent.data.encode() if isinstance(sent.data, str) else sent.data
    with as_person(cast.manager):
        batch = bring(cast.manager, (sent.file, data))
        assert batch.noun == "order"
        shown = {one["kind"] for one in [*batch.findings, *batch.tables[batch.table]["findings"]]}
        assert sent.noticed <= shown
        if sent.asked:
            assert [question["kind"] for question in checked(batch).questions] == [sent.asked]
        batch = checked(batch, sent.said)
        for kind, column, fix in sent.mends:
            batch = mend(batch, kind, column, fix)
        batch = checked(batch) if sent.mends else batch
        assert batch.state == "checked", batch.questions
        assert kinds(batch) == sent.problems, batch.problems
        said = " ".join(batch.notes)
        assert [words for words in sent.words if words not in said] == []

        loaded(batch, cast.manager, leave_out=bool(sent.problems))

        found = sums()
        assert (found["orders"], found["amount"]) == (sent.orders, Decimal(sent.amount))
        if sent.days:
            days = Order.objects.order_by("placed_at").values_list("placed_at__date", flat=True)
            assert tuple(f"{day:%Y-%m-%d}" for day in days) == sent.days


def test_a_file_is_learned_once_and_then_only_read(cast, as_person, monkeypatch):
    learned: list[str] = []
    learn = detecting.open_file

    def counted(path, name="", **said):
        learned.append(name)
        return learn(path, name, **said)

    monkeypatch.setattr(detecting, "open_file", counted)
    with as_person(cast.manager):
        batch = checked(checked(bring(cast.manager, ("bills.csv", (HEAD + FIVE).encode()))))

    assert (batch.counts["new"], learned) == (5, ["bills.csv"])
