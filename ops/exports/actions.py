"""Verbs of templates: check, write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ops.boards.declare import Board, Column
from ops.errors import Refused
from ops.exports.models import MOST_COLUMNS, Template

if TYPE_CHECKING:
    from accounts.models import User

LONGEST_HEAD = 60
_CHANGES = ("name", "shared", "keys", "heads", "days", "decimal", "separator", "says_origin")


@dataclass(frozen=True)
class Written:
    """A column as somebody has it in the form: is it in the file, and under which head."""

    column: Column
    head: str
    on: bool


def keep_template(template: Template, columns: list[Written], *, by: User) -> Template:
    """A new template, or one's own as it is now. Raises Refused for columns that make no file."""
    chosen = [one for one in columns if one.on]
    _check(chosen)
    template.owner = by
    template.keys = [one.column.key for one in chosen]
    template.heads = [" ".join(one.head.split()) for one in chosen]
    # Whose it is and of which list was written once: nobody may write that again.
    template.save(update_fields=_CHANGES if template.pk else None)
    return template


def drop_template(template: Template, *, by: User) -> None:
    """Whose link it was gets a page that says so. Dropping it twice is dropping it."""
    Template.objects.filter(pk=template.pk, owner=by).delete()


def as_written(board: Board, held: frozenset[str], template: Template | None = None) -> list[Written]:
    """Every column the person has: those of the template first, in its order, and the others after them."""
    there = {column.key: column for column in board.columns_for(held)}
    kept = dict(zip(template.keys, template.heads, strict=True)) if template else {}
    first = [Written(there[key], head, on=True) for key, head in kept.items() if key in there]
    rest = [Written(one, one.label, on=template is None) for key, one in there.items() if key not in kept]
    return first + rest


def moved(columns: list[Written], key: str, by: int) -> list[Written]:
    """The same columns with one of them one place up (-1) or down (1)."""
    at = next((i for i, one in enumerate(columns) if one.column.key == key), None)
    if at is None or not 0 <= at + by < len(columns):
        return columns
    turned = list(columns)
    turned[at], turned[at + by] = turned[at + by], turned[at]
    return turned


def _check(chosen: list[Written]) -> None:
    if not chosen:
        raise Refused("Choose at least one column.")
    if len(chosen) > MOST_COLUMNS:
        raise Refused(f"A file has at most {MOST_COLUMNS} columns.")
    heads = [" ".join(one.head.split()) for one in chosen]
    for one, head in zip(chosen, heads, strict=True):
        if not head:
            raise Refused(f"What is {one.column.label} called in the file? Give it a head.")
        if len(head) > LONGEST_HEAD:
            raise Refused(f"The head of {one.column.label} is {len(head)} letters long; {LONGEST_HEAD} fit.")
    twice = next((head for i, head in enumerate(heads) if head.casefold() in map(str.casefold, heads[:i])), None)
    if twice:
        raise Refused(f"Two columns are called “{twice}”. Give one another head.")
