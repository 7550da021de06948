"""One verb on many rows: shown first with its count, then done row by row, each in a savepoint of its own (X3).

What was shown is what is done: the ids are fixed by the preview. Each row answers for itself, and one undo takes back
all that was done.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.http import QueryDict

from ops.boards.ask import Ask, ids_of
from ops.boards.declare import Batch, Board, Verb
from ops.boards.filters import NotHere
from ops.errors import Refused, attempt
from ops.given import id_of

if TYPE_CHECKING:
    from accounts.models import User

MOST = 1000


@dataclass(frozen=True)
class Refusal:
    pk: int
    name: str
    why: str


@dataclass
class Outcome:
    done: list[tuple[int, str, str]] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)

    @property
    def tokens(self) -> str:
        return ",".join(f"{pk}:{token}" for pk, _, token in self.done)


def verb_of(ask: Ask, key: str) -> Verb | Batch:
    for verb in ask.board.verbs_for(ask.held):
        if verb.key == key:
            return verb
    raise NotHere(f"Your role cannot do that to {ask.board.plural}.")


def picked(ask: Ask, posted: QueryDict) -> list[int]:
    """The rows meant: those ticked, or with `all` those matching the filter. At most MOST; never somebody else's."""
    if posted.get("all") == "1":
        if ask.left_out:
            raise Refused(f"{ask.left_out} Narrow the search first.")
        pks = list(ask.rows.order_by("pk").values_list("pk", flat=True)[: MOST + 1])
    else:
        given = ids_of(posted, MOST + 1) or [pk for text in posted.getlist("pk") if (pk := id_of(text)) is not None]
        pks = list(
            ask.board.rows(ask.user).order_by("pk").filter(pk__in=given[: MOST + 1]).values_list("pk", flat=True)
        )
    if len(pks) > MOST:
        raise Refused(f"More than {MOST:,} {ask.board.plural} at once are too many. Narrow the filter.")
    if not pks:
        raise Refused(f"No {ask.board.noun} was picked.")
    return pks


def begin(verb: Batch, pks: list[int], by: User, choice: str) -> str:
    """Something is made of all of them at once. Returns the address where it goes on."""
    check_choice(verb, choice, by)
    return verb.begin(sorted(pks), by, choice)


def offered(verb: Verb | Batch, by: User, pks: list[int]) -> Sequence[tuple[str, str]]:
    """What is asked before it is done to these rows."""
    return verb.among(by, pks) if isinstance(verb, Verb) and verb.among else verb.choices(by)


def check_choice(verb: Verb | Batch, choice: str, by: User) -> None:
    """Raises Refused for what is not offered to this person."""
    if choice not in dict(verb.choices(by)):
        raise Refused("Choose one of the list.", field="choice")


def carry_out(board: Board, verb: Verb, pks: list[int], by: User, choice: str) -> Outcome:
    """In the order of the ids, so that two people's bulk verbs never wait for each other in a circle."""
    check_choice(verb, choice, by)
    return _each(board, pks, by, lambda row: verb.do(row, by, choice))


def told_in(tokens: str) -> dict[int, str]:
    """What `undo` needs for each row, by its id."""
    found: dict[int, str] = {}
    for part in tokens.split(",")[:MOST]:
        text, _, token = part.partition(":")
        if (pk := id_of(text)) is not None:
            found[pk] = token
    return found


def take_back(
    board: Board, verb: Verb | Batch, tokens: str, by: User, *, only: frozenset[int] | None = None
) -> Outcome:
    """One undo for all of it, or for `only` some; each row that cannot go back says why."""
    if isinstance(verb, Batch) or verb.undo is None:
        raise NotHere("This cannot be taken back.")
    undo, told = verb.undo, told_in(tokens)

    def back(row: object) -> str:
        undo(row, by, told[row.pk])  # type: ignore[attr-defined]
        return ""

    return _each(board, sorted(told if only is None else only & told.keys()), by, back)


def _each(board: Board, pks: list[int], by: User, act) -> Outcome:  # type: ignore[no-untyped-def]
    outcome = Outcome()
    rows = {row.pk: row for row in board.rows(by).filter(pk__in=pks).order_by("pk")}
    for pk in sorted(pks):
        row = rows.get(pk)
        if row is None:
            outcome.refused.append(Refusal(pk, f"One {board.noun}", "is not yours to change any more."))
            continue
        try:
            with attempt():
                outcome.done.append((pk, str(row), str(act(row))))
        except Refused as refused:
            outcome.refused.append(Refusal(pk, str(row), refused.sentence))
    return outcome
