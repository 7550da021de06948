"""The kernel's own rules of a shop: how amounts are written, and when it works."""

from django.conf import settings

from ops.shop.rules import Rule, declare

_DAYS = ("shop_edit", "calendar_edit")

declare(
    Rule(
        "money.lakh", "Group amounts in lakh", "Writes 12,34,567 instead of 1,234,567, on pages, papers and mails.",
        kind="yes", default=lambda: bool(settings.SHOP_LAKH), group="Money",
    ),
    Rule(
        "calendar.working_days", "Working days", "The days on which the shop works. On the others no morning list goes"
        " out, and they do not count where a limit is said in working days.",
        kind="days", default=[0, 1, 2, 3, 4, 5], group="Days", scopes=_DAYS, least=1,
    ),
    Rule(
        "calendar.half_days", "Half days", "Working days that count as half where working days are counted.",
        kind="days", default=[], group="Days", scopes=_DAYS,
    ),
)  # fmt: skip
