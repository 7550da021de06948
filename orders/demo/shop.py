"""Lives the plan: each step is done by its person at its time, through their verb; several steps a transaction."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import batched

from django.db import connection, transaction
from django.db.models import F

from accounts.actions import add_person
from accounts.models import User
from catalog.models import Category, Product
from ops import clock
from ops.db.actor import Actor, acting_as, for_user
from ops.files.intake import prepare
from ops.models import Event, OutboxMail, RunOnce
from ops.notices.models import Letter, Notice
from orders.demo import goods, people, pictures
from orders.demo.lives import Step
from orders.demo.people import DOMAIN, PASSWORD, Person
from orders.demo.verbs import VERBS, Stage, Verb
from orders.intake import storefront
from orders.intake.keys import make_key
from orders.intake.models import IntakeKey
from orders.models import Order
from orders.quotes.models import Quote

Say = Callable[[str], None]
# So many steps are kept or lost together: the checks at the end of a transaction cost as much as a step does.
_TOGETHER = 20
_TELL_EVERY = 500


@contextmanager
def moment(at: datetime, actor: Actor | None) -> Iterator[None]:
    """Inside a transaction, another time. PostgreSQL believes the clock of its owner only (ruling 11)."""
    with acting_as(actor), clock.moved_to(at):
        with connection.cursor() as cursor:
            cursor.execute("select set_config('ops.clock', %s, true)", [at.isoformat()])
        yield


def demo_people() -> list[User]:
    return list(User.objects.filter(email__endswith=f"@{DOMAIN}").order_by("role__position", "pk"))


def started() -> datetime | None:
    """When this shop was begun: the day its months end on, also for a run that goes on with it."""
    return RunOnce.objects.filter(kind="demo", key="started").values_list("at", flat=True).first()


def size_begun() -> str:
    """The size that it was begun with; a demo from before sizes was small."""
    begun = RunOnce.objects.filter(kind="demo", key__startswith="size:").values_list("key", flat=True).first()
    return begun.partition(":")[2] if begun else "small" if started() else ""


def is_finished() -> bool:
    return RunOnce.objects.filter(kind="demo", key="finished").exists()


def finish() -> None:
    RunOnce.objects.create(kind="demo", day=clock.today(), key="finished")


def has_demo_password(user: User) -> bool:
    """Whether the password is still the one they were hired with."""
    return user.credential.changed_at < user.joined_at + timedelta(minutes=1)


@transaction.atomic
def hire(staff: tuple[Person, ...], now: datetime, days: int, size: str = "") -> None:
    """The people, and the goods on the shelf: all or nothing."""
    with moment(now - timedelta(days=days + 3), None):
        for person in staff:
            if not User.objects.filter(email=person.email).exists():
                add_person(email=person.email, name=person.name, role=person.role, by=None, password=PASSWORD)
        if started() is None:
            RunOnce.objects.create(kind="demo", day=clock.today(), key="started", at=now)
            RunOnce.objects.create(kind="demo", day=clock.today(), key=f"size:{size or 'small'}")
        for category, products in goods.CATALOGUE.items():
            kind, _ = Category.objects.get_or_create(name=category)
            for position, (name, price) in enumerate(products, start=1):
                sku = f"{category[:3].upper()}-{position:02}"
                Product.objects.get_or_create(sku=sku, defaults={"name": name, "category": kind, "price": price})
        if not IntakeKey.objects.filter(name=storefront.NAME).exists():
            make_key(by=None, name=storefront.NAME, secret=storefront.demo_secret())


def live(plan: Sequence[Step], say: Say, more: Mapping[str, Verb] | None = None) -> None:
    """Every step that has not been lived yet. `more` are verbs of floors above."""
    # A demo that is lost with the power is made again; waiting for the disk ten thousand times is not worth it.
    with connection.cursor() as cursor:
        cursor.execute("set synchronous_commit = off")
    verbs = VERBS | dict(more or {})
    lived = _lived()
    stage = _stage(plan)
    rest = [step for step in plan if step.key not in lived]
    done, told = len(plan) - len(rest), 0
    for steps in batched(rest, _TOGETHER):
        with transaction.atomic():
            for step in steps:
                _live(step, stage, verbs)
        done += len(steps)
        if done - told >= _TELL_EVERY:
            told = done
            say(f"  {done:,} of {len(plan):,} steps: it is {steps[-1].at:%-d %B} in the shop")
    settle()


def _live(step: Step, stage: Stage, verbs: Mapping[str, Verb]) -> None:
    """A step of nobody of the staff is begun by the agent whose order or quote it is."""
    by = stage.staff.get(step.by.email)
    if by is None and step.by is not people.SHOP and step.thing in stage.made:
        rows = Quote.objects if step.thing.startswith("q") else Order.objects
        agent = rows.filter(pk=stage.made[step.thing]).values_list("agent__email", flat=True).get()
        by = stage.staff[agent]
    with moment(step.at, for_user(by, request=step.key) if by else None):
        verbs[step.verb](stage, step, by or stage.staff[people.OWNER.email])


def _lived() -> set[str]:
    return set(Event.objects.filter(request__startswith="demo:").values_list("request", flat=True))


def _stage(plan: Sequence[Step]) -> Stage:
    made: dict[str, int] = {}
    found = Event.objects.filter(
        request__startswith="demo:", kind__in=("order.received", "order.arrived", "quote.drafted")
    )
    for kind, request, pk in found.values_list("kind", "request", "subject_id"):
        thing = request.split(":")[1]
        made[f"o{thing}" if kind.startswith("order.") and thing.startswith("q") else thing] = pk
    contents = {}
    if any(step.verb == "photo" for step in plan):
        contents = {name: prepare(pictures.picture(name), f"{name}.jpg") for name in pictures.PICTURES}
        contents["sheet"] = prepare(pictures.sheet("this order"), "measures.txt")
    return Stage(
        staff={user.email: user for user in demo_people()},
        products={product.name: product for product in Product.objects.select_related("category")},
        contents=contents, made=made, storefront=IntakeKey.objects.filter(name=storefront.NAME).first(),
    )  # fmt: skip


def settle() -> None:
    """Nothing of these months is mailed now: their buyers do not exist, and what happened then is no news.

    Mails that were written in their time count as sent in their time; those still owed are dropped, and say why.
    """
    ours = OutboxMail.objects.filter(state=OutboxMail.State.WAITING, recipient__endswith=".example")
    ours.update(state=OutboxMail.State.SENT, sent_at=F("queued_at"), attempts=1)
    owed = Letter.objects.filter(state=Letter.State.DUE)
    owed.update(state=Letter.State.DROPPED, why="the buyers of the demo shop do not exist")
    Notice.objects.filter(mail=True, mailed_at=None).update(mail=False)
