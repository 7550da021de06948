"""Messages beside orders, in the database: whoever sees an order reads and writes there; the customer reads notes."""

from ops.db.security import UID, Guard, Policy, Table
from ops.threads.security import CHANGES, JUST_WRITTEN

_HERE = "noun = 'order' and exists (select 1 from orders_order o where o.id = subject_id)"
_MINE = f"noun = 'order' and exists (select 1 from orders_order o where o.id = subject_id and o.agent_id = {UID})"
_BY_ME = f"by_id = {UID}"
_READS = ("orders_read", "orders_own", "orders_floor")
_LINKED = "(select ops.link_subject('order_status'))"
_ORDER_MESSAGE = "new.noun = 'order'"

tables = [
    Table(
        "threads.Message",
        history=True,
        policies=[
            Policy("order messages: every one", to="orders_all", using="noun = 'order'", cmd="select",
                   history="noun = 'order'"),
            # What was removed stands in history, for those who keep the thread.
            Policy("order messages: of seen orders", to=_READS, using=_HERE, cmd="select", history=False),
            Policy("order messages: managers write", to="orders_all", check=f"{_HERE} and {_BY_ME}", cmd="insert"),
            Policy("order messages: who sees the order writes to the house", to=_READS, cmd="insert",
                   check=f"{_HERE} and {_BY_ME} and visibility = 'internal'"),
            Policy("order messages: its agent writes to the customer", to="orders_own", cmd="insert",
                   check=f"{_MINE} and {_BY_ME}"),
            Policy("order messages: managers remove", to="orders_all", using="noun = 'order'", check="noun = 'order'",
                   cmd="update"),
            Policy("order messages: one's own are changed for a while", to=_READS, using=f"{_HERE} and {JUST_WRITTEN}",
                   check=f"{_HERE} and {_BY_ME}", cmd="update"),
            Policy("order messages: a link shows what is for the customer", to="link", cmd="select", history=False,
                   using="visibility = 'customer' and removed_at is null and (noun = 'order' and subject_id = "
                         f"{_LINKED} or noun = 'customer' and subject_id = (select o.customer_id from orders_order o"
                         f" where o.id = {_LINKED}))"),
        ],
        grants={"link": "select", **{scope: ["select", "insert", CHANGES] for scope in ("orders_all", *_READS)}},
        guards=[Guard("zx_tell_order", "after insert or update", "ops.tell_order_subject", condition=_ORDER_MESSAGE)],
    ),
    Table(
        "files.File",
        history=True,
        policies=[
            Policy("message files: a link shows those for the customer", to="link", cmd="select", history=False,
                   using="noun = 'message' and removed_at is null"
                         " and exists (select 1 from threads_message m where m.id = files_file.subject_id)"),
        ],
        grants={"link": "select"},
    ),
]  # fmt: skip
