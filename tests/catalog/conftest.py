"""A small catalogue."""

from decimal import Decimal

import pytest
from django.db import transaction

from catalog import actions


@pytest.fixture
def chair(cast, as_person):
    with as_person(cast.manager), transaction.atomic():
        return actions.add_product(
            by=cast.manager, sku="SEA-01", name="Walnut chair", category="Seating", price=Decimal("1250.50")
        )


@pytest.fixture
def table(cast, as_person):
    with as_person(cast.manager), transaction.atomic():
        return actions.add_product(
            by=cast.manager, sku="TAB-01", name="Oak table", category="Tables", price=Decimal(9000)
        )
