"""The per-person column of rights: {"add": [...], "remove": [...]} on top of the role (A19)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ops.errors import Refused


@dataclass(frozen=True, slots=True)
class Overrides:
    add: frozenset[str]
    remove: frozenset[str]

    @classmethod
    def of(cls, *, add: Iterable[str], remove: Iterable[str]) -> Overrides:
        wanted = cls(frozenset(add), frozenset(remove))
        if both := wanted.add & wanted.remove:
            raise Refused(f"{', '.join(sorted(both))} cannot be given and taken away at once.", field="overrides")
        return wanted

    @classmethod
    def read(cls, stored: dict[str, Any]) -> Overrides:
        return cls(frozenset(stored.get("add", ())), frozenset(stored.get("remove", ())))

    @classmethod
    def parse(cls, written: Any) -> Overrides:
        """What somebody typed as JSON. Raises Refused when it is anything but two lists of rights."""
        sides = written.items() if isinstance(written, dict) else [("", ())]
        if any(
            side not in {"add", "remove"} or not isinstance(scopes, list) or not all(isinstance(s, str) for s in scopes)
            for side, scopes in sides
        ):
            raise Refused('Write it like {"add": ["health"], "remove": ["imports"]}.', field="overrides")
        return cls.of(add=written.get("add", ()), remove=written.get("remove", ()))

    def require_known(self, scopes: Iterable[str]) -> None:
        if strange := (self.add | self.remove) - frozenset(scopes):
            raise Refused(f"There is no right called {', '.join(sorted(strange))}.", field="overrides")

    def as_json(self) -> dict[str, list[str]]:
        """Empty sides are left out, so 'nothing special' is always {}."""
        sides = {"add": sorted(self.add), "remove": sorted(self.remove)}
        return {side: scopes for side, scopes in sides.items() if scopes}

    def applied_to(self, role_scopes: Iterable[str]) -> frozenset[str]:
        """The SQL twin is the trigger that fills accounts_user.scopes."""
        return (frozenset(role_scopes) | self.add) - self.remove

    def change_since(self, before: Overrides) -> str:
        """'gives health; takes imports; as the role says costs_all', for the person's story."""
        parts = {
            "gives": self.add - before.add,
            "takes": self.remove - before.remove,
            "as the role says": (before.add | before.remove) - self.add - self.remove,
        }
        said = [f"{how} {', '.join(sorted(scopes))}" for how, scopes in parts.items() if scopes]
        return "; ".join(said)
