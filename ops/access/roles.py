"""roles.yaml, read once: scopes, the roles that are shipped, and the roles of what runs without a person."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml


@dataclass(frozen=True)
class ShippedRole:
    key: str
    label: str
    why: str
    scopes: frozenset[str]
    home: str = ""


@dataclass(frozen=True)
class Policybook:
    scopes: dict[str, str]
    system_scopes: dict[str, str]
    roles: tuple[ShippedRole, ...]
    system: tuple[ShippedRole, ...]
    covers: dict[str, frozenset[str]] = field(default_factory=dict)
    hires: dict[str, frozenset[str]] = field(default_factory=dict)
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def every_scope(self) -> dict[str, str]:
        return {**self.scopes, **self.system_scopes}

    @property
    def gives(self) -> dict[str, frozenset[str]]:
        """By scope, what its holder may give to others without holding it. The database keeps it in ops.gives."""
        nothing: frozenset[str] = frozenset()
        sides = {key: self.covers.get(key, nothing) | self.hires.get(key, nothing) for key in self.every_scope}
        return {key: given for key, given in sides.items() if given}

    def covered(self, held: Iterable[str]) -> frozenset[str]:
        """What is held, and what wider rights of it include: no more than that may be looked at as somebody else."""
        held = frozenset(held)
        return held.union(*(self.covers.get(scope, frozenset()) for scope in held))

    def givable(self, held: Iterable[str]) -> frozenset[str]:
        """What whoever holds these may give to others. The SQL twin is ops.not_mine_to_give."""
        held = frozenset(held)
        return held.union(*(self.gives.get(scope, frozenset()) for scope in held))

    def grouped(self) -> dict[str, list[str]]:
        """Every scope that people may hold, under the heading it is ticked under."""
        groups = {title: [key for key in keys if key in self.scopes] for title, keys in self.groups.items()}
        listed = {key for keys in groups.values() for key in keys}
        rest = [key for key in self.scopes if key not in listed]
        return {**groups, **({"More": rest} if rest else {})}


@cache
def policybook() -> Policybook:
    """Raises ValueError when a role names a scope that is not declared."""
    raw = yaml.safe_load((Path(__file__).parent / "roles.yaml").read_text())
    known = {**raw["scopes"], **raw["system_scopes"]}

    def role(key: str, said: dict[str, object]) -> ShippedRole:
        scopes = frozenset(map(str, said["scopes"]))  # type: ignore[call-overload]
        if unknown := scopes - known.keys():
            raise ValueError(f"roles.yaml: role {key} names unknown scopes {sorted(unknown)}.")
        label = str(said.get("label") or key.replace("_", " ").capitalize())
        return ShippedRole(key, label, str(said["why"]), scopes, str(said.get("home", "")))

    return Policybook(
        scopes=raw["scopes"],
        system_scopes=raw["system_scopes"],
        roles=tuple(role(key, said) for key, said in raw["roles"].items()),
        system=tuple(role(key, said) for key, said in raw["system"].items()),
        covers=_covers(raw["scopes"], raw.get("covers", {})),
        hires={key: frozenset(given) for key, given in raw.get("hires", {}).items()},
        groups={title: tuple(keys) for title, keys in raw.get("groups", {}).items()},
    )


def _covers(scopes: Iterable[str], said: dict[str, list[str]]) -> dict[str, frozenset[str]]:
    """`x_all` covers `x_read`, `x_own` and `x_floor`; the rest is said in the file."""
    known = frozenset(scopes)
    narrow = {
        wide: {f"{wide.removesuffix('_all')}_{how}" for how in ("read", "own", "floor")} & known
        for wide in known
        if wide.endswith("_all")
    }
    return {
        wide: frozenset(narrow.get(wide, ())) | frozenset(said.get(wide, ())) for wide in narrow.keys() | said.keys()
    }


def known_scopes() -> frozenset[str]:
    """What a person may be given; system scopes are for what runs without a person."""
    return frozenset(policybook().scopes)
