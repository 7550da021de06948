"""A job writes letters, reading orders and whom they are for; whether somebody wants them stands with the customer."""

from ops.db.security import Function, Guard, Policy, Table

functions = [
    Function(
        "orders/letters/sql/letters.sql",
        reason="knows of every order who has to do with it and may see it, when somebody else moves it; says of mails"
        " how they fare without showing them; follows the link of a customer who wants no mails",
        execute={
            "ops.order_parts(bigint[], jsonb)": (),
            "ops.order_seen(bigint[], bigint[], jsonb)": (),
            "ops.order_customers(bigint[])": (),
            "ops.order_letter_goes(bigint, text)": ("orders_all", "orders_own", "orders_floor", "letters"),
            "ops.order_mails(bigint)": ("orders_all", "orders_read", "orders_own", "orders_floor"),
            "ops.order_told_shipped(bigint)": ("letters", "orders_all", "orders_own", "orders_floor"),
            "ops.order_corrections(bigint)": ("letters", "orders_all", "orders_own", "orders_floor"),
            "ops.order_withdraw(bigint, text, text)": ("letters", "orders_all", "orders_own", "orders_floor"),
            "ops.order_mail_again(bigint, bigint)": ("orders_all", "orders_own"),
            "ops.order_link_silence(boolean)": ("link",),
            "ops.order_link_is_silent()": ("link",),
        },
    ),
]

tables = [
    Table(
        "orders.Order",
        policies=[Policy("letters are about orders", to="letters", using="true", cmd="select", history=False)],
        grants={"letters": "select"},
    ),
    Table(
        "customers.Customer",
        policies=[Policy("letters go to customers", to="letters", using="true", cmd="select", history=False)],
        grants={"letters": "select"},
    ),
    Table(
        "ops.SignedLink",
        policies=[Policy("letters: links to the status of an order", to="letters", cmd="insert",
                         check="kind = 'order_status'")],
        grants={"letters": "insert"},
    ),
    Table(
        "ops.Event",
        policies=[Policy("letters: what was written is recorded", to="letters", cmd="insert",
                         check="noun = 'order' and kind in ('order.written', 'order.corrected', 'order.withdrawn')")],
        grants={"letters": "insert"},
    ),
    Table(
        "ops.OutboxMail",
        guards=[Guard("zx_tell_order", "after insert or update of state", "ops.tell_order_mail")],
    ),
]  # fmt: skip
