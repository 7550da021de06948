"""Who sees and sets targets. Figures are scoped by the policies of orders, and by what sees all of them."""

from ops.db.security import UID, Function, Guard, Policy, Table, View

_SETS, _OWN = "targets_all", "targets_own"
_ABOUT = "noun = 'targets'"
_SELLS = ("sales_all", "sales_read", "sales_own")

functions = [
    Function(
        "analytics/sql/figures.sql",
        reason="keeps what each day adds up to, whoever changes an order; shows it to who sees every order",
        execute={
            "ops.day_figures(date, date)": ("orders_all", "orders_read"),
            "ops.freshen_figures()": ("figures",),
        },
    ),
    Function(
        "analytics/sql/product_sales.sql",
        reason="shows to who sees every order what the roll-up has of each product, and to agents what they sold",
        execute={
            "ops.rolled_products(date, date)": ("orders_all", "orders_read"),
            "ops.own_products(date, date)": _SELLS,
            "ops.shares_of_products(date[], bigint, boolean)": _SELLS,
            "ops.product_sales()": _SELLS,
        },
    ),
]

views = [
    View("analytics_productfigures", "analytics/sql/product_figures.sql", to=_SELLS, called="figures of products"),
]

_CAME, _WENT = "new table as rolled", "old table as rolled"
_CHANGED = "old table as gone new table as rolled"


def _marks(came: str, changed: str, went: str) -> list[Guard]:
    return [
        Guard("zt_days_added", "after insert", came, each="statement", rows=_CAME),
        Guard("zt_days", "after update", changed, each="statement", rows=_CHANGED),
        Guard("zt_days_gone", "after delete", went, each="statement", rows=_WENT),
        Guard("zt_days_emptied", "after truncate", "ops.mark_every_day", each="statement"),
    ]


tables = [
    Table(
        "orders.Order",
        guards=_marks("ops.mark_days_of_new", "ops.mark_days_of_changed", "ops.mark_days_of_new"),
    ),
    Table(
        "orders.OrderSale",
        guards=_marks("ops.mark_days_of_money", "ops.mark_days_of_changed_sales", "ops.mark_days_of_money"),
    ),
    Table(
        "orders.OrderCosting",
        guards=_marks("ops.mark_days_of_costs", "ops.mark_days_of_changed_costs", "ops.mark_days_of_costs"),
    ),
    Table(
        "orders.OrderLine",
        guards=_marks("ops.mark_days_of_money", "ops.mark_days_of_changed_lines", "ops.mark_days_of_money"),
    ),
    Table(
        "orders.OrderLinePrice",
        guards=_marks("ops.mark_days_of_prices", "ops.mark_days_of_changed_prices", "ops.mark_days_of_prices"),
    ),
    Table(
        "ops.Stage",
        guards=[Guard("zt_days", "after insert or update or delete", "ops.mark_every_day", each="statement")],
    ),
    Table(
        "analytics.DayFigures",
        called="figures of days",
        why="Counted by ops.freshen_figures, read through ops.day_figures.",
    ),
    Table(
        "analytics.ProductDay",
        called="figures of products by day",
        why="Counted by ops.freshen_figures, read through ops.rolled_products.",
    ),
    Table(
        "analytics.DayMark",
        called="days to count again",
        why="Left by whoever changes an order, read and taken away by the functions of figures.",
    ),
    Table(
        "analytics.Target",
        history=True,
        policies=[
            Policy("managers see and set every target", to=_SETS, using="true", check="true"),
            Policy("own targets are seen", to=_OWN, using=f"agent_id = {UID}", cmd="select"),
        ],
        grants={_SETS: ["select", "insert", "update (amount)", "delete"], _OWN: "select"},
    ),
    Table(
        "ops.Event",
        policies=[
            Policy("targets: that they were set is recorded", to=_SETS, check=_ABOUT, cmd="insert"),
            Policy("targets: who set them is read", to=_SETS, using=_ABOUT, cmd="select"),
        ],
        grants={_SETS: "select, insert"},
    ),
]

sentences = {
    "analytics_target_once": "Somebody set this target a moment ago. Look again before you save.",
    "analytics_target_month": "A target is for a month: its day is the first.",
    "analytics_target_amount": "A target is more than zero. Leave it empty for none.",
    "analytics_target_metric": "A target is for revenue or orders, or for conversion up to 100 %.",
}
