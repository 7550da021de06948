"""The nouns that have threads. An app declares its own in ready(); its security.py has the same as policies."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Model, QuerySet

from ops.access.scopes import scopes_of

if TYPE_CHECKING:
    from ops.threads.models import Message

# How long whoever wrote a message may change or remove it; policies and the guard say the same.
EDIT_MINUTES = 5

Informs = Callable[[Any, Any], bool]
Phone = Callable[[Any, Any], str]
Find = Callable[[Any, Collection[str]], Mapping[str, str]]


def _nobodys(user: object, subject: object) -> bool:
    return False


def _unknown(user: object, subject: object) -> str:
    return ""


@dataclass(frozen=True)
class Noun:
    """`reads` and `writes` are scopes; `keeps` are those who remove everybody's messages at any time.

    `informs(user, subject)` is who may write what the customer reads, `read_at` says where the customer does;
    `phone(user, subject)` is the customer's E.164 number, empty for who may not know it; `page` is the url name of a
    row's own page.
    """

    key: str
    label: str
    page: str
    reads: frozenset[str]
    writes: frozenset[str]
    keeps: frozenset[str]
    informs: Informs
    phone: Phone
    read_at: str

    @property
    def model(self) -> type[Model]:
        return apps.get_model(self.label)

    def subjects(self, user: object) -> QuerySet[Any]:
        """Rows of the noun that this person sees; a message is never seen without its subject."""
        found: QuerySet[Any] = self.model._default_manager.visible_to(user)  # type: ignore[attr-defined]
        return found

    def may_read(self, user: object) -> bool:
        return not self.reads.isdisjoint(scopes_of(user))

    def may_write(self, user: object) -> bool:
        return not self.writes.isdisjoint(scopes_of(user))

    def keeps_all(self, user: object) -> bool:
        return not self.keeps.isdisjoint(scopes_of(user))


@dataclass(frozen=True)
class Reference:
    """What a word in a message may stand for: `find(user, words)` says where those are that this person may see."""

    pattern: str
    find: Find


NOUNS: dict[str, Noun] = {}
REFERENCES: list[Reference] = []


def declare(
    key: str,
    label: str,
    page: str,
    *,
    reads: Iterable[str],
    writes: Iterable[str],
    keeps: Iterable[str],
    informs: Informs = _nobodys,
    phone: Phone = _unknown,
    read_at: str = "",
) -> None:
    """`label` names the model ("orders.Order"), which has visible_to; scopes as in Noun."""
    NOUNS[key] = Noun(key, label, page, frozenset(reads), frozenset(writes), frozenset(keeps), informs, phone, read_at)


def declare_reference(pattern: str, find: Find) -> None:
    """`pattern` is a regular expression without groups, such as SO-[0-9]{1,12}."""
    REFERENCES.append(Reference(pattern, find))


def attachable(user: Any) -> QuerySet[Message]:
    """The messages whose files this person sees: those that stand."""
    from ops.threads.models import Message

    return Message.objects.visible_to(user).filter(removed_at=None)
