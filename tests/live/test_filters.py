"""Leak channel 5: what the live channel says, and to whom. Each line is one viewer and one notification."""

import pytest

from ops.live.filters import Reach, heard, reach
from ops.live.notes import read

FLOOR_STAGES = ["in_production", "ready_to_ship"]
ME, OTHER = 17, 18

WHOLE, WITHOUT_ID, NOTHING = "whole", "without its id", "nothing"

MINE = "order 5 received received 17"
SHARED_WITH_ME = "order 5 received received 18,17"
TAKEN_FROM_ME = "order 5 shipped shipped 18,17"
THEIRS = "order 5 received received 18"
THEIRS_WHOSE_NUMBER_HOLDS_MINE = "order 5 received received 117,178,171"
NOBODYS = "order 5 received - -"
TOO_MANY_VIEWERS = "order 5 received received *"
STARTED = "order 5 in_production received 18"
ON_THE_FLOOR = "order 5 ready_to_ship in_production 18"
LEFT_THE_FLOOR = "order 5 shipped ready_to_ship 18"
DELETED_ON_THE_FLOOR = "order 5 - ready_to_ship 18"
DELETED_ELSEWHERE = "order 5 - delivered 18"
FAR_FROM_THE_FLOOR = "order 5 delivered shipped 18"
LOOKS_LIKE_THE_FLOOR = "order 5 in_production_2 - 18"
BULK = "order * * * *"
BULK_NAMING_ME = "order * * * 17"
OTHER_NOUN = "sample 5 received received 17"

EVERY_ORDER_NOTE = [
    MINE, SHARED_WITH_ME, TAKEN_FROM_ME, THEIRS, NOBODYS, TOO_MANY_VIEWERS, STARTED, ON_THE_FLOOR, LEFT_THE_FLOOR,
    DELETED_ON_THE_FLOOR, DELETED_ELSEWHERE, FAR_FROM_THE_FLOOR, BULK,
]  # fmt: skip

OWN_CASES = [
    ({"orders_own"}, MINE, WHOLE),
    ({"orders_own"}, SHARED_WITH_ME, WHOLE),
    ({"orders_own"}, TAKEN_FROM_ME, WHOLE),
    ({"orders_own"}, THEIRS, NOTHING),
    ({"orders_own"}, THEIRS_WHOSE_NUMBER_HOLDS_MINE, NOTHING),
    ({"orders_own"}, NOBODYS, NOTHING),
    ({"orders_own"}, TOO_MANY_VIEWERS, WITHOUT_ID),
    ({"orders_own"}, ON_THE_FLOOR, NOTHING),
    ({"orders_own"}, BULK, WITHOUT_ID),
    ({"orders_own"}, BULK_NAMING_ME, WITHOUT_ID),
    ({"orders_own"}, OTHER_NOUN, NOTHING),
]
FLOOR_CASES = [
    ({"orders_floor"}, STARTED, WHOLE),
    ({"orders_floor"}, ON_THE_FLOOR, WHOLE),
    ({"orders_floor"}, LEFT_THE_FLOOR, WHOLE),
    ({"orders_floor"}, DELETED_ON_THE_FLOOR, WHOLE),
    ({"orders_floor"}, DELETED_ELSEWHERE, NOTHING),
    ({"orders_floor"}, FAR_FROM_THE_FLOOR, NOTHING),
    ({"orders_floor"}, LOOKS_LIKE_THE_FLOOR, NOTHING),
    ({"orders_floor"}, MINE, NOTHING),
    ({"orders_floor"}, TOO_MANY_VIEWERS, NOTHING),
    ({"orders_floor"}, BULK, WITHOUT_ID),
    ({"orders_floor"}, OTHER_NOUN, NOTHING),
]
BOTH_CASES = [
    ({"orders_floor", "orders_own"}, MINE, WHOLE),
    ({"orders_floor", "orders_own"}, ON_THE_FLOOR, WHOLE),
    ({"orders_floor", "orders_own"}, THEIRS, NOTHING),
    ({"orders_floor", "orders_own"}, FAR_FROM_THE_FLOOR, NOTHING),
    ({"orders_floor", "orders_own"}, TOO_MANY_VIEWERS, WITHOUT_ID),
]
BLIND_CASES = [
    (scopes, note, NOTHING)
    for scopes in ({"staff", "health"}, {"sales_all", "costs_all", "customers_own"}, {"orders_import"}, {"samples_all"})
    for note in EVERY_ORDER_NOTE
]
SEEING_CASES = [
    (scopes, note, WITHOUT_ID if note == BULK else WHOLE)
    for scopes in ({"orders_all"}, {"orders_read"}, {"orders_read", "orders_own"}, {"orders_all", "orders_floor"})
    for note in EVERY_ORDER_NOTE
] + [({"orders_all"}, OTHER_NOUN, NOTHING)]


@pytest.mark.parametrize(
    ("scopes", "payload", "expected"), OWN_CASES + FLOOR_CASES + BOTH_CASES + BLIND_CASES + SEEING_CASES
)
def test_a_viewer_hears_what_their_scopes_allow(scopes: set[str], payload: str, expected: str) -> None:
    note = read(payload)
    assert note is not None
    sees = reach(scopes, "orders", FLOOR_STAGES) if note.noun == "order" else Reach()

    told = heard(note, ME, sees)

    if expected == NOTHING:
        assert told is None
    elif expected == WITHOUT_ID:
        assert told is not None
        assert told.id is None
        assert told.frame == b'event: order\ndata: {"ids":[],"bulk":true}\n\n'
    else:
        assert told is not None
        assert told.frame == b'event: order\ndata: {"ids":[5]}\n\n'


def test_the_floor_is_nobodys_without_its_scope() -> None:
    assert reach({"orders_own"}, "orders", FLOOR_STAGES).floor == frozenset()
    assert not reach({"staff"}, "orders", FLOOR_STAGES)


def test_an_empty_floor_shows_nothing() -> None:
    assert not reach({"orders_floor"}, "orders", [])
