"""The shop of the board's tests, and what loading files needs."""

from decimal import Decimal
from pathlib import Path

import pytest
from django.db import transaction

from ops.models import ImportBatch
from orders.importing import check_orders, import_orders
from tests import make
from tests.orders.sheets import HEADER


@pytest.fixture
def shop(cast):
    """Two agents with orders in every stage; the second one's must stay their own."""
    return {
        "received": make.order(cast.agent, name="Ayesha Siddiqui", promise_on=make.day("2027-01-10"), note="Two coats"),
        "in_production": make.order_in("in_production", cast.agent, cast.production, name="Imran Yousaf"),
        "ready": make.order_in("ready_to_ship", cast.agent, cast.production, name="Hira Khan", lines=(make.TABLE,)),
        "delivered": make.order_in("delivered", cast.agent, cast.production, name="Zara Malik"),
        "other": make.order_in("in_production", cast.other_agent, cast.production, name="Nida Hassan"),
    }


@pytest.fixture
def sheet(tmp_path):
    def laid(*lines: str, name: str = "sheet.csv") -> Path:
        path = tmp_path / name
        path.write_text("\n".join([HEADER, *lines]) + "\n")
        return path

    return laid


@pytest.fixture
def load(cast, as_person):
    """Check and load as the manager."""

    def loaded(path: Path, preset: str = "superstore", *, leave_out: bool = False, **said) -> ImportBatch:
        if not said.keys() & {"rate", "rates"}:
            said["rate"] = Decimal(1)
        with as_person(cast.manager), transaction.atomic():
            return import_orders(
                check_orders(path, preset, by=cast.manager, **said), by=cast.manager, leave_out=leave_out
            )

    return loaded
