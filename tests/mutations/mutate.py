"""Applies a change to the world's database, asks the checks of the generated suites, and takes the change back.

Asked on the owner's connection, inside the transaction of the change, with each role assumed: so what the checks find with
nothing changed is taken off (guards that look at who signed in do not stop the owner).
"""
# ruff: noqa: E501  SQL and sentences stand on one line each: they are read as tables

from collections.abc import Callable

from django.conf import settings

from tests.generated.session import Session
from tests.generated.world import World

Findings = Callable[[Session], list[str]]


_well: dict[str, set[str]] = {}


def turns_red(world: World, change: str, findings: Findings, says: str, check: str) -> None:
    """`check` names the findings, so that what they are without any change is asked once."""
    if check not in _well:
        with world.owner() as session:
            _well[check] = set(findings(session))
    change = change.replace("{prefix}", settings.ROLE_PREFIX).replace("{database}", world.name)
    found = [one for one in world.mutated(change, findings) if one not in _well[check]]
    assert any(says in one for one in found), f"{change!r} went unnoticed: {found[:5]}"
