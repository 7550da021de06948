"""Loading real files equals the oracles; two loads at once and a killed one leave nothing double or half."""

import json
import threading
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.db.models import Count, Sum
from django.db.models.functions import TruncMonth

from catalog.models import Product
from customers.models import Customer
from ops.db.actor import acting_as, for_user
from ops.models import ImportBatch
from orders.importing import check_orders, import_orders
from orders.models import Order, OrderCosting, OrderLine, OrderLinePrice, OrderSale
from tests.orders.sheets import row

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
real_files = pytest.mark.skipif(not DATA.exists(), reason="the developer data set is not beside the checkout")
pytestmark = pytest.mark.django_db


def oracle(name: str) -> dict:
    return json.loads((DATA / "oracles" / name).read_text())


# --- real files -------------------------------------------------------------------------------------------------


@real_files
@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "key"), [("superstore_dmy_bom", "dmy_bom_2023_release"), ("superstore_mdy", "mdy_classic")]
)
def test_superstore_equals_its_oracle(load, cast, as_person, file, key):
    truth = oracle("superstore.json")[key]
    path = DATA / "orders" / "superstore" / f"{file}.csv.gz"

    batch = load(path)
    again = load(path)

    with as_person(cast.manager):
        assert (batch.counts["new"], again.counts["new"], again.counts["same"]) == (truth["orders"], 0, truth["orders"])
        assert OrderSale.objects.aggregate(s=Sum("order_amount"))["s"] == Decimal(truth["sales"])
        assert OrderCosting.objects.aggregate(s=Sum("profit"))["s"] == Decimal(truth["profit"])
        assert OrderLinePrice.objects.aggregate(s=Sum("total"))["s"] == Decimal(truth["sales"])
        lines = OrderLine.objects.aggregate(n=Count("pk"), pieces=Sum("quantity"))
        assert (lines["n"], lines["pieces"]) == (truth["rows"], truth["quantity"])
        assert Customer.objects.filter(source="superstore").count() == truth["customers"]
        assert Product.objects.count() == truth["products"]
        months = (
            Order.objects.annotate(m=TruncMonth("placed_on")).values("m").annotate(s=Sum("sale__amount")).order_by("m")
        )
        assert {f"{r['m']:%Y-%m}": r["s"] for r in months} == {
            m: Decimal(s) for m, s in truth["sales_by_month"].items()
        }
        kinds = OrderLine.objects.values("category").annotate(s=Sum("price__total"))
        assert {r["category"]: r["s"] for r in kinds} == {k: Decimal(v[0]) for k, v in truth["by_Category"].items()}
        assert set(Order.objects.values_list("stage", flat=True)) == {"delivered"}
    assert sum("another table begins" in note for note in batch.notes) == (2 if key == "mdy_classic" else 0)


@real_files
def test_northwind_equals_its_oracle(load, cast, as_person):
    truth = oracle("northwind.json")

    batch = load(DATA / "orders" / "northwind", "northwind")

    with as_person(cast.manager):
        assert batch.counts["new"] == Order.objects.count() == truth["orders"]
        assert OrderSale.objects.aggregate(s=Sum("amount"))["s"] == Decimal(truth["net_after_discount"])
        prices = OrderLinePrice.objects.values_list("unit_price", "line__quantity", "discount", "total")
        assert sum(unit * quantity for unit, quantity, _, _ in prices) == Decimal(truth["gross"])
        assert all(unit * quantity - off == total for unit, quantity, off, total in prices)
        assert OrderCosting.objects.aggregate(s=Sum("shipping_cost"))["s"] == Decimal(truth["freight"])
        assert Order.objects.filter(stage="received").count() == truth["not_shipped"]
        late = [o for o in Order.objects.exclude(stage="received") if o.stage_since.date() > o.promise_on]
        assert len(late) == truth["late_shipped"]


# --- two at once, and half-way ----------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_people_with_the_same_file_load_it_once(cast, sheet):
    path = sheet(row(), row("A-2"))
    batches: dict[str, ImportBatch] = {}
    first_has_it, second_waits = threading.Event(), threading.Event()

    def loads(name: str, person) -> None:
        with acting_as(for_user(person, request=name)):
            with transaction.atomic():
                batch = check_orders(path, "superstore", by=person, rate=Decimal(1))
            if name == "second":
                first_has_it.wait(10)
                second_waits.set()
            with transaction.atomic():
                batches[name] = import_orders(batch, by=person)
                if name == "first":
                    first_has_it.set()
                    second_waits.wait(10)
        connection.close()

    both = [threading.Thread(target=loads, args=said) for said in (("first", cast.manager), ("second", cast.admin))]
    for one in both:
        one.start()
    for one in both:
        one.join(30)

    assert batches["first"].counts["new"] == 2
    assert (batches["second"].counts["new"], batches["second"].counts["same"]) == (0, 2)
    with acting_as(for_user(cast.manager)):
        assert Order.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_load_that_is_killed_half_way_leaves_nothing(cast, sheet):
    class Killed(BaseException):
        pass

    with acting_as(for_user(cast.manager)):
        with transaction.atomic():
            batch = check_orders(sheet(row()), "superstore", by=cast.manager, rates={"USD": "1"})
        with pytest.raises(Killed), transaction.atomic():
            import_orders(batch, by=cast.manager)
            raise Killed

        assert not Order.objects.exists()
        assert ImportBatch.objects.get().state == "checked"
        with transaction.atomic():
            assert import_orders(batch, by=cast.manager).counts["new"] == 1
