"""The verbs behind the steps of the plan: each as somebody who works here would call it."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from accounts.models import User
from catalog.models import Product
from customers import actions as customers
from customers import editing as customer_editing
from customers import merge_actions
from customers.models import Customer
from ops import clock
from ops.db.actor import acting_as, task
from ops.files import actions as files
from ops.files.intake import Content
from ops.files.models import File
from orders import actions, editing, parts, waking
from orders.demo import goods, loading, stocking
from orders.demo.lives import Step
from orders.demo.talking import say
from orders.intake import deliveries, signature, storefront
from orders.intake.models import IntakeKey
from orders.letters import actions as letters
from orders.models import Order, Shipment
from orders.quotes import actions as quotes
from orders.quotes import answers
from orders.quotes.models import Quote, QuoteOrder


@dataclass
class Stage:
    """Whom and what the steps need: people by address, articles by name, and what has been made so far by thing."""

    staff: dict[str, User]
    products: dict[str, Product]
    contents: dict[str, Content] = field(default_factory=dict)
    made: dict[str, int] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    storefront: IntakeKey | None = None

    def order(self, thing: str) -> Order:
        """Only its name: every verb reads the row anew, under its lock."""
        return Order(pk=self.made[thing], number=thing)

    def quote(self, thing: str) -> Quote:
        return Quote(pk=self.made[thing], number=thing)

    def customer(self, thing: str) -> Customer:
        return Customer.objects.get(orders=self.made[thing])

    def lines(self, said: list[tuple[str, Decimal, Decimal, Decimal]]) -> list[actions.LineInput]:
        return [actions.LineInput(name, qty, price, off, self.products.get(name)) for name, qty, price, off in said]


def _typed(buyer: goods.Buyer) -> actions.CustomerInput:
    return actions.CustomerInput(buyer.name, buyer.phone, buyer.email, buyer.city)


# --- orders -------------------------------------------------------------------------------------------------------


def _receive(stage: Stage, step: Step, by: User) -> None:
    said = step.said
    buyer: goods.Buyer = said["buyer"]
    before = stage.made.get(said["copied_from"] or "")
    order = actions.receive_order(
        by=by, customer=_typed(buyer), lines=stage.lines(said["lines"]), promise_on=said["promise"], rush=said["rush"],
        agent=stage.staff[said["agent"].email] if said["agent"] else None, channel=said["channel"], note=said["note"],
        currency=buyer.currency, rate=buyer.rate,
        copied_from=Order.objects.filter(pk=before).first() if before else None,
    )  # fmt: skip
    stage.made[step.thing] = order.pk


def _deliver(stage: Stage, step: Step, lines: list[dict[str, str]]) -> deliveries.Answer:
    """As the storefront itself would send it: signed JSON to the door of the intake."""
    assert stage.storefront is not None
    said, buyer = step.said, step.said["buyer"]
    body = json.dumps({
        "id": said["number"], "lines": lines, "promise_on": said["promise"].isoformat(),
        "customer": {"name": buyer.name, "phone": buyer.phone, "email": buyer.email, "city": buyer.city},
    }).encode()  # fmt: skip
    message, sent = f"msg_{said['number']}", int(clock.now().timestamp())
    signed = signature.sign(storefront.demo_secret(), message, sent, body)
    envelope = deliveries.Envelope(stage.storefront.public, message, str(sent), signed)
    return deliveries.take(envelope, body, request=step.key)


def _arrive(stage: Stage, step: Step, by: User) -> None:
    lines = [
        {"sku": stage.products[name].sku, "quantity": str(quantity), "unit_price": str(price)}
        for name, quantity, price, _ in step.said["lines"]
    ]
    answer = _deliver(stage, step, lines)
    if answer.status != 201:
        raise RuntimeError(f"{step.key}: the intake answered {answer.body}")
    stage.made[step.thing] = Order.objects.values_list("pk", flat=True).get(number=answer.body["order"])


def _refused(stage: Stage, step: Step, by: User) -> None:
    """An article that the storefront still shows and the shop no longer makes."""
    _deliver(stage, step, [{"sku": "OLD-07", "quantity": "1", "unit_price": "9500"}])


def _start(stage: Stage, step: Step, by: User) -> None:
    actions.start_production(stage.order(step.thing), by=by, assignee=stage.staff[step.said["assignee"].email])


def _ship_part(stage: Stage, step: Step, by: User) -> None:
    pk, said = stage.made[step.thing], dict(step.said)
    at_place = {line.position: line.pk for line in Order(pk=pk).lines.all()}
    wanted = {at_place[place]: quantity for place, quantity in said.pop("quantities").items()}
    parts.ship_part(stage.order(step.thing), by=by, quantities=wanted, **said)


def _parcel_back(stage: Stage, step: Step, by: User) -> None:
    out = Shipment.objects.filter(order=stage.made[step.thing], taken_back_at=None).order_by("-position").first()
    if out is not None:
        parts.take_parcel_back(stage.order(step.thing), by=by, parcel=out.pk)


def _edit(stage: Stage, step: Step, by: User) -> None:
    said = dict(step.said)
    if "assignee" in said:
        said["assignee"] = stage.staff[said["assignee"].email]
    editing.edit_order(stage.order(step.thing), by=by, values=said, was={})


def _costs(stage: Stage, step: Step, by: User) -> None:
    editing.set_costs(stage.order(step.thing), by=by, values=step.said, was={})


def _share(stage: Stage, step: Step, by: User) -> None:
    actions.share_order(stage.order(step.thing), by=by, colleague=stage.staff[step.said["colleague"].email])


def _hand_over(stage: Stage, step: Step, by: User) -> None:
    actions.assign_agent(stage.order(step.thing), by=by, agent=stage.staff[step.said["to"].email])


def _photo(stage: Stage, step: Step, by: User) -> None:
    content = stage.contents[step.said["picture"]]
    files.keep(content, by=by, noun="order", subject_id=stage.made[step.thing], stage="in_production")


def _sheet(stage: Stage, step: Step, by: User) -> None:
    files.keep(stage.contents["sheet"], by=by, noun="order", subject_id=stage.made[step.thing], visibility="sales")


def _unphoto(stage: Stage, step: Step, by: User) -> None:
    kept = File.objects.of("order", stage.made[step.thing]).filter(kind="photo").first()
    if kept is not None:
        files.remove_file(kept, by=by, reason=step.said["reason"])


# --- customers ----------------------------------------------------------------------------------------------------


def _about(stage: Stage, step: Step, by: User) -> None:
    customer_editing.edit_customer(stage.customer(step.thing), by=by, values=step.said, was={})


def _contact(stage: Stage, step: Step, by: User) -> None:
    customers.add_contact(stage.customer(step.thing), by=by, **step.said)


def _silence(stage: Stage, step: Step, by: User) -> None:
    letters.silence(stage.customer(step.thing), by=by)


def _merge(stage: Stage, step: Step, by: User) -> None:
    kept, gone = stage.customer(step.said["kept"]), stage.customer(step.thing)
    if kept.pk != gone.pk:
        merge_actions.merge_customers(kept, gone, by=by)


# --- quotes -------------------------------------------------------------------------------------------------------


def _offer(stage: Stage, said: dict[str, Any]) -> quotes.OfferInput:
    buyer: goods.Buyer = said["buyer"]
    valid_until, promise = said["days"]
    return quotes.OfferInput(
        _typed(buyer), stage.lines(said["lines"]), valid_until, promise, said["channel"],
        said["rush"], said["note"], said["terms"], buyer.currency, buyer.rate,
    )  # fmt: skip


def _draft(stage: Stage, step: Step, by: User) -> None:
    stage.made[step.thing] = quotes.draft_quote(_offer(stage, step.said), by=by).pk


def _redraft(stage: Stage, step: Step, by: User) -> None:
    quotes.edit_draft(stage.quote(step.thing), _offer(stage, step.said), by=by)


def _send(stage: Stage, step: Step, by: User) -> None:
    _, stage.links[step.thing] = quotes.send_quote(stage.quote(step.thing), by=by)


def _accept(stage: Stage, step: Step, by: User) -> None:
    answers.accept_quote(stage.quote(step.thing), by=by, name=step.said["name"])
    _note_order(stage, step)


def _accept_link(stage: Stage, step: Step, by: User) -> None:
    token = _link(stage, step, by)
    with acting_as(None):
        answers.accept_by_link(token, name=step.said["name"], request=step.key)
    _note_order(stage, step)


def _decline(stage: Stage, step: Step, by: User) -> None:
    token = _link(stage, step, by)
    with acting_as(None):
        answers.decline_by_link(token, name=step.said["name"], reason=step.said["reason"], request=step.key)


def _link(stage: Stage, step: Step, by: User) -> str:
    """The link that was sent; a demo that was interrupted in between has forgotten it, and a new one is made."""
    return stage.links.get(step.thing) or quotes.make_link(stage.quote(step.thing), by=by)


def _note_order(stage: Stage, step: Step) -> None:
    pk = stage.made[step.thing]
    stage.made[f"o{step.thing}"] = QuoteOrder.objects.values_list("order_id", flat=True).get(quote=pk)


# --- the shop's own jobs ------------------------------------------------------------------------------------------


def _wake(stage: Stage, step: Step, by: User) -> None:
    with acting_as(task("wake", step.key)):
        waking.wake_held(clock.today())


def _expire(stage: Stage, step: Step, by: User) -> None:
    with acting_as(task("quotes", step.key)):
        answers.expire_quotes()


Verb = Callable[[Stage, Step, User], object]


def _on_order(verb: Callable[..., object]) -> Verb:
    return lambda stage, step, by: verb(stage.order(step.thing), by=by, **step.said)


VERBS: dict[str, Verb] = {
    "receive": _receive, "arrive": _arrive, "refused": _refused, "start": _start, "edit": _edit, "costs": _costs,
    "ready": _on_order(actions.mark_ready), "undo": _on_order(actions.undo_move), "share": _share,
    "ship": _on_order(actions.ship_order), "ship_part": _ship_part, "parcel_back": _parcel_back,
    "deliver": _on_order(actions.deliver_order), "hold": _on_order(actions.hold_order),
    "release": _on_order(actions.release_order), "cancel": _on_order(actions.cancel_order), "hand_over": _hand_over,
    "say": say,
    "photo": _photo, "sheet": _sheet, "unphoto": _unphoto, "about": _about, "contact": _contact, "silence": _silence,
    "merge": _merge, "draft": _draft, "redraft": _redraft, "send": _send, "accept": _accept,
    "lose": lambda stage, step, by: quotes.lose_quote(stage.quote(step.thing), by=by, **step.said),
    "revise": lambda stage, step, by: quotes.revise_quote(stage.quote(step.thing), by=by), "accept_link": _accept_link,
    "decline": _decline, "wake": _wake, "expire": _expire, **stocking.VERBS,
    **loading.VERBS,
}  # fmt: skip
