"""Every rule that the database holds, broken by raw SQL: refused by that very rule, or the suite fails (A4, A13, A44)."""
# ruff: noqa: E501  SQL and sentences stand on one line each: they are read as tables

import pytest

from tests.generated import guards, rules


@pytest.fixture
def at(world):
    with world.owner() as session:
        yield rules.shop(world, session)


def none(findings: list[str]) -> None:
    if findings:
        pytest.fail("\n".join(findings), pytrace=False)


def test_every_constraint_refuses_a_row_that_breaks_it(at):
    assert len(at.rules) > 100
    none(rules.missing_findings(at) + rules.constraint_findings(at))


def test_what_happened_is_never_changed_deleted_or_truncated(at):
    assert {"ops_event", "ops_transition", "orders_historicalorder"} <= set(rules.append_only_tables())
    none(rules.append_only_findings(at))


def test_what_the_database_computes_is_written_by_nobody(at):
    none(rules.generated_findings(at))


def test_every_guard_refuses_what_it_is_there_to_refuse(at, web):
    none(guards.unattacked(at) + guards.attack_findings(at, web))


def test_orders_move_along_the_arrows_and_by_who_may(at, web):
    none(guards.move_findings(at, web))


def test_every_trigger_leaves_behind_what_it_should(at, web):
    none(guards.proof_findings(at, web))


def test_every_change_is_kept_with_who_and_why(at, web):
    none(guards.history_findings(at, web))
