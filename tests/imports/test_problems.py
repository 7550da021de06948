"""Problems are counted by kind and column, and a kind offers what mends all of it."""

import ast
from pathlib import Path

import pytest

import ops.imports
from ops.imports.columns import Column
from ops.imports.fixes import FIXES, fix_named, fixes_for, preview
from ops.imports.problems import KEPT, KINDS, Problems

TILL = Column("total", "Total", "decimal")
NAME = Column("name", "Name", required=True, most=5)


def test_problems_are_counted_by_kind_and_column_beyond_what_is_kept():
    problems = Problems()
    for line in range(KEPT + 5):
        problems.add(line, "Date", "x", "this is not a date.", "no_date", "Write it so.")
    problems.add(7, "Total", "", "this is blank.", "blank")

    assert (problems.count, len(problems.kept)) == (KEPT + 6, KEPT)
    assert problems.counted() == [
        {"kind": "no_date", "column": "Date", "label": "Cells that are no date", "count": KEPT + 5},
        {"kind": "blank", "column": "Total", "label": "Cells that must not be blank", "count": 1},
    ]
    assert problems.kept[0].as_dict()["todo"] == "Write it so."


def test_every_kind_that_is_raised_is_declared():
    folder = Path(ops.imports.__file__).parent
    raised = {
        node.args[1].value
        for path in (*folder.rglob("*.py"), *folder.parent.parent.glob("*/imports.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Unreadable" and len(node.args) > 1
        and isinstance(node.args[1], ast.Constant)
    }  # fmt: skip

    assert raised <= KINDS.keys()
    assert {kind for fix in FIXES for kind in fix.kinds} <= KINDS.keys()
    assert all(fixes_for(kind) for kind in KINDS)


@pytest.mark.parametrize(
    ("key", "kind", "before", "after"),
    [
        ("number_in", "no_number", "12 pcs", "12"), ("number_in", "no_number", "2 x 3", "2 x 3"),
        ("email_in", "no_email", "Ayla <a@b.pk>, c@d.pk", "a@b.pk"),
        ("trim", "no_date", " '2026-01-31' ", "2026-01-31"),
        ("without_minus", "out_of_range", "(5.00)", "5.00"), ("currency_word", "no_currency", "Euro (EU)", "Euro"),
        ("blank", "no_phone", "none", ""), ("phone_in", "no_phone", "none", "none"),
        ("phone_in", "no_phone", "0300-1112223 0321-9998887", "0300-1112223"),
        ("phone_in", "no_phone", "042 3571 1234 0300-1112223", "042 3571 1234"),
        ("phone_in", "no_phone", "0300 111 2223 / 0321 999 8887", "0300 111 2223"),
        ("phone_in", "no_phone", "Asma: +92 300 1112223, +92 321 9998887", "+92 300 1112223"),
    ],
)  # fmt: skip
def test_a_fix_mends_a_cell(key, kind, before, after):
    fix = fix_named(key, kind, TILL)

    assert fix is not None and fix.mends is not None
    assert fix.mends(before) == after


def test_what_must_be_there_is_never_left_blank():
    assert fix_named("blank", "too_long", NAME) is None
    assert fix_named("blank", "no_number", TILL) is not None


def test_text_is_cut_to_what_its_column_takes_and_seen_before():
    fix = fix_named("cut", "too_long", NAME)

    assert fix is not None
    assert preview(fix, ["Ayla Bose", "Omar"]) == [("Ayla Bose", "Ayla")]


def test_some_fixes_answer_for_the_column():
    assert {fix.tells for fix in fixes_for("no_such_day") if fix.tells} == {
        ("dates", "dmy"), ("dates", "mdy"), ("dates", "ymd"),
    }  # fmt: skip
