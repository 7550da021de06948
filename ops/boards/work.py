"""A bulk verb on many rows, done by a worker with progress: what takes longer than a second is not waited for (X3).

A few rows make a transaction, and what became of them is kept in that same transaction: a worker that is killed is
followed by another, which goes on after the last row that is told of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.urls import reverse

from ops.boards import bulk
from ops.boards.declare import BOARDS, Board, Verb
from ops.progress import actions as progress
from ops.progress.kinds import Changes, Keep, declare
from ops.progress.models import Job

if TYPE_CHECKING:
    from accounts.models import User

KIND = "boards.bulk"
AT_ONCE = 40  # so many rows are changed within a second
_TOGETHER = 10


def begin(
    board: Board, verb: Verb, pks: list[int], by: User, choice: str = "", *, query: str = "", tokens: str = ""
) -> Job:
    """With `tokens` it takes back what was done, else it does it."""
    what = f"Undo: {verb.label.lower()}" if tokens else verb.label
    return progress.begin(
        KIND, by=by, title=f"{what}, {len(pks)} {board.plural}", total=len(pks),
        asked={"board": board.key, "verb": verb.key, "pks": pks, "choice": choice, "query": query, "tokens": tokens},
    )  # fmt: skip


def outcome_of(job: Job) -> bulk.Outcome:
    """What became of each row so far."""
    return bulk.Outcome(
        done=[(pk, name, token) for pk, name, token in job.said.get("done", ())],
        refused=[bulk.Refusal(pk, name, why) for pk, name, why in job.said.get("refused", ())],
    )


def verb_of(job: Job) -> tuple[Board, Verb]:
    board = BOARDS[job.asked["board"]]
    return board, next(one for one in board.verbs if isinstance(one, Verb) and one.key == job.asked["verb"])


def page_of(job: Job) -> str:
    board = BOARDS.get(job.asked["board"])
    return reverse(board.url("bulk_results"), args=[job.pk]) if board else ""


def _work(job: Job, by: User, keep: Keep) -> None:
    board, verb = verb_of(job)
    told = outcome_of(job)
    known = {row[0] for row in told.done} | {refusal.pk for refusal in told.refused}
    rest = [pk for pk in job.asked["pks"] if pk not in known]
    for start in range(0, len(rest), _TOGETHER):
        with transaction.atomic():
            now = _some(board, verb, rest[start : start + _TOGETHER], by, job.asked)
            told.done += now.done
            told.refused += now.refused
            said = {"done": told.done, "refused": [(one.pk, one.name, one.why) for one in told.refused]}
            keep(len(told.done) + len(told.refused), said)


def _some(board: Board, verb: Verb, pks: list[int], by: User, asked: dict[str, Any]) -> bulk.Outcome:
    if not asked["tokens"]:
        return bulk.carry_out(board, verb, pks, by, asked["choice"])
    return bulk.take_back(board, verb, asked["tokens"], by, only=frozenset(pks))


declare(Changes(KIND, _work, page_of, called="Many rows changed at once"))
