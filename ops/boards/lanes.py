"""The board: the first cards of each lane, how many there are, and the cards that a live page asks about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlencode

from django.db.models import F, Sum
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString

from ops import clock
from ops.boards.ask import Ask, by_order
from ops.boards.cells import Row
from ops.boards.declare import Lanes, Part
from ops.boards.lists import look_of
from ops.boards.read import MOST_COUNTED, OneOf, Sorted, capped, count_words, counted, details, wanted
from ops.lifecycle import StageRow, life
from ops.numbers import count as spelled

CARDS = 30
SUMMED = 150  # a lane of more rows is counted, not added up: its head must not cost more than its cards
_MOST_STUCK = 100
_FAR = "9999-12-31"


@dataclass
class Lane:
    stage: StageRow
    list_url: str
    down: bool
    count: int = 0
    total: Decimal | None = None
    stuck: int = 0
    cards: list["Card"] = field(default_factory=list)

    @property
    def count_words(self) -> str:
        return count_words(self.count)

    @property
    def stuck_words(self) -> str:
        return count_words(self.stuck, _MOST_STUCK) if self.stuck else ""

    @property
    def drawn(self) -> SafeString:
        """All its cards: a template that loops over them takes as long as drawing them."""
        return SafeString("".join(card.html for card in self.cards))

    @property
    def more(self) -> str:
        """How many are not shown, or nothing."""
        if self.count <= CARDS:
            return ""
        return f"{spelled(MOST_COUNTED - 1 - CARDS)}+" if self.count >= MOST_COUNTED else spelled(self.count - CARDS)


@dataclass(frozen=True)
class Card:
    pk: int
    lane: str
    html: SafeString


def stages_for(lanes: Lanes, held: frozenset[str]) -> list[StageRow]:
    """All stages, but for whoever sees rows of some categories only: empty lanes for ever are no use to them."""
    narrowed: set[str] = set()
    if held.isdisjoint(lanes.wider):
        narrowed = {c for scope, categories in lanes.only.items() if scope in held for c in categories}
    return [stage for stage in life(lanes.noun).stages if not narrowed or stage.category in narrowed]


def lane_parts(ask: Ask, lanes: Lanes, stage: StageRow) -> list[Part]:
    """The rows of one lane; finished ones only for some days."""
    found = []
    for part in ask.parts:
        rows = lanes.live(part.rows).filter(stage=stage.key)
        if stage.category == "done":
            rows = rows.filter(**{f"{lanes.since}__gte": clock.now() - timedelta(days=lanes.days)})
        found.append(Part(rows, part.bounded))
    return found


def lane_order(lanes: Lanes, stage: StageRow, parts: Sequence[Part]) -> Sorted:
    """By the day they are wanted; finished ones newest first. As many as are counted, for one walk does both."""
    down = stage.category == "done"
    by = lanes.since if down else lanes.due
    rows = [
        part.rows.order_by(*(by_order(path, down=down, bounded=part.bounded) for path in (by, "pk"))) for part in parts
    ]
    return Sorted(rows, by, down, 0, MOST_COUNTED)


def sort_key(row: Row, lanes: Lanes, stage: StageRow) -> str:
    """Text that sorts as the lane does, for the page to put a card where it belongs."""
    day = row["since"] if stage.category == "done" else row["due"]
    return f"{day.isoformat() if day else _FAR} {row['pk']:015d}"


def board(ask: Ask, only: Sequence[int] | None = None) -> list[Lane]:
    """The lanes with their cards. With `only`, just the cards asked about, and those that fill the places of cards
    that may have left: a live page cannot know what stood below its last one."""
    lanes = ask.board.lanes
    assert lanes is not None
    stages = stages_for(lanes, ask.held)
    parts = {stage.key: lane_parts(ask, lanes, stage) for stage in stages}
    found = counted({stage.key: lane_order(lanes, stage, parts[stage.key]) for stage in stages}, SUMMED)
    look = look_of(ask)
    values = wanted(()) | dict(lanes.needs(ask.held)) | {"stage": "stage", "due": lanes.due, "since": lanes.since}
    first = [ids[:CARDS] for _, ids in found.values()]
    pks = [pk for lane in first for pk in (lane if only is None else _asked(lane, set(only)))]
    here = {
        stage.key: Lane(stage, _list_url(ask, stage.key), stage.category == "done", found[stage.key][0])
        for stage in stages
    }
    for key, total in _totals(ask, lanes, {key: ids for key, (count, ids) in found.items() if count <= SUMMED}).items():
        here[key].total = total
    for key, stuck in _stuck(lanes, stages, parts).items():
        here[key].stuck = stuck
    for row in details(ask, pks, values):
        lane = here.get(row["stage"])
        if lane is None:
            continue
        row["sort"] = sort_key(row, lanes, lane.stage)
        lane.cards.append(Card(row["pk"], lane.stage.key, SafeString(lanes.card(row, look))))
    return list(here.values())


def _stuck(lanes: Lanes, stages: Sequence[StageRow], parts: Mapping[str, list[Part]]) -> dict[str, int]:
    """How many stand longer in each lane than the shop allows: what its head warns of (A6)."""
    narrow = lanes.stuck
    if narrow is None:
        return {}
    limited = [stage.key for stage in stages if stage.limit_hours is not None]
    rows = {key: [Part(narrow(part.rows, key), part.bounded) for part in parts[key]] for key in limited}
    return capped(rows, _MOST_STUCK)


def _totals(ask: Ask, lanes: Lanes, ids: dict[str, list[int]]) -> dict[str, Decimal]:
    """What is in each of these lanes, added up by the database; nothing for who may not see amounts (A20).

    Asked by the ids that the lanes were found to have: a join of each lane would be planned and walked again.
    """
    if not lanes.sum or ask.held.isdisjoint(lanes.sum_scopes):
        return {}
    pks = [pk for lane in ids.values() for pk in lane]
    rows = ask.board.rows(ask.user).order_by().filter(OneOf(F("pk"), pks)).values("stage")
    totals = rows.annotate(total=Sum(lanes.sum)) if pks else []
    return {row["stage"]: row["total"] or Decimal(0) for row in totals}


def _asked(lane: list[int], only: set[int]) -> list[int]:
    """Of the first cards of a lane: those asked about, and as many from the foot of a full one."""
    foot = set(lane[-len(only) :]) if only and len(lane) == CARDS else set()
    return [pk for pk in lane if pk in only or pk in foot]


def _list_url(ask: Ask, stage: str) -> str:
    try:
        base = reverse(ask.board.url(ask.board.list_name))
    except NoReverseMatch:
        return ""
    pairs = [pair for pair in ask.pairs if pair[0] != "stage"]
    return f"{base}?{urlencode([*pairs, ('stage', stage)])}"
