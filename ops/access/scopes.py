"""What a person may do, as the set of scopes that the database derived from role and overrides."""

from typing import Protocol


class Scoped(Protocol):
    is_active: bool
    scopes: list[str]


def scopes_of(user: object) -> frozenset[str]:
    """The scopes of whoever is signed in; nobody has none. The row holds what the database derived (D8)."""
    if not getattr(user, "is_authenticated", False) or not getattr(user, "is_active", False):
        return frozenset()
    return frozenset(getattr(user, "scopes", None) or ())


def has_any(user: object, *scopes: str) -> bool:
    return not scopes_of(user).isdisjoint(scopes)
