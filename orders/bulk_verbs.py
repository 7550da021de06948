"""What many orders are put through at once: moved on, handed over. Each row answers for itself."""

from collections.abc import Callable, Sequence

from accounts.models import User
from ops.access.scopes import scopes_of
from ops.boards import Batch, Verb
from ops.errors import Refused
from ops.given import id_of, whole
from ops.lifecycle import life
from orders import actions
from orders.models import Order
from orders.stages import IN_PRODUCTION, READY_TO_SHIP, RECEIVED, SHIPPED

MOVERS = frozenset({"orders_all", "orders_own", "orders_floor"})


def people_with(*scopes: str) -> Callable[[User], list[tuple[str, str]]]:
    def options(user: User) -> list[tuple[str, str]]:
        rows = User.objects.visible_to(user).filter(scopes__overlap=list(scopes)).order_by("name", "pk")
        return [(str(pk), name) for pk, name in rows.values_list("pk", "name")]

    return options


SELLERS = people_with("orders_own", "orders_all")
# What an order must have before these moves; one tracking number cannot be given to many.
_NEEDS = {(RECEIVED, IN_PRODUCTION): "assignee_id", (READY_TO_SHIP, SHIPPED): "tracking_number"}
_MAKERS = people_with("orders_floor")


def _moves(user: User) -> list[tuple[str, str]]:
    """The stages this person may move any order to, forwards; production also with who makes it."""
    here, scopes = life("order"), scopes_of(user)
    targets = {a.to_stage for a in here.arrows if a.from_stage and not a.undo and not scopes.isdisjoint(a.scopes)}
    found = [(stage.key, stage.label) for stage in here.stages if stage.key in targets]
    if IN_PRODUCTION in targets:
        made = dict(found)[IN_PRODUCTION]
        found += [(f"{IN_PRODUCTION}:{pk}", f"{made}, made by {name}") for pk, name in _MAKERS(user)]
    return found


def _moves_among(user: User, pks: Sequence[int]) -> list[tuple[str, str]]:
    """Of those, what at least one of these orders can do as it stands; production is asked for with the move."""
    here, scopes = life("order"), scopes_of(user)
    rows = Order.objects.visible_to(user).filter(pk__in=pks, cancelled_at=None, held_at=None)
    if scopes.isdisjoint({"orders_all", "orders_floor"}):
        rows = rows.filter(agent=user)
    makers = {f"{IN_PRODUCTION}:{pk}" for pk, _ in _MAKERS(user)}
    can: set[str] = set()
    for row in rows:
        for arrow in here.moves(row.stage, scopes):
            if not arrow.undo and _has_what_it_needs(row, arrow.to_stage):
                can.add(arrow.to_stage)
            if (row.stage, arrow.to_stage) == (RECEIVED, IN_PRODUCTION):
                can |= makers
    return [(key, label) for key, label in _moves(user) if key in can]


def _has_what_it_needs(order: Order, to: str) -> bool:
    needs = _NEEDS.get((order.stage, to))
    return needs is None or bool(getattr(order, needs))


def _move(order: Order, by: User, choice: str) -> str:
    to, _, maker = choice.partition(":")
    if order.stage == to:
        raise Refused(f"{order.number} is there already.")
    needs = {"assignee": User.objects.get(pk=id_of(maker))} if maker else {}
    return str(actions.move_order(order, by=by, to=to, **needs).version)


def _move_back(order: Order, by: User, version: str) -> object:
    seen = whole(version, digits=9)
    if seen is None:
        raise Refused("There is nothing in that to take back.")
    return actions.undo_move(order, by=by, version=seen)


def _assign(order: Order, by: User, agent: str) -> str:
    before = order.agent_id
    if str(before) == agent:
        raise Refused(f"{order.number} is theirs already.")
    return f"{before}.{actions.assign_agent(order, by=by, agent=User.objects.get(pk=agent)).version}"


def _assign_back(order: Order, by: User, token: str) -> object:
    """Back to the agent before, unless somebody has worked on the order since."""
    agent, _, version = token.partition(".")
    before = User.objects.filter(pk=agent).first() if agent.isdecimal() else None
    if before is None or not version.isdecimal():
        raise Refused(f"{order.number} cannot be handed back: what it was before is not known.")
    return actions.assign_agent(order, by=by, agent=before, version=int(version))


CHANGES: list[Verb | Batch] = [
    Verb("move", "Move", "moved to", "arrow-right", _move, _moves, "Move them to", _move_back, scopes=MOVERS,
         among=_moves_among),
    Verb("assign", "Hand over", "handed to", "user-round-check", _assign, SELLERS,
         "Hand them to", _assign_back, scopes={"orders_all"}),
]  # fmt: skip
