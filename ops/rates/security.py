"""Rates are read by who sees money, and kept by who is told to."""

from ops.db.security import Function, Guard, Policy, Table
from ops.rates.models import READERS

functions = [Function("ops/rates/sql/rates.sql")]

tables = [
    Table(
        "rates.ExchangeRate", called="rates of currencies", history=True,
        policies=[
            Policy("rates are read by who sees money", to=READERS, using="true", cmd="select"),
            Policy("rates are kept by who keeps them", to="rates_edit", using="true", check="true"),
        ],
        grants={
            **dict.fromkeys(READERS, "select"),
            "rates_edit": ["select", "insert", "update (rate)", "delete"],
        },
        guards=[Guard("ab_rate", "before insert or update", "ops.stamp_keeper")],
    ),
    Table(
        "ops.Event",
        policies=[
            Policy("rates: what was decided is known", to=READERS, cmd="select", using="noun = 'exchangerate'"),
            Policy("rates: decisions are recorded", to="rates_edit", cmd="insert", check="noun = 'exchangerate'"),
        ],
        grants={**dict.fromkeys(READERS, "select"), "rates_edit": "select, insert"},
    ),
]  # fmt: skip

sentences = {
    "rates_above_zero": "A rate is more than zero.",
    "rates_currency": "A currency is three letters, like USD.",
    "rates_once_a_day": "There is a rate of this currency on this day already.",
}
