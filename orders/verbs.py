"""What somebody may do to one order now: declared once, drawn by its page, offered by the palette (X1)."""

from dataclasses import dataclass, field

from django.forms import Form
from django.http import QueryDict
from django.urls import reverse

from accounts.models import User
from ops import clock
from ops.access.scopes import scopes_of
from ops.lifecycle import ArrowDef, life
from orders import forms
from orders.actions import way_back
from orders.models import Order
from orders.stages import DELIVERED, IN_PRODUCTION, READY_TO_SHIP, SHIPPED


@dataclass(frozen=True)
class Ask:
    """The form that a verb opens on the order's page before it acts: its title, its button."""

    form: type[Form]
    title: str
    button: str
    risk: bool = False


@dataclass(frozen=True)
class Verb:
    """`label` is on the button of the order's page, `named` says the same where the order is not on screen.

    `opens` where the page itself draws the form; a verb with neither that nor `ask` is done by one press. `to` is the
    stage that a move leads to.
    """

    key: str
    label: str
    named: str
    icon: str
    ask: Ask | None = None
    opens: bool = False
    to: str = ""

    @property
    def url_name(self) -> str:
        return f"orders:{self.key}"

    @property
    def asks(self) -> bool:
        return self.opens or self.ask is not None

    @property
    def risk(self) -> bool:
        return self.ask is not None and self.ask.risk


_DECLARED = (
    Verb("start", "Start production", "Start production of {}", icon="hammer",
         ask=Ask(forms.StartForm, "Start production", "Start production"), to=IN_PRODUCTION),
    Verb("ready", "Mark ready to ship", "Mark {} ready to ship", icon="package-check", to=READY_TO_SHIP),
    Verb("ship", "Ship", "Ship {}", icon="truck", ask=Ask(forms.ShipForm, "Ship it", "Ship"), to=SHIPPED),
    Verb("deliver", "Mark delivered", "Mark {} delivered", icon="circle-check", to=DELIVERED),
    Verb("release", "Release", "Release {} from hold", icon="play"),
    Verb("edit", "Edit details", "Edit {}", icon="pencil", opens=True),
    Verb("costs", "Set costs", "Set the costs of {}", icon="coins", opens=True),
    Verb("hand_over", "Hand over", "Hand {} over", icon="user-round-check",
         ask=Ask(forms.HandOverForm, "Hand over", "Hand over")),
    Verb("hold", "Put on hold", "Put {} on hold", icon="pause", ask=Ask(forms.HoldForm, "Put on hold", "Hold")),
    Verb("link", "Link for the customer", "Make a link for the customer of {}", icon="link"),
    Verb("undo", "Take the last move back", "Take the last move of {} back", icon="undo-2"),
    Verb("cancel", "Cancel order", "Cancel {}", icon="ban",
         ask=Ask(forms.ReasonForm, "Cancel the order", "Cancel order", risk=True)),
)  # fmt: skip
VERBS = {verb.key: verb for verb in _DECLARED}
_MOVES = {verb.to: verb for verb in _DECLARED if verb.to}


@dataclass(frozen=True)
class Offer:
    """One verb on one order: a form to open at `url`, or an address to `post` to with the version that was seen."""

    verb: Verb
    order: Order

    @property
    def url(self) -> str:
        there = reverse("orders:order_detail", args=[self.order.pk])
        asked = QueryDict(mutable=True)
        asked["do"] = self.verb.key
        return f"{there}?{asked.urlencode()}" if self.verb.asks else there

    @property
    def post(self) -> str:
        return "" if self.verb.asks else reverse(self.verb.url_name, args=[self.order.pk])

    @property
    def named(self) -> str:
        return self.verb.named.format(self.order.number) + ("…" if self.verb.asks else "")


@dataclass
class Offers:
    """Everything this person may do to this order now. `undo_now` while the move is so new that it stands first."""

    may: frozenset[str] = frozenset()
    main: Offer | None = None
    undo: ArrowDef | None = None
    undo_now: bool = False
    every: list[Offer] = field(default_factory=list)

    @property
    def menu(self) -> list[Offer]:
        """What stands behind the three dots: neither the main verb nor what has a button of its own."""
        apart = {"release"} | ({"undo"} if self.undo_now else set())
        return [one for one in self.every if not one.verb.to and one.verb.key not in apart]


def offers_for(order: Order, user: User) -> Offers:
    """One query, for where the order came from; none when it cannot move."""
    scopes = scopes_of(user)
    found = Offers(may=_may(order, user, scopes))
    _moves(found, order, scopes)
    keys = found.may | ({"undo"} if found.undo else set()) | ({found.main.verb.key} if found.main else set())
    found.every = [Offer(verb, order) for verb in _DECLARED if verb.key in keys]
    return found


def _may(order: Order, user: User, scopes: frozenset[str]) -> frozenset[str]:
    """Which verbs this person has on this order, besides its moves."""
    may: set[str] = set()
    works = "orders_all" in scopes or ("orders_own" in scopes and order.agent_id == user.pk)
    if order.cancelled_at is None and works:
        may |= {"edit", "link", "release" if order.held_at else "hold"}
        if life("order").stage(order.stage).category not in {"moving", "done"}:
            may.add("cancel")
        if "orders_all" in scopes:
            may.add("hand_over")
    elif order.cancelled_at is None and "orders_floor" in scopes:
        may.add("edit")
    if "costs_all" in scopes:
        may.add("costs")
    return frozenset(may)


def _moves(found: Offers, order: Order, scopes: frozenset[str]) -> None:
    if order.cancelled_at or order.held_at or not (found.may & {"edit", "hold"}):
        return
    here, back = life("order"), way_back(order)
    onward = [arrow for arrow in here.moves(order.stage, scopes) if not arrow.undo]
    if onward and (verb := _MOVES.get(onward[0].to_stage)):
        found.main = Offer(verb, order)
    for arrow in here.moves(order.stage, scopes):
        if arrow == back and not _too_late(order, arrow, scopes):
            found.undo, found.undo_now = arrow, _is_fresh(order, arrow)


def _too_late(order: Order, arrow: ArrowDef, scopes: frozenset[str]) -> bool:
    if arrow.within_minutes is None or not scopes.isdisjoint(arrow.late_scopes):
        return False
    return not _is_fresh(order, arrow)


def _is_fresh(order: Order, arrow: ArrowDef) -> bool:
    """Whether the last move is so new that whoever made it may still take it back: it is offered beside the next."""
    waited = (clock.now() - order.stage_since).total_seconds()
    return arrow.within_minutes is not None and waited <= arrow.within_minutes * 60
