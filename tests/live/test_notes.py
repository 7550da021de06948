"""Payloads are read strictly: any database login may send one."""

import pytest

from ops.live.notes import read, together


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "order",
        "order 12",
        "order 12 received",
        "order 12 received -  ",
        "order 12 received - 17 more",
        "order 12 received - 17,",
        "order 12 received - 17,,18",
        "order -1 received - 17",
        "order 1; received - -",
        "order 12 received -  17",
        "order 12\nreceived - 17",
        "order 12 received - 17\n",
        "Order 12 received - 17",
        "or\nder 12 received - 17",
        "order\r\ndata: 12 received - 17",
        "order 99999999999999999999 received - 17",
        "order \u0661\u0662 received - 17",
        "order 12 received - Sana",
        "order 12 received - 1500.00",
    ],
)
def test_an_odd_payload_is_no_note(payload: str) -> None:
    assert read(payload) is None


def test_a_note_says_id_and_nothing_else() -> None:
    note = read("order 123 ready_to_ship in_production 17,18")

    assert note is not None
    assert (note.id, note.stage, note.old, note.viewers) == (123, "ready_to_ship", "in_production", {17, 18})
    assert note.frame == b'event: order\ndata: {"ids":[123]}\n\n'


@pytest.mark.parametrize("payload", ["order 5 received -", "order 5 received - ", "order 5 received - -"])
def test_a_row_without_an_owner_names_nobody(payload: str) -> None:
    note = read(payload)

    assert note is not None
    assert (note.id, note.viewers, note.everyone) == (5, frozenset(), False)


def test_what_waits_together_is_one_event_a_noun() -> None:
    said = ["order 3 a b -", "sample 1 a b -", "order 2 a b -", "order 3 b c -"]

    assert together([note for text in said if (note := read(text))]) == (
        b'event: order\ndata: {"ids":[3,2]}\n\nevent: sample\ndata: {"ids":[1]}\n\n'
    )


def test_a_bulk_note_swallows_the_ids_beside_it() -> None:
    said = ["order 3 a b -", "order * * * *", "order 4 a b -"]

    assert together([note for text in said if (note := read(text))]) == (
        b'event: order\ndata: {"ids":[],"bulk":true}\n\n'
    )
