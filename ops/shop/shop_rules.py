"""The kernel's own rules of a shop: who it is, how it writes amounts, and when it works."""

from django.conf import settings

from ops.shop.rules import Rule, declare

_DAYS = ("shop_edit", "calendar_edit")

declare(
    Rule(
        "shop.name", "Name of the shop", "On every page, paper and mail.",
        kind="text", default=lambda: settings.SHOP_NAME, group="Shop", least=1, high=60,
    ),
    Rule(
        "shop.address", "Address of the shop", "On papers, under the name: street, city, telephone.",
        kind="text", default=lambda: settings.SHOP_ADDRESS, group="Shop", high=300, long=True,
    ),
    Rule(
        "money.lakh", "Group numbers in lakh", "Writes 12,34,567 instead of 1,234,567, on pages, papers and mails.",
        kind="yes", default=lambda: bool(settings.SHOP_LAKH), group="Money",
    ),
    Rule(
        "money.sign", "Currencies are written", "The sign, where a currency has one, or always its three letters.",
        kind="choice", default="sign", group="Money",
        choices=(("sign", "As a sign: Rs 1,500, $1,500"), ("code", "In letters: PKR 1,500, USD 1,500")),
    ),
    Rule(
        "calendar.week_start", "Weeks begin on", "The first column of calendars.",
        kind="choice", default="monday", group="Days", scopes=_DAYS,
        choices=(("monday", "Monday"), ("saturday", "Saturday"), ("sunday", "Sunday")),
    ),
    Rule(
        "calendar.working_days", "Working days", "The days on which the shop works. On the others no morning list and"
        " no view goes out, no day is proposed that falls on one, and a target's pace does not count them.",
        kind="days", default=[0, 1, 2, 3, 4, 5], group="Days", scopes=_DAYS, least=1,
    ),
    Rule(
        "calendar.half_days", "Half days", "Working days that count as half in the pace of a target.",
        kind="days", default=[], group="Days", scopes=_DAYS,
    ),
)  # fmt: skip
