"""What a shop decides about its orders: how long things last."""

from ops.shop.rules import Rule, declare

declare(
    Rule(
        "orders.hold_days", "Look again at held orders after", "The day that is offered when an order is put on hold.",
        kind="number", default=7, low=1, high=90, unit="days", group="Orders",
    ),
    Rule(
        "orders.letter_seconds", "Mails about a move wait for",
        "How long a mail to the customer waits before it goes. A move taken back meanwhile takes it back, too.",
        kind="number", default=60, low=0, high=600, unit="seconds", group="Orders",
    ),
    Rule(
        "orders.link_days", "Links for customers last",
        "How long the link in a customer's mail shows where the order is. Links that are out keep their time.",
        kind="number", default=90, low=1, high=365, unit="days", group="Orders",
    ),
)  # fmt: skip
