"""What a shop decides for itself: rules as data with their history, and the days on which it works.

Nouns: Setting (one decision about one rule), Holiday. Verbs: change_setting, withdraw_setting, add_holidays,
remove_holiday. Rules are declared in code: `<app>/shop_rules.py`. Read by `setting("orders.hold_days")`, which is
exact and asks the database once a transaction, or by `shown("money.lakh")`, which a page may draw seconds late.
"""

from ops.shop.days import is_working_day, next_working_day, working_day_from, working_days_between
from ops.shop.reading import setting, shown

__all__ = ["is_working_day", "next_working_day", "setting", "shown", "working_day_from", "working_days_between"]
