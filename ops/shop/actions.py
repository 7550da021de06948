"""Verbs of the shop's rules and days: lock, check, change, record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, connection, transaction

from ops import clock, events
from ops.access.scopes import scopes_of
from ops.errors import Conflict, Refused
from ops.shop.models import Holiday, Setting
from ops.shop.reading import exact, forget
from ops.shop.rules import Rule, every_rule

if TYPE_CHECKING:
    from accounts.models import User

_MOST_HOLIDAYS = 400


def change_setting(
    key: str, value: Any, *, by: User, starts_on: date | None = None, reason: str = "", seen: int | None = None
) -> Setting | None:
    """The rule holds from `starts_on` on, today by default. `seen` is the decision that the person looked at.

    None when that is what holds on that day already.
    """
    rule = _rule(key, by)
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"shop:{key}"])
    forget()

    starts_on = starts_on or clock.today()
    latest = Setting.objects.filter(key=key).order_by("-pk").values_list("pk", flat=True).first() or 0
    if seen is not None and seen != latest:
        raise Conflict(f"Somebody set “{rule.label}” just now. Look again, then decide.")
    if starts_on < clock.today():
        raise Refused("A rule changes from today on, not in the past.", field="starts_on")
    if problem := rule.problem(value):
        raise Refused(problem, field="value")
    old = exact().value(key, starts_on)
    if old == value:
        return None

    made = Setting.objects.create(key=key, value=value, starts_on=starts_on, reason=reason.strip()[:200])

    forget()
    said = {"old": rule.spell(old), "new": rule.spell(value), "starts": f"{starts_on:%-d %b %Y}"}
    events.record("shop.setting_changed", made, key=key, label=rule.label, **said)
    return made


def set_back(to: Setting | None, key: str, *, by: User, reason: str = "") -> Setting | None:
    """The value of an earlier decision again, from today on; without one, the default."""
    rule = _rule(key, by)
    value = rule.fallback if to is None else to.value
    return change_setting(key, value, by=by, reason=reason or "Set back")


def withdraw_setting(decision: Setting, *, by: User) -> Setting:
    """A decision that has not begun is taken back."""
    rule = _rule(decision.key, by)
    decision = Setting.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    if decision.withdrawn_at is not None:
        return decision
    if decision.starts_on <= clock.today():
        raise Refused(f"“{rule.label}” holds already since {decision.starts_on:%-d %b %Y}; set it back instead.")

    decision.withdrawn_at = clock.now()
    decision.save(update_fields=["withdrawn_at"])

    forget()
    events.record(
        "shop.setting_withdrawn", decision, key=decision.key, label=rule.label, new=rule.spell(decision.value)
    )
    return decision


def add_holidays(days: Sequence[tuple[date, str]], *, by: User) -> int:
    """Days on which the shop is closed; one that is known already gets the new name. Returns how many are new."""
    _keeps_days(by)
    if not days:
        raise Refused("Write at least one day with its name.", field="rows")
    if len(days) > _MOST_HOLIDAYS:
        raise Refused(f"At most {_MOST_HOLIDAYS} days at once.", field="rows")

    known = {holiday.day: holiday for holiday in Holiday.objects.select_for_update().order_by("day")}
    new = {day: name.strip()[:80] for day, name in days}
    if any(not name for name in new.values()):
        raise Refused("Every holiday needs a name.", field="rows")
    try:
        with transaction.atomic():
            for day, name in sorted(new.items()):
                if day not in known:
                    Holiday.objects.create(day=day, name=name)
                elif known[day].name != name:
                    known[day].name = name
                    known[day].save(update_fields=["name"])
    except IntegrityError as error:
        raise Conflict("Somebody added one of these days just now. Look again, then repeat.") from error

    forget()
    added = sorted(day for day in new if day not in known)
    if added:
        events.record_about("holiday", "shop.holidays_added", days=", ".join(f"{d:%-d %b %Y} {new[d]}" for d in added))
    return len(added)


def remove_holiday(holiday: Holiday, *, by: User) -> None:
    _keeps_days(by)
    found = Holiday.objects.select_for_update().filter(pk=holiday.pk).first()
    if found is None:
        return

    found.delete()

    forget()
    events.record_about("holiday", "shop.holiday_removed", name=holiday.name, day=f"{holiday.day:%-d %b %Y}")


def may_set(rule: Rule, user: User) -> bool:
    return not scopes_of(user).isdisjoint(rule.scopes)


def _rule(key: str, by: User) -> Rule:
    rule = every_rule().get(key)
    if rule is None:
        raise Refused("There is no such rule.")
    if not may_set(rule, by):
        raise Refused(f"Your role may not set “{rule.label}”.")
    return rule


def _keeps_days(by: User) -> None:
    if scopes_of(by).isdisjoint({"shop_edit", "calendar_edit"}):
        raise Refused("Your role may not change the days on which the shop works.")
