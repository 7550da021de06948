"""Who sees and moves which orders, and who sees their money. Rows A13, A16-A18, A25, A30, A33 of the feature list."""

from ops.db.security import UID, Function, Guard, Policy, Table
from orders import thread_rules

_MINE = f"agent_id = {UID}"
_SHARED = "id = any ((select ops.shared_orders())::bigint[])"
_FLOOR = "stage = any ((select ops.floor_stages('order'))::text[]) and cancelled_at is null"
_SEES_ALL = ("orders_all", "orders_read")

functions = [
    Function(
        "orders/sql/order_rules.sql",
        reason="keeps numbers, costings and shares, which their writers may not see; tells screens ids; searches by id;"
        " knows whose customer an order may be given to",
        execute={
            "ops.shared_orders()": ("orders_own",),
            "ops.search_orders(text, int)": ("orders_all", "orders_read", "orders_own", "orders_floor"),
            "ops.order_viewers(bigint, bigint, bigint)": (),
            "ops.tell_orders_changed(bigint[])": (),
            "ops.tell_order_here(bigint)": ("orders_all", "orders_read", "orders_own", "orders_floor"),
            "ops.floor_stages(text)": ("orders_floor",),
        },
    ),
    Function("orders/sql/customer_ties.sql", reason="tells screens ids of customers whose orders changed"),
    Function(
        "orders/sql/shipments.sql",
        reason="counts every parcel of an order, and locks the order while it counts",
        execute={"ops.rest_of_order(bigint)": ("orders_all", "orders_own", "orders_floor")},
    ),
]


def _of_order(column: str) -> str:
    """The parent is asked under the reader's own policies, so a child is seen exactly when its order is."""
    return f"exists (select 1 from orders_order o where o.id = {column})"


def _amounts(seen: str, mine: str, *, past: bool | str = True) -> list[Policy]:
    """Amounts are seen with their order; agents set those of their own orders, not of orders shared with them."""
    return [
        Policy("amounts of every order", to="sales_all", using="true", check="true"),
        Policy("amounts of every order are read", to="sales_read", using="true", cmd="select"),
        Policy("amounts of seen orders", to="sales_own", using=seen, cmd="select", history=past),
        *_written("amounts of own orders", to="sales_own", mine=mine),
    ]


def _written(what: str, *, to: str, mine: str) -> list[Policy]:
    """Apart from reading: a policy for everything would be planned and asked on every SELECT as well."""
    return [
        Policy(f"{what} are added", to=to, check=mine, cmd="insert"),
        Policy(f"{what} are changed", to=to, using=mine, check=mine, cmd="update"),
        Policy(f"{what} are taken away", to=to, using=mine, cmd="delete"),
    ]


_MY_ORDER = f"exists (select 1 from orders_order o where o.id = order_id and o.agent_id = {UID})"
_MY_LINE = (
    "exists (select 1 from orders_orderline l join orders_order o on o.id = l.order_id"
    f" where l.id = line_id and o.agent_id = {UID})"
)
# A line that was taken away stands only in history, and its price with it.
_PAST_LINE = "exists (select 1 from orders_historicalorderline l where l.id = line_id)"
_SEEN_LINE = "exists (select 1 from orders_orderline l where l.id = line_id)"
_ADDED = "new table as added"
_TELL = [
    Guard("zx_tell", "after update or delete", "ops.tell_order_part"),
    Guard("zx_tell_added", "after insert", "ops.tell_new_order_parts", each="statement", rows=_ADDED),
]

tables = [
    Table(
        "orders.Order",
        history=True,
        adds_are_told=True,
        policies=[
            Policy("managers see every order", to="orders_all", using="true", check="true"),
            Policy("every order is read", to="orders_read", using="true", cmd="select"),
            Policy("own orders and shared ones are seen", to="orders_own", cmd="select",
                   using=f"{_MINE} or {_SHARED}"),
            Policy("own orders are received", to="orders_own", cmd="insert", check=_MINE),
            Policy("own orders are worked on", to="orders_own", cmd="update", using=_MINE, check=_MINE),
            Policy("the floor sees its stages", to="orders_floor", cmd="select", using=_FLOOR),
            Policy("the floor works on its stages", to="orders_floor", cmd="update", using=_FLOOR, check=_FLOOR),
            Policy("held orders are woken on their day", to="wakes", cmd="update",
                   using="held_at is not null and hold_until is not null", check="held_at is null"),
            Policy("a link shows its order", to="link", cmd="select", history=False,
                   using="id = (select ops.link_subject('order_status'))"),
        ],
        grants={
            "orders_all": "select, insert, update",
            "orders_read": "select",
            "orders_own": "select, insert, update",
            "orders_floor": ["select", "update (stage, production_note)"],
            "link": "select",
            "wakes": "update (held_at, hold_reason, hold_until)",
        },
        guards=[
            Guard("aa_stamp", "before insert or update of placed_at", "ops.stamp_order"),
            Guard("ab_stage", "before update of stage", "ops.guard_stage", args=("order",)),
            Guard("ab_stage_added", "before insert", "ops.guard_stage", args=("order",),
                  condition="coalesce(current_setting('ops.source', true), '') <> 'import'"),
            Guard("ac_version", "before update", "ops.bump_version"),
            Guard("ad_order", "before update", "ops.guard_order"),
            Guard("ae_parts", "before update of stage, cancelled_at", "ops.guard_parts"),
            Guard("ae_customer", "before insert or update of customer_id", "ops.guard_order_customer"),
            Guard("af_live_customer", "before update of customer_id", "ops.guard_live_customer"),
            Guard("zr_live_customers", "after insert", "ops.guard_live_customers", each="statement", rows=_ADDED),
            Guard("zr_new_stages", "after insert", "ops.guard_new_stages", args=("order", "orders_import"),
                  each="statement", rows=_ADDED),
            Guard("zv_settle", "after update of stage, agent_id, assignee_id", "ops.settle_answers", args=("order",),
                  condition="(old.stage, old.agent_id, old.assignee_id) is distinct from"
                            " (new.stage, new.agent_id, new.assignee_id)"),
            Guard("zw_transition", "after update of stage", "ops.record_transition", args=("order",)),
            Guard("zw_beginning", "after insert", "ops.record_beginning", args=("order",), each="statement",
                  rows=_ADDED),
            Guard("zx_tell", "after update or delete", "ops.tell_order"),
            Guard("zx_tell_added", "after insert", "ops.tell_new_orders", each="statement", rows=_ADDED),
            Guard("zy_buyer", "after update of customer_id, agent_id, stage, cancelled_at", "ops.tell_buyer"),
            Guard("zy_buyer_added", "after insert", "ops.tell_buyers_of_new", each="statement", rows=_ADDED),
        ],
    ),
    Table(
        "orders.OrderLine", called="items of orders",
        history=True,
        adds_are_told=True,
        policies=[
            Policy("lines of every order", to="orders_all", using="true", check="true"),
            Policy("lines of every order are read", to="orders_read", using="true", cmd="select"),
            Policy("lines of seen orders are seen", to=("orders_own", "orders_floor"), cmd="select",
                   using=_of_order("order_id"), history=_of_order("order_id")),
            *_written("lines of own orders", to="orders_own", mine=_MY_ORDER),
        ],
        grants={
            "orders_all": "select, insert, update, delete",
            "orders_read": "select",
            "orders_own": "select, insert, update, delete",
            "orders_floor": "select",
        },
        guards=[Guard("ab_what_has_left", "before update of quantity", "ops.guard_line_shipped"), *_TELL],
    ),
    Table(
        "orders.OrderLinePrice", called="prices of items",
        history=True,
        adds_are_told=True,
        policies=_amounts(_SEEN_LINE, _MY_LINE, past=_PAST_LINE),
        grants={
            "sales_all": "select, insert, update, delete",
            "sales_read": "select",
            "sales_own": "select, insert, update, delete",
        },
    ),
    Table(
        "orders.OrderSale", called="amounts of orders",
        history=True,
        adds_are_told=True,
        policies=_amounts(_of_order("order_id"), _MY_ORDER),
        grants={
            "sales_all": "select, insert, update",
            "sales_read": "select",
            "sales_own": "select, insert, update",
        },
        guards=[Guard("zw_costing", "after insert", "ops.make_costing", each="statement", rows=_ADDED), *_TELL],
    ),
    Table(
        "orders.OrderCosting", called="costs and profits of orders",
        history=True,
        adds_are_told=True,
        policies=[
            Policy("costs of every order", to="costs_all", using="true", check="true"),
            Policy("costs of every order are read", to="costs_read", using="true", cmd="select"),
        ],
        grants={
            # insert: a load brings its costs along; the composite key holds the amount, whoever writes it
            "costs_all": ["select", "insert", "update (production_cost, shipping_cost, marketing_cost)"],
            "costs_read": "select",
        },
        guards=_TELL,
    ),
    Table(
        "orders.OrderUserObjectPermission", called="orders shared with a colleague",
        policies=[
            Policy("shares of every order", to="orders_all", using="true", check="true"),
            Policy("shares of own orders, and what is shared with me", to="orders_own",
                   using=f"user_id = {UID} or exists (select 1 from orders_order o where o.id = content_object_id"
                         f" and o.agent_id = {UID})",
                   check=f"exists (select 1 from orders_order o where o.id = content_object_id"
                         f" and o.agent_id = {UID})"),
        ],
        grants={"orders_all": "select, insert, delete", "orders_own": "select, insert, delete"},
        guards=[Guard("zx_tell", "after insert or delete", "ops.tell_order_share")],
    ),
]  # fmt: skip

_PARCEL_CHANGES = "update (carrier_id, carrier_name, tracking_number, taken_back_at)"
_MY_PARCEL = (
    "exists (select 1 from orders_shipment s join orders_order o on o.id = s.order_id"
    f" where s.id = shipment_id and o.agent_id = {UID})"
)

tables += [
    Table(
        "orders.Carrier",
        history=True,
        policies=[
            Policy("everybody knows the carriers", to=("staff", "link"), using="true", cmd="select", history=False),
            Policy("carriers are edited by who sees every order", to="orders_all", using="true", check="true"),
        ],
        grants={
            "staff": "select",
            "link": "select",
            "orders_all": ["select", "insert", "update (name, tracking_url, is_active)"],
        },
    ),
    Table(
        "orders.Shipment", called="parcels",
        history=True,
        policies=[
            Policy("parcels of every order", to="orders_all", using="true", check="true"),
            Policy("parcels of every order are read", to="orders_read", using="true", cmd="select"),
            Policy("parcels of seen orders are seen", to=("orders_own", "orders_floor"), cmd="select",
                   using=_of_order("order_id")),
            Policy("parcels of own orders leave", to="orders_own", cmd="insert", check=_MY_ORDER),
            Policy("parcels of own orders are corrected", to="orders_own", cmd="update", using=_MY_ORDER,
                   check=_MY_ORDER),
            Policy("a link shows the parcels of its order", to="link", cmd="select", history=False,
                   using="order_id = (select ops.link_subject('order_status'))"),
        ],
        grants={
            "orders_all": ["select", "insert", _PARCEL_CHANGES],
            "orders_own": ["select", "insert", _PARCEL_CHANGES],
            "orders_read": "select",
            "orders_floor": "select",
            "link": "select",
        },
        guards=[Guard("aa_stamp", "before insert or update", "ops.stamp_shipment"),
                Guard("ab_parcel", "after insert or update", "ops.guard_shipment"), *_TELL],
    ),
    Table(
        "orders.ShipmentLine", called="contents of parcels",
        history=True,
        policies=[
            Policy("contents of every parcel", to="orders_all", using="true", check="true"),
            Policy("contents of every parcel are read", to="orders_read", using="true", cmd="select"),
            Policy("contents of seen parcels are seen", to=("orders_own", "orders_floor"), cmd="select",
                   using="exists (select 1 from orders_shipment s where s.id = shipment_id)"),
            Policy("parcels of own orders are filled", to="orders_own", cmd="insert", check=_MY_PARCEL),
        ],
        grants={
            **dict.fromkeys(("orders_all", "orders_own"), "select, insert"),
            "orders_read": "select",
            "orders_floor": "select",
        },
        guards=[Guard("ab_not_more_than_ordered", "after insert or update", "ops.guard_shipment_line")],
    ),
]  # fmt: skip

# The three records of orders, seen with the order. Tables of the kernel, policies of this app.
_RECORD = [
    Policy("orders: every record", to=_SEES_ALL, using="noun = 'order'", cmd="select"),
    Policy("orders: records of seen orders", to=("orders_own", "orders_floor"), cmd="select",
           using=f"noun = 'order' and {_of_order('subject_id')}"),
]  # fmt: skip
_WRITE = Policy(
    "orders: events of seen orders are recorded",
    to=("orders_all", "orders_own", "orders_floor", "sales_all"), cmd="insert",
    check=f"noun = 'order' and {_of_order('subject_id')}",
)  # fmt: skip

# Whose an overdue order is: the agent's, or who has it in production.
_HELD = f"exists (select 1 from orders_order o where o.id = subject_id and {UID} in (o.agent_id, o.assignee_id))"
# What nobody on the floor has any more, whoever works there may take, put off or hand back.
_FREE = (
    "exists (select 1 from orders_order o where o.id = subject_id and not exists (select 1 from accounts_user u"
    " where u.id = o.assignee_id and u.is_active and 'orders_floor' = any (u.scopes)))"
)
_AN_ORDER = "noun = 'order'"
_ANSWERED = Guard("zx_tell_order", "after insert or update", "ops.tell_order_subject",
                  condition="new.noun = 'order'")  # fmt: skip
tables += [
    Table("digests.Extension", called="promises that were extended", history=True,
          policies=[Policy("orders: days of every order", to="orders_all", using=_AN_ORDER, check=_AN_ORDER),
                    Policy("orders: days of every order are read", to="orders_read", using=_AN_ORDER, cmd="select"),
                    Policy("orders: days of seen orders are read", to=("orders_own", "orders_floor"), cmd="select",
                           using=f"{_AN_ORDER} and {_of_order('subject_id')}"),
                    Policy("orders: days of held orders are set", to=("orders_own", "orders_floor"), cmd="insert",
                           check=f"{_AN_ORDER} and {_HELD}"),
                    Policy("orders: days of held orders are moved", to=("orders_own", "orders_floor"), cmd="update",
                           using=f"{_AN_ORDER} and {_HELD}", check=f"{_AN_ORDER} and {_HELD}"),
                    Policy("orders: days of what nobody has are set", to="orders_floor", cmd="insert",
                           check=f"{_AN_ORDER} and {_FREE}"),
                    Policy("orders: days of what nobody has are moved", to="orders_floor", cmd="update",
                           using=f"{_AN_ORDER} and {_FREE}", check=f"{_AN_ORDER} and {_FREE}")],
          guards=[_ANSWERED],
          grants={**{scope: ["select", "insert", "update (until, reason)"] for scope in ("orders_all", "orders_own",
                     "orders_floor")}, "orders_read": "select"}),
    Table("digests.HandBack", called="orders that were handed back",
          policies=[Policy("orders: who sees all decides whose it is", to="orders_all", using=_AN_ORDER),
                    Policy("orders: held orders are handed back", to=("orders_own", "orders_floor"), cmd="insert",
                           check=f"{_AN_ORDER} and person_id = {UID} and {_HELD}"),
                    Policy("orders: what nobody has is handed back", to="orders_floor", cmd="insert",
                           check=f"{_AN_ORDER} and person_id = {UID} and {_FREE}")],
          guards=[_ANSWERED],
          grants={"orders_all": "select, delete", "orders_own": "insert", "orders_floor": "insert"}),
    Table("ops.SignedLink",
          policies=[Policy("orders: links are made by who works on the order", to=("orders_all", "orders_own"),
                           cmd="insert", check=f"kind = 'order_status' and {_of_order('subject_id')}")],
          grants=dict.fromkeys(("orders_all", "orders_own"), "insert")),
    Table("ops.Transition", policies=_RECORD,
          grants=dict.fromkeys(("orders_all", "orders_read", "orders_own", "orders_floor"), "select")),
    Table("ops.Event",
          policies=[*_RECORD, _WRITE,
                    Policy("imports: events of own loads are recorded", to="imports", cmd="insert",
                           check="noun = 'importbatch' and exists (select 1 from ops_importbatch b"
                                 f" where b.id = subject_id and b.by_id = {UID})"),
                    Policy("orders: who reads every order records that it was printed", to="orders_read", cmd="insert",
                           check=f"noun = 'order' and kind = 'order.printed' and {_of_order('subject_id')}"),
                    Policy("orders: waking is recorded", to="wakes", cmd="insert",
                           check=f"noun = 'order' and kind = 'order.woken' and {_of_order('subject_id')}"),
                    Policy("imports: own loads", to="imports", cmd="select",
                           using=f"noun = 'importbatch' and by_id = {UID}"),
                    Policy("imports: every load", to=_SEES_ALL, cmd="select", using="noun = 'importbatch'")],
          grants={**dict.fromkeys(("orders_all", "orders_own", "orders_floor"), "select, insert"),
                  "orders_read": "select, insert", "sales_all": "insert", "wakes": "insert",
                  "imports": "select, insert"}),
]  # fmt: skip

# Files of orders: seen with their order, by whom they are kept for; removed ones by managers and who removed them.
_FILE_HERE = f"noun = 'order' and {_of_order('subject_id')}"
_NOT_REMOVED = f"(removed_at is null or removed_by_id = {UID})"
_MY_FILE = (
    f"{_FILE_HERE} and {_NOT_REMOVED} and (by_id = {UID}"
    f" or exists (select 1 from orders_order o where o.id = subject_id and o.agent_id = {UID}))"
)
_FLOOR_FILE = f"{_FILE_HERE} and {_NOT_REMOVED} and by_id = {UID} and visibility = 'everyone'"
_FILE_RIGHTS = ["select, insert", "update (removed_at, removed_by_id, removed_reason, visibility)"]
_ORDER_FILE = "new.noun = 'order'"

tables += [
    Table(
        "files.File",
        history=True,
        policies=[
            Policy("order files: managers keep all", to="orders_all", using="noun = 'order'",
                   check=f"noun = 'order' and {_of_order('subject_id')}"),
            Policy("order files: for everyone who sees the order", to=("orders_read", "orders_own", "orders_floor"),
                   cmd="select", using=f"{_FILE_HERE} and {_NOT_REMOVED} and visibility = 'everyone'"),
            Policy("order files: for sales and office", to=("orders_read", "orders_own"), cmd="select",
                   using=f"{_FILE_HERE} and {_NOT_REMOVED} and visibility = 'sales'"),
            Policy("order files: sales adds", to="orders_own", cmd="insert",
                   check=f"{_FILE_HERE} and visibility in ('everyone', 'sales')"),
            Policy("order files: the floor adds", to="orders_floor", cmd="insert",
                   check=f"{_FILE_HERE} and visibility = 'everyone'"),
            Policy("order files: sales change own ones, and those of own orders", to="orders_own",
                   cmd="update", using=f"{_MY_FILE} and visibility <> 'managers'",
                   check=f"{_MY_FILE} and visibility <> 'managers'"),
            Policy("order files: the floor removes own ones", to="orders_floor", cmd="update", using=_FLOOR_FILE,
                   check=_FLOOR_FILE),
        ],
        grants={
            "orders_all": _FILE_RIGHTS,
            "orders_own": _FILE_RIGHTS,
            "orders_floor": _FILE_RIGHTS,
            "orders_read": "select",
        },
        guards=[
            Guard("ab_stage_of_order", "before insert", "ops.stamp_order_stage", condition=_ORDER_FILE),
            Guard("zx_tell_order", "after insert or update", "ops.tell_order_subject", condition=_ORDER_FILE),
        ],
    ),
]  # fmt: skip

tables += thread_rules.tables

sentences = {
    "orders_carrier_name": "There is a carrier with this name already.",
    "orders_carrier_named": "A carrier needs a name.",
    "orders_carrier_url": "The address begins with https:// and has {number} where the number goes.",
    "orders_shipment_position": "Somebody sent a part of this order just now. Look again, then repeat.",
    "orders_shipment_tracked": "A parcel needs a tracking number.",
    "orders_shipmentline_quantity": "The quantity is more than zero.",
    "orders_line_quantity": "The quantity of a line is more than zero.",
    "orders_line_described": "Every line needs a product or a description.",
    "orders_price_positive": "Prices and discounts are zero or more.",
    "orders_costing_positive": "Costs are zero or more.",
    "orders_sale_currency": "A currency is three capital letters, like PKR.",
    "orders_order_number_key": "This order number was taken a moment ago. Save once more.",
    "orders_order_external": "This order has been loaded from the same source before.",
    "orders_order_hold_reason": "Say why the order is held.",
    "orders_order_cancel_reason": "Say why the order is cancelled.",
}
