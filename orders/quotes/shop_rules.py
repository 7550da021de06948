"""How a shop quotes: how long offers hold, what they say, why they are lost, and what a yes does."""

from ops.shop.rules import Rule, declare

_SETS = ("shop_edit", "quotes_all")

declare(
    Rule(
        "quotes.valid_days", "Quotes are valid for", "The last day that a new quote or version begins with. Quotes that"
        " are out keep theirs.",
        kind="number", default=14, low=1, high=365, unit="days", group="Quotes", scopes=_SETS,
    ),
    Rule(
        "quotes.order_at_once", "Accepted is ordered",
        "Whether an accepted quote becomes an order at once; otherwise an agent makes the order of it.",
        kind="yes", default=True, group="Quotes", scopes=_SETS,
    ),
    Rule(
        "quotes.terms", "Terms of new quotes", "What a new quote begins with; each may say something else.",
        kind="text", default="", high=2000, long=True, group="Quotes", scopes=_SETS,
    ),
    Rule(
        "quotes.lost_reasons", "Why quotes are lost", "They are counted, so keep them few.",
        kind="lines", group="Quotes", scopes=_SETS, least=1,
        default=["Too expensive", "Too late", "Bought elsewhere", "Changed their mind", "No answer", "Other"],
    ),
)  # fmt: skip
