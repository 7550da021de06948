"""Products on the shelf for tests of stock."""

from decimal import Decimal

import pytest

from catalog.models import Product
from inventory.models import Location, StockItem
from ops.db.actor import acting_as, for_user


@pytest.fixture
def chair(cast) -> StockItem:
    with acting_as(for_user(cast.manager)):
        product = Product.objects.create(sku="CH-1", name="Walnut chair", price=Decimal(1250))
        return StockItem.objects.get(pk=product.pk)


@pytest.fixture
def main(cast) -> Location:
    with acting_as(for_user(cast.manager)):
        return Location.objects.get(name="Main")
