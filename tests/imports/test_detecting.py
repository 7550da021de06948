"""What a file is taken for: what was explained before is asked for once, whatever the number of tables and nouns."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from ops.imports.deciding import read_as
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
