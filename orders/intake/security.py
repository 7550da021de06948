"""What a storefront's delivery may do, and who keeps the keys. The role `intake` sees only what came in this way."""

from ops.db.security import Function, Guard, Policy, Table

_CAME_IN = "origin = 'intake'"
_OF_ORDER = "exists (select 1 from orders_order o where o.id = order_id)"
_OF_SUBJECT = "exists (select 1 from orders_order o where o.id = subject_id)"
_OF_LINE = "exists (select 1 from orders_orderline l where l.id = line_id)"
_KEEPS = "intake_keys"
_DELIVERS = "intake"


def _brought_in(model: str, using: str) -> Table:
    return Table(
        model,
        policies=[
            Policy("deliveries: what came in is seen", to=_DELIVERS, using=using, cmd="select"),
            Policy("deliveries: what comes in is kept", to=_DELIVERS, check=using, cmd="insert"),
        ],
        grants={_DELIVERS: "select, insert"},
    )


functions = [
    Function(
        "orders/intake/sql/rules.sql",
        reason="weighs who gets an order nobody typed, over orders and customers the deliverer may not see;"
        " ends older secrets, which who makes a new one may not read",
        execute={"ops.next_agent(bigint)": (_DELIVERS,)},
    ),
]

tables = [
    Table(
        "intake.IntakeKey", called="keys of storefronts",
        history=True,
        policies=[
            Policy("who keeps the keys sees and makes them", to=_KEEPS, using="true", check="true"),
            Policy("a delivery is compared with its key", to=_DELIVERS, using="true", cmd="select"),
        ],
        grants={_KEEPS: ["select", "insert", "update (agent_id, retired_at)"], _DELIVERS: "select"},
    ),
    Table(
        "intake.IntakeSecret", called="secrets of storefronts",
        policies=[
            Policy("secrets are made by who keeps the keys", to=_KEEPS, check="true", cmd="insert"),
            Policy("a delivery is compared with the secrets of its key", to=_DELIVERS, using="true", cmd="select"),
        ],
        grants={_KEEPS: "insert", _DELIVERS: "select"},
        guards=[Guard("zv_older_ones_end", "after insert", "ops.end_older_secrets")],
    ),
    Table(
        "intake.Delivery", called="deliveries from storefronts",
        append_only=True,
        policies=[
            Policy("what was delivered is seen by who keeps the keys", to=_KEEPS, using="true", cmd="select"),
            Policy("deliveries are kept", to=_DELIVERS, using="true", check="true"),
        ],
        grants={_KEEPS: "select", _DELIVERS: "select, insert"},
    ),
    _brought_in("orders.Order", _CAME_IN),
    _brought_in("orders.OrderLine", _OF_ORDER),
    _brought_in("orders.OrderLinePrice", _OF_LINE),
    _brought_in("orders.OrderSale", _OF_ORDER),
    Table(
        "rates.ExchangeRate",
        policies=[
            Policy("deliveries: what comes in counts at its day's rate", to=_DELIVERS, using="true", cmd="select"),
        ],
        grants={_DELIVERS: "select"},
    ),
    Table(
        "customers.Customer",
        policies=[
            Policy("deliveries: customers they made are seen", to=_DELIVERS, using="source like 'web:%'", cmd="select"),
            Policy("deliveries: customers are made", to=_DELIVERS, check="source like 'web:%'", cmd="insert"),
        ],
        grants={_DELIVERS: "select, insert"},
    ),
    Table(
        "ops.Event",
        policies=[
            Policy("deliveries: what came in is recorded", to=_DELIVERS, cmd="insert",
                   check=f"noun = 'order' and {_OF_SUBJECT}"),
            Policy("keys: what happened to them is recorded", to=_KEEPS, cmd="insert", check="noun = 'intakekey'"),
            Policy("keys: what happened to them is read", to=_KEEPS, cmd="select", using="noun = 'intakekey'"),
        ],
        grants={_DELIVERS: "insert", _KEEPS: "select, insert"},
    ),
    Table(
        "ops.SignedLink",
        policies=[Policy("deliveries: the customer follows the order", to=_DELIVERS, cmd="insert",
                         check=f"kind = 'order_status' and {_OF_SUBJECT}")],
        grants={_DELIVERS: "insert"},
    ),
]  # fmt: skip

sentences = {
    "intake_key_named": "A storefront needs a name.",
    "intake_intakekey_name_key": "There is a storefront with this name already.",
    "intake_delivery_taken_once": "This delivery was taken a moment ago.",
}
