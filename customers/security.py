"""Agents see the customers of their own orders and those they brought in; managers see all, and merge."""

from ops.db.security import UID, Function, Guard, Policy, Table, View
from ops.threads.security import CHANGES, JUST_WRITTEN

functions = [
    Function(
        "customers/sql/find.sql",
        reason="finds by exact phone or e-mail, so that an agent does not make a double of a colleague's customer;"
        " searches by id, as LIKE is not leakproof",
        execute={
            "ops.find_customer(text, text)": ("customers_all", "customers_own", "imports", "intake"),
            "ops.has_found(bigint)": (),
            "ops.search_customers(text, text, int)": ("customers_all", "customers_own"),
            "ops.customers_alike(int)": ("customers_all",),
        },
    ),
    Function(
        "customers/sql/contacts.sql",
        reason="keeps the main phone and e-mail among the contacts, which nobody else marks as main; tells screens ids",
        execute={
            "ops.customer_viewers(bigint, bigint, bigint)": (),
            "ops.customer_seen(bigint[], bigint[], jsonb)": (),
        },
    ),
    Function(
        "customers/sql/merging.sql",
        reason="moves every row of a merged customer, also those that whoever merges may not see; looks for any left",
        execute={
            "ops.customer_links()": ("customers_all",),
            "ops.subject_tables()": ("customers_all",),
            "ops.repoint(text, text, text, text, bigint, bigint)": (),
            "ops.merge_customers(bigint)": ("customers_all",),
            "ops.unmerge_customers(bigint)": ("customers_all",),
            "ops.customer_holds(bigint)": ("customers_all",),
            "ops.strayed(text, text, bigint[], bigint)": ("customers_all",),
        },
    ),
]

_SEES_ORDERS = ("orders_all", "orders_read", "orders_own")
views = [
    View(
        "customers_orderfigures",
        "customers/sql/order_figures.sql",
        to=_SEES_ORDERS,
        called="figures of customers' orders",
    ),
    View(
        "customers_orderspend",
        "customers/sql/order_spend.sql",
        to=("sales_all", "sales_read", "sales_own"),
        called="what customers spent",
    ),
]

_OWN = (
    f"keeper_id = {UID} or exists (select 1 from orders_order o where o.customer_id = customers_customer.id"
    f" and o.agent_id = {UID})"
)
_KNOWN = "exists (select 1 from customers_customer c where c.id = customer_id)"
_BUYERS = ("customers_all", "customers_own")
# Messages beside a customer: whoever knows the customer.
_HERE = "noun = 'customer' and exists (select 1 from customers_customer c where c.id = subject_id)"
_CUSTOMER_MESSAGE = "new.noun = 'customer'"
_ADDED = "new table as added"

tables = [
    Table(
        "customers.Customer",
        history=True,
        policies=[
            Policy("every customer", to="customers_all", using="true", check="true"),
            Policy("customers of own orders", to="customers_own", using=_OWN, check=_OWN),
        ],
        grants={
            "customers_all": "select, insert, update",
            "customers_own": "select, insert, update",
        },
        guards=[
            Guard("ac_version", "before update", "ops.bump_version"),
            Guard("ad_customer", "before insert or update", "ops.guard_customer"),
            Guard("zv_contacts", "after update of phone, email", "ops.keep_main_contacts"),
            Guard("zv_contacts_added", "after insert", "ops.keep_new_main_contacts", each="statement", rows=_ADDED),
            Guard("zx_tell", "after update", "ops.tell_customer"),
            Guard("zx_tell_added", "after insert", "ops.tell_new_customers", each="statement", rows=_ADDED),
        ],
    ),
    Table(
        "customers.CustomerContact", called="customers' phones and addresses",
        history=True,
        policies=[
            Policy("contacts of known customers are seen", to=_BUYERS, using=_KNOWN, cmd="select"),
            # Main ones are written with the customer: the trigger alone marks them.
            Policy("further contacts are added", to=_BUYERS, check=f"not is_main and {_KNOWN}", cmd="insert"),
            Policy("further contacts are named", to=_BUYERS, using=f"not is_main and {_KNOWN}",
                   check=f"not is_main and {_KNOWN}", cmd="update"),
            Policy("further contacts are taken away", to=_BUYERS, using=f"not is_main and {_KNOWN}", cmd="delete"),
        ],
        grants={scope: ["select", "insert", "delete", "update (label)"] for scope in _BUYERS},
        guards=[
            Guard("ae_live_customer", "before insert or update of customer_id", "ops.guard_live_customer"),
            Guard("zx_tell", "after insert or update or delete", "ops.tell_customer_contact"),
        ],
    ),
    Table(
        "customers.CustomerMerge", called="customers that became one",
        policies=[
            Policy("merges are known to who sees every customer", to="customers_all", using="true", cmd="select"),
            # Only a wish: what was done, and by whom, ops.merge_customers writes.
            Policy("merges are asked for", to="customers_all", cmd="insert",
                   check="moved is null and kept_before is null and gone_before is null and by_id is null"
                         " and undone_at is null and undone_by_id is null"),
        ],
        grants={"customers_all": "select, insert"},
    ),
    Table(
        "threads.Message",
        history=True,
        policies=[
            Policy("customer messages: every one", to="customers_all", using="noun = 'customer'", cmd="select",
                   history="noun = 'customer'"),
            Policy("customer messages: of known customers", to="customers_own", using=_HERE, cmd="select",
                   history=False),
            Policy("customer messages: who knows the customer writes", to=_BUYERS, check=f"{_HERE} and by_id = {UID}",
                   cmd="insert"),
            Policy("customer messages: managers remove", to="customers_all", using="noun = 'customer'",
                   check="noun = 'customer'", cmd="update"),
            Policy("customer messages: one's own are changed for a while", to="customers_own",
                   using=f"{_HERE} and {JUST_WRITTEN}", check=f"{_HERE} and by_id = {UID}", cmd="update"),
        ],
        grants={scope: ["select", "insert", CHANGES] for scope in _BUYERS},
        guards=[
            Guard("ae_live_customer", "before insert or update of subject_id", "ops.guard_live_subject",
                  condition=_CUSTOMER_MESSAGE),
            Guard("zx_tell_customer", "after insert or update", "ops.tell_customer_subject",
                  condition=_CUSTOMER_MESSAGE),
        ],
    ),
    Table(
        "ops.Event",
        policies=[
            Policy("customers: every record", to="customers_all", using="noun = 'customer'", cmd="select"),
            Policy("customers: records of known customers", to="customers_own", cmd="select",
                   using="noun = 'customer' and exists (select 1 from customers_customer c where c.id = subject_id)"),
            Policy("customers: events of known customers are recorded", to=_BUYERS, cmd="insert",
                   check="noun = 'customer' and exists (select 1 from customers_customer c where c.id = subject_id)"),
        ],
        grants=dict.fromkeys(_BUYERS, "select, insert"),
    ),
]  # fmt: skip

sentences = {
    "customers_customer_phone": "Another customer has this phone number. Find them by the number instead.",
    "customers_customer_email": "Another customer has this e-mail. Find them by the e-mail instead.",
    "customers_contact_once": "Another customer has this phone or e-mail. Find them by it instead, or merge the two.",
    "customers_customer_e164": "Write the phone number with its country code, like +92 300 1234567.",
    "customers_customer_named": "A customer needs a name.",
    "customers_contact_kind": "Write the phone number with its country code, like +92 300 1234567.",
    "customers_contact_value": "Write a phone number or an e-mail.",
    "customers_merge_once": "This customer has been merged already.",
    "customers_merge_two": "Choose two customers, not the same one twice.",
}
