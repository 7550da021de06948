"""Everybody knows the shop's rules and days; who sets which is declared with the rule and asked here."""

from functools import cached_property

from ops.db.security import Function, Guard, Policy, Table
from ops.shop.rules import rendered

_READERS = ("staff", "link", "door", "jobs")
_EDITORS = ("shop_edit", "calendar_edit")


class _Rendered(Function):
    """The text comes from the declarations, not from a file."""

    @cached_property
    def text(self) -> str:
        return rendered()


functions = [_Rendered("ops/shop/rules.py"), Function("ops/shop/sql/settings.sql")]

tables = [
    Table(
        "shop.Setting", called="rules of the shop",
        policies=[
            Policy("the rules of the shop are no secret", to=_READERS, using="true", cmd="select"),
            Policy("rules are set by who may set them", to=_EDITORS, cmd="insert", check="ops.may_set(key)"),
            Policy("planned rules are withdrawn by who may set them", to=_EDITORS, cmd="update",
                   using="ops.may_set(key)", check="ops.may_set(key)"),
        ],
        grants={
            **dict.fromkeys(_READERS, "select"),
            **{scope: ["select", "insert", "update (withdrawn_at)"] for scope in _EDITORS},
        },
        guards=[Guard("ab_setting", "before insert or update", "ops.guard_setting")],
        why="A row is never changed: the rows are the history of the rule.",
    ),
    Table(
        "shop.Holiday",
        history=True,
        policies=[
            Policy("holidays are no secret", to=_READERS, using="true", cmd="select"),
            Policy("holidays are kept by who keeps the calendar", to=_EDITORS, using="true", check="true"),
        ],
        grants={**dict.fromkeys(_READERS, "select"), **dict.fromkeys(_EDITORS, "select, insert, update, delete")},
    ),
    Table(
        "ops.Event",
        policies=[
            Policy("shop: what was decided is known", to="staff", cmd="select", using="noun in ('setting', 'holiday')"),
            Policy("shop: decisions are recorded", to=_EDITORS, cmd="insert", check="noun in ('setting', 'holiday')"),
        ],
        grants={"staff": "select, insert", **dict.fromkeys(_EDITORS, "insert")},
    ),
]  # fmt: skip

sentences = {
    "shop_holiday_named": "A holiday needs a name.",
    "shop_holiday_day_key": "This day is a holiday already.",
}
