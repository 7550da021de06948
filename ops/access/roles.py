"""roles.yaml, read once: scopes, the roles that are shipped, and the roles of what runs without a person."""

from dataclasses import dataclass
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

    @property
    def every_scope(self) -> dict[str, str]:
        return {**self.scopes, **self.system_scopes}


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
    )


def known_scopes() -> frozenset[str]:
    """What a person may be given; system scopes are for what runs without a person."""
    return frozenset(policybook().scopes)
