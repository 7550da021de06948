"""Refusals that a person reads. Nothing is half-saved when one of these is raised inside the request's transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import DatabaseError, IntegrityError, InternalError, ProgrammingError, transaction
from django.db.utils import Error


class Refused(Exception):
    """The answer is no; the sentence says what is wrong, where, and what to do."""

    status = 422

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """One field that somebody else changed while this person was editing it (A3)."""

    field: str
    label: str
    was: str
    theirs: str
    mine: str


class Conflict(Refused):
    """Somebody else changed the same fields: shown field by field, nothing saved."""

    status = 409

    def __init__(self, sentence: str, fields: list[FieldConflict] | None = None) -> None:
        super().__init__(sentence)
        self.fields = fields or []


_sentences: dict[str, str] = {}


def declare_sentences(sentences: dict[str, str]) -> None:
    """Map names of database rules to the sentence a person reads when the rule says no."""
    _sentences.update(sentences)


def refusal_of(error: Error) -> Refused | None:
    """The refusal behind a database error, or None when the error is a fault of ours and must surface as one.

    Guards raise ERRCODE 23514 with the rule's name as CONSTRAINT and their own sentence as the message.
    """
    if not isinstance(error, IntegrityError | InternalError | ProgrammingError):
        return None
    diagnostics = getattr(error.__cause__, "diag", None)
    if diagnostics is None:
        return None
    if diagnostics.sqlstate == "25006":  # a read-only transaction: 'View as' (ruling 20)
        return Refused("You are looking as somebody else: nothing can be changed. Stop looking first.")
    name = diagnostics.constraint_name or ""
    if name in _sentences:
        return Refused(_sentences[name])
    if name.startswith("ops_guard_"):
        return Refused(diagnostics.message_primary or "The database refused this change.")
    return None


@contextmanager
def attempt() -> Iterator[None]:
    """All of the block or nothing of it. A rule of the database that says no leaves as Refused, a fault as it was."""
    try:
        with transaction.atomic():
            yield
    except DatabaseError as error:
        refused = refusal_of(error)
        if refused is None:
            raise
        raise refused from error
