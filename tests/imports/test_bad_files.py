"""What must never hurt, through the whole way: files that are none, too much, or meant ill, and deaths in the middle.

Beside these: two people with one file at the same moment and a killed load in tests/orders/test_import_whole_files.py,
bytes made to do harm in tables/test_harmful.py and tables/test_workbooks.py, memory in tables/test_limits.py.
"""

import gzip
import io
import zipfile
from pathlib import Path

import psycopg
import pytest
import xlsxwriter
from django.db import InterfaceError, OperationalError, connection, transaction

from ops.db.actor import acting_as, for_user
from ops.errors import Refused
from ops.imports.checking import check
from ops.imports.models import ImportBatch, ImportRow
from orders.models import Order, OrderLine
from tests.database import as_owner
from tests.imports.pipeline import bring, checked, loaded, money, sums

HEAD = "Order no,Date,Customer,Product,Qty,Amount\n"
ROW = "A-1,2026-01-13,Ayesha,Desk,1,5000\n"


def _bomb() -> bytes:
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb") as out:
        for _ in range(40):
            out.write(b"0,0\n" * (1 << 18))
    return packed.getvalue()


def _ten_gigabytes() -> bytes:
    """A zip whose table of contents says 10 GB; it holds a few bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as book:
        book.writestr("orders.csv", HEAD + ROW)
        book.infolist()[0].file_size = 10 << 30
    return packed.getvalue()


BAD = {
    "empty": ("orders.csv", b"", "is empty"),
    "blank lines": ("orders.csv", b"\n\n , ,\n", "is empty|holds nothing"),
    "header only": ("orders.csv", HEAD.encode(), "has names of columns and no rows under them"),
    "ten gigabytes announced": ("orders.zip", _ten_gigabytes(), "larger than 1 GB .it says 10 GB"),
    "a bomb": ("orders.csv.gz", _bomb(), "unpacks to more than 250 times its size"),
    "five thousand columns": ("orders.csv", (",".join(map(str, range(5000))) + "\n").encode() * 3, "5,000 columns"),
    "one cell of 50 MB": ("orders.csv", HEAD.encode() + b'A-1,2026-01-13,"' + b"x" * (50 << 20) + b'",a,1,5\n',
                          "longer than 4 MB"),
    "a program": ("orders.csv", b"\x7fELF" + bytes(range(256)) * 40, "is a program"),
    "a page to sign in": ("orders.csv", b"<!DOCTYPE html><html><body>Sign in</body></html>", "is a web page"),
    "a picture called a sheet": ("orders.xlsx", b"\x89PNG\r\n\x1a\n" + b"\0" * 900, "is a picture"),
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("what", BAD)
def test_what_cannot_be_loaded_is_refused_in_a_sentence_and_keeps_nothing(what, cast, as_person, settings, tmp_path):
    settings.LOADS_DIR = tmp_path
    name, data, sentence = BAD[what]

    with as_person(cast.manager):
        with pytest.raises(Refused, match=sentence):
            bring(cast.manager, (name, data))

        assert not ImportBatch.objects.exists()
    assert not any(path.is_file() for path in tmp_path.rglob("*"))


# --- odd, and loaded all the same -------------------------------------------------------------------------------


@pytest.mark.django_db
def test_nul_bytes_and_three_kinds_of_newline_are_read_and_said(cast, as_person):
    data = (HEAD + ROW).encode().replace(b"\n", b"\r\n") + b"A-2,2026-01-14,Bi\0lal,Lamp,2,300\n" \
        b"A-3,2026-01-15,Cyra,Shelf,1,900\r"  # fmt: skip

    with as_person(cast.manager):
        batch = bring(cast.manager, ("orders.csv", data))
        noticed = {finding["kind"] for finding in [*batch.findings, *batch.tables[0]["findings"]]}
        batch = loaded(checked(batch), cast.manager)

        assert {"nul", "mixed_newlines"} <= noticed
        assert sums() | {"by_line": 0, "profit": 0} == {
            "orders": 3, "lines": 3, "pieces": 4, "amount": money(6200), "by_line": 0, "profit": 0, "customers": 3,
        }  # fmt: skip
        assert Order.objects.get(external_id="A-2").customer.name == "Bilal"


@pytest.mark.django_db
def test_a_formula_in_a_cell_stays_text_and_runs_nowhere(cast, as_person):
    formula = '=HYPERLINK("http://x.example","a")+cmd|\' /C calc\'!A0'
    data = HEAD + 'A-1,2026-01-13,@SUM(1+1),"{}",1,5000\n'.format(formula.replace('"', '""'))

    with as_person(cast.manager):
        loaded(checked(bring(cast.manager, ("orders.csv", data.encode()))), cast.manager)

        assert OrderLine.objects.get().description == formula
        assert Order.objects.get().customer.name == "@SUM(1+1)"


@pytest.mark.django_db
def test_a_workbook_with_macros_and_links_loads_its_cells_and_says_so(cast, as_person, tmp_path):
    path = tmp_path / "orders.xlsm"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for at, line in enumerate((HEAD, ROW)):
            sheet.write_row(at, 0, line.strip().split(","))
    with zipfile.ZipFile(path, "a") as packed:
        packed.writestr("xl/externalLinks/externalLink1.xml", "<externalLink/>")
        packed.writestr("xl/vbaProject.bin", b"\xd0\xcf")

    with as_person(cast.manager):
        batch = bring(cast.manager, path)
        loaded(checked(batch), cast.manager)

        assert {"external_links", "macros"} <= {finding["kind"] for finding in batch.tables[0]["findings"]}
        assert sums()["amount"] == money(5000)


# --- a full disk ------------------------------------------------------------------------------------------------


@pytest.fixture
def small_files():
    """No file may grow past 100 kB in this process: the write fails as it does on a full disk."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.django_db
def test_a_full_disk_while_bytes_are_kept_is_said_and_leaves_nothing(small_files, cast, as_person, settings, tmp_path):
    settings.LOADS_DIR = tmp_path
    with as_person(cast.manager):
        with pytest.raises(Refused, match="no room left on the server's disk"):
            bring(cast.manager, ("orders.csv", (HEAD + ROW * 4000).encode()))

        assert not ImportBatch.objects.exists()
    assert not any(path.is_file() for path in tmp_path.rglob("*"))


_FULL = """
create function full_disk() returns trigger language plpgsql as $$
begin raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$;
create trigger full_disk before insert on {table} for each statement execute function full_disk();
"""


def _many(lines: int) -> bytes:
    return (HEAD + "".join(f"A-{n},2026-01-13,Ayesha,Desk,1,5.00\n" for n in range(lines))).encode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", ["ops_importrow", "orders_orderline"])
def test_a_full_disk_of_the_database_is_said_and_the_load_goes_on_afterwards(table, cast):
    with acting_as(for_user(cast.manager)):
        batch = bring(cast.manager, ("orders.csv", _many(10)))
        with as_owner(connection.settings_dict["NAME"]) as owner:
            owner.execute(_FULL.format(table=table))
            with pytest.raises(Refused, match="no room left on the database's disk"):
                loaded(checked(batch), cast.manager)
            owner.execute("drop function full_disk cascade")
        assert not Order.objects.exists()

        loaded(checked(batch), cast.manager)

        assert sums()["lines"] == 10


# --- deaths in the middle ---------------------------------------------------------------------------------------


def _kill_own_backend() -> None:
    """As a crash or a restart of the database, or the end of the worker's machine, does it."""
    with as_owner(connection.settings_dict["NAME"]) as owner, connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        owner.execute("set role none")
        with _super() as above:
            above.execute("select pg_terminate_backend(%s)", [cursor.fetchone()[0]])


def _super() -> psycopg.Connection:
    import os

    return psycopg.connect(os.environ["OPS_SUPER_DATABASE_URL"], autocommit=True)


@pytest.mark.django_db(transaction=True)
def test_a_check_whose_worker_dies_is_done_again_from_its_beginning(cast):
    with acting_as(for_user(cast.manager)):
        batch = bring(cast.manager, ("orders.csv", _many(5000)))
        with pytest.raises((OperationalError, InterfaceError)):
            check(ImportBatch.objects.get(pk=batch.pk), progress=lambda lines: lines > 2000 and _kill_own_backend())
        connection.close()
        assert ImportBatch.objects.get(pk=batch.pk).state == "uploaded"
        assert 0 < ImportRow.objects.count() < 5000  # half of it is there, and is nobody's

        batch = checked(batch)

        assert (batch.state, batch.rows, ImportRow.objects.count()) == ("checked", 5000, 5000)


@pytest.mark.django_db(transaction=True)
def test_a_load_whose_worker_dies_has_changed_nothing_and_is_applied_once(cast):
    from ops.imports.applying import apply

    with acting_as(for_user(cast.manager)):
        batch = checked(bring(cast.manager, ("orders.csv", _many(50))))
        with pytest.raises((OperationalError, InterfaceError)), transaction.atomic():
            apply(batch, by=cast.manager, report=lambda done, of: done and _kill_own_backend())
        connection.close()
        assert not Order.objects.exists()
        assert ImportBatch.objects.get(pk=batch.pk).state == "checked"

        first, again = loaded(batch, cast.manager), loaded(batch, cast.manager)

        assert (first.counts["new"], again.state, sums()["orders"]) == (50, "applied", 50)


# --- memory -----------------------------------------------------------------------------------------------------

_PROGRAM = """
import io, json, os, resource, sys
import django
django.setup()
from django.db import transaction
from accounts.models import User
from ops.db.actor import acting_as, door, for_user
from ops.imports import kept
from ops.imports.applying import apply
from ops.imports.checking import check
from ops.imports.deciding import receive
from pathlib import Path
with acting_as(door()):
    person = User.objects.get(pk=int(sys.argv[2]))
with acting_as(for_user(person)), transaction.atomic(), Path(sys.argv[1]).open("rb") as stream:
    batch = check(receive([kept.Brought("orders.csv", stream)], by=person))
    batch = apply(batch, by=person)
    transaction.set_rollback(True)
    kept.drop(batch)
most = next(int(l.split()[1]) for l in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in l)
print(json.dumps({"rows": batch.rows, "new": batch.counts["new"], "megabytes": most >> 10}))
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_forty_thousand_lines_take_little_more_memory_than_a_few(cast, tmp_path):
    import json
    import os
    import subprocess
    import sys

    from tests.database import CHECKOUT, web_url

    spent = []
    for lines in (400, 40_000):
        path = Path(tmp_path / f"{lines}.csv")
        path.write_bytes(_many(lines))
        done = subprocess.run(
            [sys.executable, "-c", _PROGRAM, str(path), str(cast.manager.pk)], cwd=CHECKOUT, check=True,
            capture_output=True, text=True,
            env=os.environ | {"DATABASE_URL": web_url(connection.settings_dict["NAME"]),
                              "DJANGO_SETTINGS_MODULE": "tests.settings"},
        )  # fmt: skip
        spent.append(json.loads(done.stdout))

    assert [one["new"] for one in spent] == [400, 40_000]
    assert spent[1]["megabytes"] < min(spent[0]["megabytes"] + 40, 400)
