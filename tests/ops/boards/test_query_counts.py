"""How many statements each page of a board may cost, committed as numbers: a query a row shows at once.

The person, their session and the transaction's own BEGIN and COMMIT are in the number; the bind statement is not.
"""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.actions import add_product
from inventory import actions as stock
from inventory.models import Location, StockItem
from ops.models import ImportBatch
from tests import make
from tests.imports.load_walk import checked

COUNTS = Path(__file__).parents[2] / "query_counts.json"
MOST = 15
WANTED: dict[str, dict[str, int]] = json.loads(COUNTS.read_text())


_ROWS = "".join(f"B-{n},{13 + n}/01/2026,Buyer {n},Walnut desk,{'two' if n > 8 else 2},1500\n" for n in range(12))
# Nine good orders and three whose quantity is no number.
FILE = f"Bill No,Bill Date,Party Name,Item,Qty,Rate\n{_ROWS}"


@pytest.fixture
def shop(cast, as_person, client_of):
    """What the addresses are about: products, some on hand, orders, and a file that was checked."""
    with as_person(cast.manager):
        main = Location.objects.get(name="Main")
        for number in range(3):
            product = add_product(by=cast.manager, sku=f"SKU-{number}", name=f"Good {number}", price=Decimal(number))
            item = StockItem.objects.get(pk=product.pk)
            stock.set_opening(item, by=cast.manager, location=main, quantity=Decimal(5))
    for number in range(6):
        make.order(cast.agent, name=f"Buyer {number}")
        make.order_in("in_production", cast.other_agent, cast.production, name=f"Other {number}")

    def last() -> ImportBatch:
        with as_person(cast.manager):
            return ImportBatch.objects.latest("pk")

    return {"load": checked(client_of(cast.manager), last, FILE).pk}


@pytest.mark.parametrize(("url", "person"), [(url, person) for url, people in WANTED.items() for person in people])
def test_a_page_costs_the_statements_that_are_committed(cast, client_of, shop, url, person):
    client, address = client_of(getattr(cast, person)), url.format(**shop)
    client.get(address)  # stages are read once a minute, not once a page

    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200

    asked = [query["sql"] for query in queries if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    listed = "\n".join(f"  {number:2}. {sql[:160]}" for number, sql in enumerate(asked, start=1))
    assert len(asked) == WANTED[url][person], (
        f"{url} for {person} now costs {len(asked)} statements; tests/query_counts.json says {WANTED[url][person]}.\n"
        f"If a statement a row crept in, take it out. If the change is meant, write the new number there.\n{listed}"
    )


def test_no_page_is_allowed_more_than_fifteen():
    assert all(count <= MOST for people in WANTED.values() for count in people.values())
