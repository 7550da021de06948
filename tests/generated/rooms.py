"""What the rooms of later apps put into the small world: a function that writes rows, by table."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import connections
from django.utils import timezone

from ops.db.actor import acting_as, for_user
from tests import make
from tests.generated import exports_rows, shop_rows, standing_rows

if TYPE_CHECKING:
    from tests.generated.world import World


def _files(made: World) -> None:
    """Photos first; then one for each kind of reader, and some that were removed."""
    from ops.files import actions

    def kept(by: str, order: str, content: bytes, name: str, visibility: str = "everyone") -> Any:
        person = made.people[by]
        with acting_as(for_user(person, request=name)):
            return actions.keep(
                content, name, person, noun="order", subject_id=made.orders[order], visibility=visibility
            )

    for by, order in (
        ("production", "agent/in_production"),
        ("other_agent", "other_agent/received"),
        ("packer", "packer/received"),
    ):
        kept(by, order, make.photo(), "bench.png")
    for visibility in ("everyone", "sales", "managers"):
        for order in ("agent/received", "agent/in_production", "agent/shared"):
            kept("manager", order, visibility.encode(), f"{visibility}.txt", visibility)
    for by, order in (
        ("agent", "agent/received"),
        ("production", "agent/in_production"),
        ("manager", "agent/in_production"),
    ):
        file = kept(by, order, b"twice", "twice.txt")
        with acting_as(for_user(made.people[by])):
            actions.remove_file(file, by=made.people[by], reason="the wrong order")


FILL: dict[str, Callable[[World], None]] = {"files_file": _files}
FILL["progress_job"] = shop_rows.write_jobs
FILL["shop_setting"] = shop_rows.write
FILL["standing_start"] = standing_rows.write
FILL["exports_template"] = exports_rows.write


def _stock(made: World) -> None:
    """A thing in two places: opened, received with what it cost, counted, scrapped; and one that was taken back."""
    from uuid import uuid4

    from inventory import actions
    from inventory.models import Location, Move, StockItem

    manager, chair, main = made.people["manager"], StockItem.objects.get(sku="CH-1"), Location.objects.get(name="Main")
    with acting_as(for_user(manager)):
        attic = actions.rename_location(actions.add_location(by=manager, name="Roof"), by=manager, name="Attic")
        actions.set_opening(chair, by=manager, location=main, quantity=Decimal(10))
        received = actions.receive(
            chair, by=manager, location=main, quantity=Decimal(5), unit_cost=Decimal(900), key=uuid4()
        )
        actions.count_stock(chair, by=manager, location=main, counted=Decimal(14))
        actions.scrap(chair, by=manager, location=main, quantity=Decimal(1), note="a broken leg")
        opened = actions.set_opening(chair, by=manager, location=attic, quantity=Decimal(3))
        Move.objects.create(item=chair, location=attic, kind="reversal", quantity=-3, reverses=opened)
        Move.objects.create(
            item=chair, location=main, kind="receipt", quantity=1, source="web", external_id="R-1", key=uuid4()
        )
    assert received.cost.unit_cost == Decimal(900)


FILL["inventory_move"] = _stock


def _storefront(made: World) -> None:
    """A storefront, what it brought in, and what was refused."""
    from orders.intake.keys import make_key
    from orders.intake.models import Delivery, IntakeKey

    key, _ = make_key(by=None, name="Web shop", agent=made.people["agent"])
    made.orders["manager/delivered by web"] = make.order(made.people["manager"], name="Web", origin="intake").pk
    order_id = made.orders["manager/delivered by web"]
    Delivery.objects.create(key=key, message="1", body_sha256="0", size=1, outcome="taken", order_id=order_id)
    Delivery.objects.create(key=key, message="2", body_sha256="0", size=1, outcome="refused", said="No line.")
    IntakeKey.objects.update(retired_at=timezone.now())


FILL["intake"] = _storefront


def _notices(made: World) -> None:
    from ops.notices.models import Letter, Mute, Notice, Preference, Rule, Watch

    order = made.orders["agent/received"]
    Rule.objects.create(noun="order", on="event", key="order.edited", to="role", role_id="packer", channel="both")
    for key in ("agent", "manager"):
        person = made.people[key]
        Notice.objects.create(person=person, noun="order", subject_id=order, kind="x", topic="told", txid=1, mail=True)
        Notice.objects.create(
            person=person, noun="order", subject_id=order, kind="stage:received", topic="rule", txid=2
        )
        Notice.objects.create(person=person, noun="order", kind="y", topic="told", txid=1, at="2020-01-01T00:00:00Z")
        Mute.objects.create(person=person, topic="kind:x")
        Preference.objects.create(person=person, mail=False)
        Watch.objects.create(person=person, noun="order", subject_id=order)
    Letter.objects.create(noun="order", subject_id=order, kind="stage:received", txid=1)


FILL["notices_notice"] = _notices


def _quotes(made: World) -> None:
    """One in every stage, two versions of one, one that became an order, and those of others. The draft comes first."""
    from tests.quotes import offers

    offers.fill(made.people, made.quotes)


FILL["quotes"] = _quotes


def _customers(made: World) -> None:
    """One who was known twice, one whose merge was undone, and further numbers of an agent's customer."""
    from customers import actions, merge_actions
    from customers.models import Customer

    manager = made.people["manager"]
    with acting_as(for_user(manager)):
        twice = [
            actions.add_customer(by=manager, name=f"Twice {number}", phone=f"+92355000000{number}", city="Lahore")
            for number in range(4)
        ]
        merge_actions.merge_customers(twice[0], twice[1], by=manager)
        undone = merge_actions.merge_customers(twice[2], twice[3], by=manager, take=["name"])
        merge_actions.undo_merge(undone, by=manager)
        theirs = Customer.objects.get(name="agent 0")
        actions.add_contact(theirs, by=manager, value="shop@c.example", label="shop")


FILL["customers_customermerge"] = _customers


def _targets(made: World) -> None:
    """A target for each who sells, and one for who sells no longer; one taken away. Then a second version of each."""
    from analytics import actions
    from tests.generated.world import EDITS as edits  # noqa: N811

    month, by = timezone.now().date().replace(day=1), made.people["manager"]
    with acting_as(for_user(by)):
        for key in ("agent", "other_agent", "packer"):
            cell = actions.Cell(made.people[key].pk, "revenue", Decimal(1000), None)
            actions.set_targets(month, [cell], by=by)
    with connections["default"].cursor() as cursor:
        cursor.execute(f"update analytics_target set {edits['analytics_target']}")


FILL["analytics_target"] = _targets


def _catalogue(made: World) -> None:
    """Three products: sold by one agent, by another, and by nobody; one was edited."""
    from catalog import actions, editing

    manager = made.people["manager"]
    with acting_as(for_user(manager, request="catalogue")):
        goods = [
            actions.add_product(by=manager, sku=f"SKU-{number}", name=f"Good {number}", category="Goods")
            for number in range(3)
        ]
        editing.edit_product(goods[2], by=manager, values={"price": Decimal(7)}, was={})
    for number, key in enumerate(("agent", "other_agent")):
        line = make.actions.LineInput(goods[number].name, Decimal(2), Decimal(5), product=goods[number])
        made.orders[f"{key}/goods"] = make.order(made.people[key], name=f"Goods {key}", lines=(line,)).pk


FILL["catalog_product"] = _catalogue


def _days(made: World) -> None:
    """What the days add up to, and one that has changed since."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select ops.freshen_figures()")
        cursor.execute("insert into analytics_daymark (day) values (current_date)")


FILL["analytics_dayfigures"] = _days


def _parts(made: World) -> None:
    """One of two pieces of an order has left; its carrier has been edited."""
    from orders import parts
    from orders.models import Carrier, Order, OrderLine, Shipment, ShipmentLine

    agent = made.people["agent"]
    part = make.order_in("ready_to_ship", agent, made.people["production"], name="agent part", phone="+923027777777")
    made.orders["agent/part"] = part.pk
    line = OrderLine.objects.filter(order=part).get()
    with acting_as(for_user(agent)):
        parts.ship_part(
            Order.objects.get(pk=part.pk), by=agent, quantities={line.pk: Decimal(1)}, tracking="TCS-9", carrier="TCS"
        )
    Shipment.objects.filter(order=part).update(tracking_number="TCS-10")
    ShipmentLine.objects.filter(line=line).update(quantity=Decimal("0.5"))
    Carrier.objects.filter(key="dhl").update(name="DHL Express")


FILL["orders_shipment"] = _parts


def _threads(made: World) -> None:
    """For the house and for the customer, changed, removed, with a file, by each who may; of orders and customers."""
    from uuid import uuid4

    from customers.models import Customer
    from ops.files.intake import prepare
    from ops.threads import actions
    from orders.models import Order

    def write(by: str, subject: Any, text: str, visibility: str = "internal", **more: Any) -> Any:
        person = made.people[by]
        with acting_as(for_user(person, request=text)):
            return actions.write(text, by=person, noun=subject._meta.model_name, subject=subject, visibility=visibility,
                                 key=uuid4(), **more).message  # fmt: skip

    orders = {key: Order.objects.get(pk=pk) for key, pk in made.orders.items()}
    for by, of in (
        ("agent", "agent/received"), ("manager", "agent/in_production"), ("production", "agent/in_production"),
        ("finance", "agent/shipped"), ("other_agent", "other_agent/received"), ("packer", "packer/received"),
    ):  # fmt: skip
        write(by, orders[of], f"{by} says @{made.people['manager'].name} look at {orders[of].number}")
    for by, of in (("agent", "agent/shipped"), ("manager", "agent/shared"), ("packer", "packer/received")):
        write(by, orders[of], f"{by} to the customer", "customer", attached=[prepare(by.encode(), "note.txt")])
    for by in ("agent", "manager"):
        person = made.people[by]
        changed, gone = write(by, orders["agent/received"], "frist"), write(by, orders["agent/received"], "secret")
        with acting_as(for_user(person)):
            actions.edit(changed, by=person, text="first", version=1)
            actions.remove(gone, by=person)
    for by, name in (("agent", "agent 0"), ("manager", "packer 0"), ("manager", "agent 3")):
        write(by, Customer.objects.get(name=name), f"{by} of {name}", "customer" if name == "agent 3" else "internal")


FILL["threads_message"] = _threads
