"""When the morning's lists go out, and how long what is in them works."""

from ops.shop.rules import Rule, declare

declare(
    Rule(
        "digest.hour", "Morning lists go out at", "The hour of the shop's clock from which on the lists of the day are"
        " written. They are written once a working day, also when the server comes back late.",
        kind="number", default=8, low=5, high=20, unit="o'clock", group="Morning lists",
    ),
    Rule(
        "digest.rows", "Rows of a morning list", "The worst come first; of the rest the mail says how many there are.",
        kind="number", default=20, low=5, high=20, unit="rows", group="Morning lists",
    ),
    Rule(
        "digest.link_days", "Links in a morning list work for", "Each acts once, as the person it was written to.",
        kind="number", default=3, low=1, high=14, unit="days", group="Morning lists",
    ),
    Rule(
        "digest.extend_days", "Extend by at most", "How far ahead somebody may move the day of a reminder.",
        kind="number", default=60, low=1, high=180, unit="days", group="Morning lists",
    ),
)  # fmt: skip
