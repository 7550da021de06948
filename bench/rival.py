"""The first lines of the same file through django-import-export: one resource, one instance a row, as its guide says.

It makes the same things - customer, product, order, sale, line, price - under the same rules, without asking what is
new, without a check to look at, and without costs. Only so many lines: it would take hours for all of them.
"""

import csv
import time
from datetime import datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from django.utils import timezone


def lines_a_second(path: Path, lines: int, person: Any) -> float:
    """Rolled back by whoever calls. Raises ModuleNotFoundError where requirements/bench.txt is not installed."""
    import tablib

    with path.open(newline="") as stream:
        rows = csv.reader(stream)
        header = next(rows)
        data = tablib.Dataset(*islice(rows, lines), headers=header)
    resource = _resource(person)
    began = time.perf_counter()
    result = resource.import_data(data, dry_run=False, raise_errors=True, use_transactions=False)
    spent = time.perf_counter() - began
    assert result.totals["new"] == len(data), result.totals
    return len(data) / spent


def _resource(person: Any) -> Any:
    from import_export import resources

    from catalog.models import Product
    from customers.models import Customer
    from orders.models import Order, OrderLine, OrderLinePrice, OrderSale

    class Lines(resources.ModelResource):
        class Meta:
            model = OrderLine
            fields = ()
            skip_diff = True
            skip_html_diff = True
            use_transactions = False

        def get_instance(self, instance_loader: Any, row: Any) -> None:
            return None

        def import_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
            customer, _ = Customer.objects.get_or_create(
                source="rival", external_id=row["Customer ID"],
                defaults={"name": row["Customer Name"], "city": row["City"]},
            )  # fmt: skip
            product, _ = Product.objects.get_or_create(
                sku=row["Product ID"], defaults={"name": row["Product Name"], "price": Decimal(row["Sales"])}
            )
            placed = timezone.make_aware(datetime.fromisoformat(row["Order Date"]))
            order, is_new = Order.objects.get_or_create(
                source="rival", external_id=row["Order ID"],
                defaults={"customer": customer, "agent": person, "stage": "received", "stage_since": placed,
                          "placed_at": placed, "origin": "import", "summary": row["Product Name"], "pieces": 1},
            )  # fmt: skip
            if is_new:
                OrderSale.objects.create(order=order, amount=Decimal(row["Sales"]), currency="PKR", rate=1)
            instance.order, instance.product, instance.sku = order, product, product.sku
            instance.position = order.lines.count() + 1
            instance.description, instance.category = row["Product Name"], row["Category"]
            instance.quantity = Decimal(row["Quantity"])

        def after_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
            total = Decimal(row["Sales"])
            OrderLinePrice.objects.create(line=instance, unit_price=total / instance.quantity, discount=0, total=total)

        def after_import(self, dataset: Any, result: Any, **kwargs: Any) -> None:
            """It would set the sequences anew, as their owner."""

    return Lines()
