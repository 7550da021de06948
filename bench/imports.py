"""Lines a second of a load - kept, looked into, checked, applied, with guards, history and foreign keys - beside COPY.

    python -m bench.imports 10000 500000     on the database of the current settings; everything is rolled back

Some three lines an order, made with a fixed seed. In the same run: a plain COPY of the same lines, the first of them
through django-import-export (rival.py), and somebody who looks at the list of orders meanwhile (beside.py). `cpu` is
the seconds that this process and its database backend worked: on a machine that others use, it says
more than the clock.
"""

import csv
import importlib.util
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TextIO

import psycopg

GOAL, RIVAL_GOAL = 10_000, 20
CHECK_LINES, CHECK_SECONDS = 10_000, 5.0
RIVAL_LINES = 1_000
_HEADER = (
    "Order ID", "Order Date", "Ship Date", "Ship Mode", "Segment", "Customer ID", "Customer Name", "City", "Product ID",
    "Category", "Sub-Category", "Product Name", "Sales", "Quantity", "Discount", "Profit",
)  # fmt: skip
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class _Clock:
    """Wall and processor seconds since it was made."""

    backend: int

    def __post_init__(self) -> None:
        self.wall, self.cpu = time.perf_counter(), self._worked()

    def _worked(self) -> float:
        fields = Path(f"/proc/{self.backend}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS + time.process_time()

    def read(self) -> tuple[float, float]:
        return time.perf_counter() - self.wall, self._worked() - self.cpu


def run(lines: int) -> dict[str, Any]:
    """One load and one COPY of the same lines, and their first through the rival; rolled back."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.csv"
        with path.open("w", newline="") as out:
            make_up(out, lines)
        row: dict[str, Any] = {"lines": float(lines), **_load(path), **_copy(path)}
    whole = row["check_s"] + row["apply_s"]
    row["lines_per_s"] = lines / whole
    row["times_copy"] = whole / row["copy_s"]
    row["times_copy_cpu"] = row["load_cpu_s"] / row["copy_cpu_s"]
    row["lines_per_cpu_s"] = lines / row["load_cpu_s"]
    row["times_rival"] = row["lines_per_s"] / row["rival_lines_per_s"] if row["rival_lines_per_s"] else 0.0
    row["load"] = os.getloadavg()[0]
    print(line(row))
    return row


def line(row: dict[str, Any]) -> str:
    """The rows of the bench table."""
    if row["lines"] <= CHECK_LINES:
        met = row["check_s"] <= CHECK_SECONDS
        goal = f"checked in {CHECK_SECONDS:g} s"
    else:
        met = row["lines_per_s"] >= GOAL
        goal = f"{GOAL:,} lines/s"
    rival = f"{row['times_rival']:5.1f} x django-import-export (its first {RIVAL_LINES:,} lines)"
    return (
        f"import {row['lines']:>9,.0f} lines  check {row['check_s']:.2f} s  apply {row['apply_s']:.2f} s "
        f" {row['lines_per_s']:>7,.0f} lines/s  cpu {row['lines_per_cpu_s']:>7,.0f} lines/s  load {row['load']:.1f} "
        f" {goal}: {'met' if met else 'MISSED'}\n"
        f"    {row['times_copy']:5.1f} x COPY ({row['copy_s']:.2f} s; of its cpu {row['times_copy_cpu']:.1f} x)  "
        f" {rival if row['times_rival'] else 'django-import-export is not installed (requirements/bench.txt)'}"
        f"{' GOAL MISSED' if 0 < row['times_rival'] < RIVAL_GOAL else ''}\n"
        f"    memory {row['before_mb']:.0f} MB before, at most {row['most_mb']:.0f} MB  list of orders meanwhile:"
        f" {row['pages']} pages, p50 {row['p50_ms']:.0f} ms, p95 {row['p95_ms']:.0f} ms"
    )


def _load(path: Path) -> dict[str, Any]:
    from django.db import connection, transaction

    from accounts.models import User
    from ops.db.actor import acting_as, door, for_user
    from ops.imports import kept
    from ops.imports.applying import apply
    from ops.imports.checking import check
    from ops.imports.deciding import receive, say_rate

    with acting_as(door()):
        person = User.objects.filter(is_active=True, role_id="admin").order_by("pk").first()
    assert person is not None, "the database has no admin"
    acting = for_user(person, request="bench", source="import")
    with acting_as(acting), transaction.atomic(), _somebody_looks(person) as seen:
        with connection.cursor() as cursor:
            cursor.execute("select pg_backend_pid()")
            clock, before = _Clock(cursor.fetchone()[0]), _most_memory()
            with path.open("rb") as stream:
                batch = receive([kept.Brought(path.name, stream)], by=person)
            batch = check(say_rate(batch, "USD", "1"))
            assert batch.state == "checked", batch.questions
            checked, _ = clock.read()
            batch = apply(batch, by=person)
            cursor.execute("set constraints all immediate")  # what COMMIT would do
            loaded, cpu = clock.read()
        kept.drop(batch)
        transaction.set_rollback(True)
    rival = _rival(path, person, acting)
    return {
        "check_s": checked, "apply_s": loaded - checked, "load_cpu_s": cpu, "before_mb": before,
        "most_mb": _most_memory(), "rival_lines_per_s": rival, **seen,
    }  # fmt: skip


def _rival(path: Path, person: Any, acting: Any) -> float:
    from django.db import transaction

    from bench import rival
    from ops.db.actor import acting_as

    if importlib.util.find_spec("import_export") is None:
        return 0.0
    with acting_as(acting), transaction.atomic():
        found = rival.lines_a_second(path, RIVAL_LINES, person)
        transaction.set_rollback(True)
    return found


@contextmanager
def _somebody_looks(person: Any) -> Iterator[dict[str, Any]]:
    """Fills what is yielded when it is over."""
    found: dict[str, Any] = {}
    looker = subprocess.Popen(
        [sys.executable, "-m", "bench.beside", str(person.pk)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert looker.stdout is not None
    looker.stdout.readline()
    try:
        yield found
    finally:
        said, _ = looker.communicate("")
    found |= json.loads(said)


def _most_memory() -> float:
    """Megabytes that this process has had at most (Linux)."""
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if "VmHWM" in line) / 1024


def _copy(path: Path) -> dict[str, float]:
    """The same lines into a table of text without an index."""
    columns = ", ".join(f'"{name}" text' for name in _HEADER)
    with psycopg.connect(os.environ["OPS_OWNER_DATABASE_URL"]) as database:
        clock = _Clock(database.info.backend_pid)
        database.execute(f"create table bench_copy ({columns})")
        into = "copy bench_copy from stdin (format csv, header)"
        with path.open("rb") as stream, database.cursor().copy(into) as copy:
            while piece := stream.read(1 << 20):
                copy.write(piece)
        wall, cpu = clock.read()
        database.rollback()
    return {"copy_s": wall, "copy_cpu_s": max(cpu, 1 / _TICKS)}


def make_up(out: TextIO, lines: int) -> None:
    """One to five lines an order, three in the middle; the lines of an order follow each other."""
    rng = random.Random(20261121)
    sheet = csv.writer(out)
    sheet.writerow(_HEADER)
    written = order = 0
    while written < lines:
        placed = date(2024, 1, 1) + timedelta(days=order * 700 // max(lines // 3, 700))
        customer = rng.randrange(8000)
        head = (
            f"BN-{order:07}", placed.isoformat(), (placed + timedelta(days=4)).isoformat(), "Standard Class",
            "Consumer", f"BC-{customer}", f"Customer {customer}", "Lahore",
        )  # fmt: skip
        for n in range(min(rng.choice((1, 2, 3, 4, 5)), lines - written)):
            product = (rng.randrange(1800) + n) % 1800
            sales = round(rng.uniform(5, 900), 4)
            name = f"Product number {product} of the bench"
            sheet.writerow((*head, f"BP-{product}", "Furniture", "Desks", name, sales, 1 + n, 0, round(sales / 5, 4)))
            written += 1
        order += 1


def main() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ops.settings")
    django.setup()
    for word in sys.argv[1:] or ["10000", "500000"]:
        run(int(word))


if __name__ == "__main__":
    main()
