"""Lives the plan: each step is one transaction, done by its person at its time, through their verb."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connection, transaction

from accounts.actions import add_person
from accounts.models import User
from catalog.models import Category, Product
from ops import clock
from ops.db.actor import Actor, acting_as, for_user
from ops.editing import as_text
from ops.models import Event, OutboxMail, RunOnce
from orders import actions, editing
from orders.demo import goods
from orders.demo.people import DOMAIN, PASSWORD, Person
from orders.demo.plan import DAYS, Step
from orders.intake import storefront
from orders.intake.keys import make_key
from orders.intake.models import IntakeKey
from orders.models import Order, OrderCosting

Say = Callable[[str], None]


@contextmanager
def moment(at: datetime, actor: Actor | None) -> Iterator[None]:
    """One transaction at that time of the shop's life. PostgreSQL believes the clock of its owner only (ruling 11)."""
    with acting_as(actor), transaction.atomic(), clock.moved_to(at):
        with connection.cursor() as cursor:
            cursor.execute("select set_config('ops.clock', %s, true)", [at.isoformat()])
        yield


def demo_people() -> list[User]:
    return list(User.objects.filter(email__endswith=f"@{DOMAIN}").order_by("role__position", "pk"))


def started() -> datetime | None:
    """When this shop was begun: the day its three months end on, also for a run that goes on with it."""
    return RunOnce.objects.filter(kind="demo", key="started").values_list("at", flat=True).first()


def is_finished() -> bool:
    return RunOnce.objects.filter(kind="demo", key="finished").exists()


def finish() -> None:
    RunOnce.objects.create(kind="demo", day=clock.today(), key="finished")


def has_demo_password(user: User) -> bool:
    """Whether the password is still the one they were hired with."""
    return user.credential.changed_at < user.joined_at + timedelta(minutes=1)


def hire(staff: tuple[Person, ...], now: datetime) -> None:
    """The people, and the goods on the shelf: all or nothing."""
    with moment(now - timedelta(days=DAYS + 3), None):
        for person in staff:
            if not User.objects.filter(email=person.email).exists():
                add_person(email=person.email, name=person.name, role=person.role, by=None, password=PASSWORD)
        if started() is None:
            RunOnce.objects.create(kind="demo", day=clock.today(), key="started", at=now)
        for category, products in goods.CATALOGUE.items():
            kind, _ = Category.objects.get_or_create(name=category)
            for position, (name, price) in enumerate(products, start=1):
                sku = f"{category[:3].upper()}-{position:02}"
                Product.objects.get_or_create(sku=sku, defaults={"name": name, "category": kind, "price": price})
        if not IntakeKey.objects.filter(name=storefront.NAME).exists():
            make_key(by=None, name=storefront.NAME, secret=storefront.demo_secret())


def live(plan: list[Step], say: Say) -> None:
    """Every step that has not been lived yet."""
    # A demo that is lost with the power is made again; waiting for the disk 1,300 times is not worth it.
    with connection.cursor() as cursor:
        cursor.execute("set synchronous_commit = off")
    staff = {user.email: user for user in demo_people()}
    products = {product.name: product for product in Product.objects.select_related("category")}
    done = dict(Event.objects.filter(request__startswith="demo:").values_list("request", "subject_id"))
    orders = {int(request.split(":")[1]): pk for request, pk in done.items() if request.endswith(":receive")}
    for position, step in enumerate(plan, start=1):
        if step.key not in done:
            by = staff[step.by.email]
            with moment(step.at, for_user(by, request=step.key)):
                if step.verb == "receive":
                    orders[step.order] = _receive(step, by, products).pk
                else:
                    _VERBS[step.verb](Order.objects.get(pk=orders[step.order]), by, step, staff)
        if position % 250 == 0:
            say(f"  {position} of {len(plan)} steps: it is {step.at:%-d %B} in the shop")
    # Their buyers do not exist: what was written to them counts as sent.
    OutboxMail.objects.filter(state=OutboxMail.State.WAITING, recipient__endswith=".example").update(
        state=OutboxMail.State.SENT, sent_at=clock.now(), attempts=1
    )


def _receive(step: Step, by: User, products: dict[str, Product]) -> Order:
    said = step.said
    buyer: goods.Buyer = said["buyer"]
    return actions.receive_order(
        by=by,
        customer=actions.CustomerInput(buyer.name, buyer.phone, buyer.email, buyer.city),
        lines=[actions.LineInput(name, qty, price, off, products.get(name)) for name, qty, price, off in said["lines"]],
        promise_on=said["promise"],
        channel=said["channel"],
        rush=said["rush"],
        note=said["note"],
    )


def _start(order: Order, by: User, step: Step, staff: dict[str, User]) -> None:
    actions.start_production(order, by=by, assignee=staff[step.said["assignee"].email])


def _shown(row: Order | OrderCosting, step: Step) -> dict[str, str]:
    """What the form would have shown before the edit."""
    return {name: as_text(getattr(row, name)) for name in step.said}


def _edit(order: Order, by: User, step: Step, staff: dict[str, User]) -> None:
    editing.edit_order(order, by=by, values=step.said, was=_shown(order, step))


def _costs(order: Order, by: User, step: Step, staff: dict[str, User]) -> None:
    costing = OrderCosting.objects.get(pk=order.pk)
    editing.set_costs(order, by=by, values=step.said, was=_shown(costing, step))


def _share(order: Order, by: User, step: Step, staff: dict[str, User]) -> None:
    actions.share_order(order, by=by, colleague=staff[step.said["colleague"].email])


_VERBS: dict[str, Callable[[Order, User, Step, dict[str, User]], object]] = {
    "start": _start,
    "ready": lambda order, by, *_: actions.mark_ready(order, by=by),
    "undo": lambda order, by, *_: actions.undo_move(order, by=by),
    "ship": lambda order, by, step, _: actions.ship_order(order, by=by, **step.said),
    "deliver": lambda order, by, *_: actions.deliver_order(order, by=by),
    "hold": lambda order, by, step, _: actions.hold_order(order, by=by, **step.said),
    "release": lambda order, by, *_: actions.release_order(order, by=by),
    "cancel": lambda order, by, step, _: actions.cancel_order(order, by=by, **step.said),
    "edit": _edit,
    "costs": _costs,
    "share": _share,
}
