"""Agents see the customers of their own orders and those they brought in; managers see all."""

from ops.db.security import UID, Function, Guard, Policy, Table

functions = [
    Function(
        "customers/sql/find.sql",
        reason="finds by exact phone or e-mail, so that an agent does not make a double of a colleague's customer",
        execute={
            "ops.find_customer(text, text)": ("customers_all", "customers_own", "imports", "intake"),
            "ops.has_found(bigint)": (),
        },
    ),
]

_OWN = (
    f"keeper_id = {UID} or exists (select 1 from orders_order o where o.customer_id = customers_customer.id"
    f" and o.agent_id = {UID})"
)

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
        guards=[Guard("ac_version", "before update", "ops.bump_version")],
    ),
]

sentences = {
    "customers_customer_phone": "Another customer has this phone number. Find them by the number instead.",
    "customers_customer_email": "Another customer has this e-mail. Find them by the e-mail instead.",
    "customers_customer_e164": "Write the phone number with its country code, like +92 300 1234567.",
    "customers_customer_named": "A customer needs a name.",
}
