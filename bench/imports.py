"""Lines a second of a load - read, checked, staged, applied, with guards, history and foreign keys - beside plain COPY.

    python -m bench.imports 20000        on the database of the current settings; everything is rolled back

Two lines an order, as in real sales files. `cpu` is the seconds that this process and its database backend worked: on a
machine that others use, it says more than the clock.
"""

import csv
import io
import os
import random
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import psycopg

GOAL = 10_000
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


def run(lines: int) -> dict[str, float]:
    """One load and one COPY of the same lines; rolled back."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.csv"
        path.write_text(_made_up(lines))
        row = {"lines": float(lines), **_load(path), **_copy(path)}
    row["lines_per_s"] = lines / (row["check_s"] + row["apply_s"])
    row["times_copy"] = (row["check_s"] + row["apply_s"]) / row["copy_s"]
    row["times_copy_cpu"] = row["load_cpu_s"] / row["copy_cpu_s"]
    row["lines_per_cpu_s"] = lines / row["load_cpu_s"]
    row["load"] = os.getloadavg()[0]
    print(line(row))
    return row


def line(row: dict[str, float]) -> str:
    """The row of the bench table."""
    clock = f"check {row['check_s']:.2f} s  apply {row['apply_s']:.2f} s"
    verdict = "goal met" if row["lines_per_s"] >= GOAL else "GOAL MISSED"
    return (
        f"import {row['lines']:>9,.0f} lines  {clock}  {row['lines_per_s']:>7,.0f} lines/s "
        f" {row['times_copy']:5.1f} x COPY ({row['copy_s']:.2f} s)  cpu {row['lines_per_cpu_s']:>7,.0f} lines/s "
        f" {row['times_copy_cpu']:5.1f} x COPY  load {row['load']:.1f}  {verdict}"
    )


def _load(path: Path) -> dict[str, float]:
    from django.db import connection, transaction

    from accounts.models import User
    from ops.db.actor import acting_as, door, for_user
    from orders.importing import check_orders, import_orders

    with acting_as(door()):
        person = User.objects.filter(is_active=True, role_id="admin").order_by("pk").first()
    assert person is not None, "the database has no admin"
    with acting_as(for_user(person, request="bench", source="import")), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("select pg_backend_pid()")
            clock = _Clock(cursor.fetchone()[0])
            batch = check_orders(path, "superstore", by=person, rate=Decimal(1))
            checked, _ = clock.read()
            import_orders(batch, by=person)
            cursor.execute("set constraints all immediate")  # what COMMIT would do
            loaded, cpu = clock.read()
        transaction.set_rollback(True)
    return {"check_s": checked, "apply_s": loaded - checked, "load_cpu_s": cpu}


def _copy(path: Path) -> dict[str, float]:
    """The same lines into a table of text without an index."""
    columns = ", ".join(f'"{name}" text' for name in _HEADER)
    with psycopg.connect(os.environ["OPS_OWNER_DATABASE_URL"]) as database:
        clock = _Clock(database.info.backend_pid)
        database.execute(f"create table bench_copy ({columns})")
        with database.cursor().copy("copy bench_copy from stdin (format csv, header)") as copy:
            copy.write(path.read_text())
        wall, cpu = clock.read()
        database.rollback()
    return {"copy_s": wall, "copy_cpu_s": max(cpu, 1 / _TICKS)}


def _made_up(lines: int) -> str:
    rng = random.Random(20261121)
    out = io.StringIO()
    sheet = csv.writer(out)
    sheet.writerow(_HEADER)
    for n in range(lines):
        order = n // 2
        rng.seed(order)
        placed = date(2024, 1, 1) + timedelta(days=order % 700)
        customer = rng.randrange(800)
        head = (
            f"BN-{order:07}", placed.isoformat(), (placed + timedelta(days=4)).isoformat(), "Standard Class",
            "Consumer", f"BC-{customer}", f"Customer {customer}", "Lahore",
        )  # fmt: skip
        product = (rng.randrange(1800) + n) % 1800
        sales = round(rng.uniform(5, 900), 4)
        what = (f"BP-{product}", "Furniture", "Desks", f"Product number {product} of the bench", sales, 1 + n % 5, 0)
        sheet.writerow((*head, *what, round(sales / 5, 4)))
    return out.getvalue()


def main() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ops.settings")
    django.setup()
    for word in sys.argv[1:] or ["20000"]:
        run(int(word))


if __name__ == "__main__":
    main()
