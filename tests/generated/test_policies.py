"""For every role and every table: the rows the database shows, and what it lets be done (A16, A18, leak channels 1 and 6)."""
# ruff: noqa: E501  SQL and sentences stand on one line each: they are read as tables

import os

from tests.generated import matrix, policies


def test_every_person_sees_the_rows_that_visible_to_says(world, web, as_owner_in_django):
    assert policies.row_findings(world, policies.truth(world), web) == []


def test_with_nobody_bound_there_are_no_tables(web):
    assert policies.unbound_findings(web) == []


def test_the_world_has_a_row_of_everything(world, as_owner_in_django):
    assert policies.empty_findings(policies.truth(world)) == []


def test_who_may_do_what_is_as_checked_in(world, web):
    with world.owner() as truth:
        tried = matrix.text(world, web, truth)

    if os.environ.get("OPS_WRITE_MATRIX"):
        matrix.FILE.write_text(tried)
    assert tried.splitlines() == matrix.FILE.read_text().splitlines()
