"""The nouns that have files. An app declares its own in ready(); its security.py has the same as policies."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Model, QuerySet

from ops.access.scopes import scopes_of

Owns = Callable[[Any, Any], bool]
Rows = Callable[[Any], QuerySet[Any]]


def _nobodys(user: object, subject: object) -> bool:
    return False


@dataclass(frozen=True)
class Noun:
    """`sees` says which scopes see which visibility, `adds` who may add, `keeps` who handles everybody's files.

    `owns(user, subject)` is whose files of that subject the person may remove besides own ones; `page` is the url name
    of a row's own page.
    """

    key: str
    label: str
    sees: dict[str, frozenset[str]]
    adds: frozenset[str]
    keeps: frozenset[str]
    owns: Owns
    page: str
    rows: Rows | None = None

    @property
    def model(self) -> type[Model]:
        return apps.get_model(self.label)

    def subjects(self, user: object) -> QuerySet[Any]:
        """Rows of the noun that this person sees; a file is never seen without its subject."""
        if self.rows is not None:
            return self.rows(user)
        found: QuerySet[Any] = self.model._default_manager.visible_to(user)  # type: ignore[attr-defined]
        return found

    def levels(self, user: object) -> list[str]:
        """The visibilities that this person sees, widest first."""
        held = scopes_of(user)
        return [level for level, scopes in self.sees.items() if not scopes.isdisjoint(held)]

    def may_add(self, user: object) -> bool:
        return not self.adds.isdisjoint(scopes_of(user))

    def keeps_all(self, user: object) -> bool:
        return not self.keeps.isdisjoint(scopes_of(user))


NOUNS: dict[str, Noun] = {}


def declare(
    key: str,
    label: str,
    page: str,
    *,
    everyone: Iterable[str],
    sales: Iterable[str],
    managers: Iterable[str],
    adds: Iterable[str],
    owns: Owns = _nobodys,
    rows: Rows | None = None,
) -> None:
    """`label` names the model ("orders.Order"), which has visible_to; the rest are scopes. Managers keep all files.

    `rows(user)` finds the subjects whose files this person sees, where those are fewer than visible_to says.
    """
    sees = {"everyone": frozenset(everyone), "sales": frozenset(sales), "managers": frozenset(managers)}
    NOUNS[key] = Noun(key, label, sees, frozenset(adds), sees["managers"], owns, page, rows)
