"""What a file is taken for: what was explained before is asked for once, whatever the number of tables and nouns."""

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from ops.imports import detecting
from ops.imports.checking import check
from ops.imports.deciding import read_as
from ops.imports.kept import path_of
from ops.imports.models import ImportBatch
from tests.imports.pipeline import bring

ORDERS = b"Order No,Date,Customer Name,Item,Qty,Amount\nA-1,2026-01-05,Aslam Traders,Walnut desk,1,1500\n"
PRICES = b"SKU,Price\nWD-1,1500\n"


def asked(queries: CaptureQueriesContext) -> int:
    return sum('from "ops_importmapping"' in query["sql"].lower() for query in queries)


def test_headers_that_were_explained_before_are_looked_up_once_for_all_tables_and_nouns(cast, as_person):
    with (
        as_person(cast.manager),
        CaptureQueriesContext(
            connection,
        ) as queries,
    ):
        batch = bring(cast.manager, ("orders.csv", ORDERS), ("prices.csv", PRICES))

    assert len(batch.tables) == 2
    assert asked(queries) == 1


def test_a_program_that_a_person_names_is_taken_without_guessing(cast, as_person):
    with as_person(cast.manager):
        batch = bring(cast.manager, ("orders.csv", ORDERS))
        with CaptureQueriesContext(connection) as queries:
            batch = read_as(batch, preset="")

    assert (batch.preset, batch.settings["why"], batch.header[0]) == ("", "As you said", "Order No")
    assert asked(queries) == 0


def test_a_check_opens_the_file_of_its_table_and_no_other(cast, as_person):
    with as_person(cast.manager), transaction.atomic():
        batch = bring(cast.manager, ("orders.csv", ORDERS), ("prices.csv", PRICES))
        batch = read_as(batch, noun="product", table=1)
        path_of(batch.files.get(position=0)).unlink()
        detecting._lately.clear()
        batch = check(ImportBatch.objects.get(pk=batch.pk))

        assert (batch.state, batch.rows, batch.table) == ("checked", 1, 1)
        assert [path.name for path, *_ in detecting._lately] == ["prices.csv"]
        assert read_as(batch, noun="product", table=1).header == ["SKU", "Price"]
