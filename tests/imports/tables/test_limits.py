"""What a file may cost: memory that does not grow with it, and bytes read that grow with it and no faster.

Counted in a process of its own (its highest memory, the bytes it read), so that a busy machine changes nothing.
"""

import gzip
import json
import random
import subprocess
import sys
from pathlib import Path

import pytest
import xlsxwriter

from tests.database import CHECKOUT

pytestmark = pytest.mark.slow
PROGRAM = """
import json, sys
from pathlib import Path
from ops.errors import Refused
from ops.imports.tables import workbooks
try:
    book = workbooks.open_file(Path(sys.argv[1]))
    said = sum(1 for table in book.tables for _ in table.rows())
except Refused as refused:
    said = refused.sentence
io = dict(line.split(": ") for line in Path("/proc/self/io").read_text().splitlines())
# getrusage would tell of the process that started this one, too.
most = next(int(line.split()[1]) for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line)
print(json.dumps({"said": said, "megabytes": most >> 10, "read": int(io["rchar"])}))
"""


def cost(path: Path) -> dict:
    """What opening the file and reading all of its rows takes."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path)], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def orders(path: Path, lines: int, start: str = "") -> Path:
    with path.open("w") as out:
        out.write("Order,Made on,Customer,Price,Note\n")
        for n in range(lines):
            out.write(
                f'{start}{n},2026-01-{n % 28 + 1:02},"Ali {n % 97}, Lahore",{n % 500}.50,{"" if n % 3 else "urgent"}\n'
            )
    return path


def test_half_a_million_lines_take_no_more_memory_than_a_few(tmp_path):
    few, many = (cost(orders(tmp_path / f"{n}.csv", n)) for n in (5_000, 500_000))

    assert (few["said"], many["said"]) == (5_000, 500_000)
    assert many["megabytes"] < few["megabytes"] + 12


def test_lines_that_all_need_a_second_look_take_no_more_memory_either(tmp_path):
    path = tmp_path / "odd.csv"
    path.write_text("Order,Made on,Price\n" + ",2026-01-31,\n\n1,2026-01-31,5.00,more\nTotal,,9\n" * 40_000)

    spent = cost(path)

    assert spent["said"] == 80_000
    assert spent["megabytes"] < 80


def test_a_file_is_read_a_fixed_number_of_times(tmp_path):
    """To learn its letters, to learn its tables, for its rows: three times, however long it is or how odd its lines."""
    empty = cost(orders(tmp_path / "none.csv", 1))["read"]
    for start in ("", ","):
        path = orders(tmp_path / "many.csv", 60_000, start)

        assert cost(path)["read"] - empty < 3.5 * path.stat().st_size


def test_a_workbook_of_many_words_stays_below_its_limit(tmp_path):
    path = tmp_path / "big.xlsx"
    chance = random.Random(4)
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Order", "Customer", "Price"])
        for n in range(30_000):
            sheet.write_row(n + 1, 0, [f"A-{n}", f"Customer {chance.random()}", n * 1.5])

    spent = cost(path)

    assert spent["said"] == 30_000
    assert spent["megabytes"] < 120


def test_a_bomb_is_refused_before_it_fills_anything(tmp_path):
    path = tmp_path / "bomb.csv.gz"
    with gzip.open(path, "wb") as out:
        for _ in range(200):
            out.write(b"0,0\n" * (1 << 18))

    spent = cost(path)

    assert "250 times its size" in spent["said"]
    assert spent["megabytes"] < 80
