"""Rules that a shop may set: declared in code, with a type, bounds and who may edit; the values are rows (X12)."""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Literal

from django.apps import apps

Kind = Literal["yes", "number", "days", "choice", "text", "lines"]
MOST_LINES, LINE = 20, 80
WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Rule:
    """`low` and `high` bound a number; `choices` are words with their labels; `days` are weekdays, Monday 0.
    A text has `least` to `high` letters, on one line unless it is `long`; `lines` are `least` to 20 different ones.

    `default` may be a function: what the environment said before the shop decided.
    """

    key: str
    label: str
    sentence: str
    kind: Kind
    default: Any
    group: str
    scopes: tuple[str, ...] = ("shop_edit",)
    unit: str = ""
    low: int = 0
    high: int = 0
    choices: tuple[tuple[str, str], ...] = ()
    least: int = 0
    long: bool = False

    @property
    def fallback(self) -> Any:
        return self.default() if isinstance(self.default, Callable) else self.default  # type: ignore[arg-type]

    def problem(self, value: Any) -> str:
        """Why `value` cannot be; empty when it can. Its SQL twin is ops.setting_fits."""
        if self.kind == "yes":
            return "" if isinstance(value, bool) else f"{self.label} is yes or no."
        if self.kind == "number":
            sound = isinstance(value, int) and not isinstance(value, bool) and self.low <= value <= self.high
            return "" if sound else f"{self.label} is a whole number from {self.low} to {self.high}."
        if self.kind == "choice":
            return "" if value in dict(self.choices) else f"{self.label} is one of what is listed."
        if self.kind == "text":
            return self._text_problem(value)
        if self.kind == "lines":
            return self._lines_problem(value)
        sound = isinstance(value, list) and all(type(day) is int and 0 <= day <= 6 for day in value)
        if not sound or len(set(value)) != len(value):
            return f"{self.label} are days of the week, each once."
        return "" if len(value) >= self.least else f"{self.label}: choose at least {self.least} day."

    def _text_problem(self, value: Any) -> str:
        if not isinstance(value, str) or not self.least <= len(value) <= self.high:
            return f"{self.label} has {self.least} to {self.high} letters."
        odd = any(ord(letter) < 32 and not (self.long and letter == "\n") for letter in value)
        return f"{self.label} has letters that cannot be printed." if odd else ""

    def _lines_problem(self, value: Any) -> str:
        if not isinstance(value, list) or not self.least <= len(value) <= MOST_LINES or len(set(value)) != len(value):
            return f"{self.label}: write {self.least} to {MOST_LINES} different ones."
        sound = all(isinstance(line, str) and 0 < len(line) <= LINE and line.isprintable() for line in value)
        return "" if sound else f"{self.label}: at most {LINE} letters each."

    def spell(self, value: Any) -> str:
        """The value as people read it."""
        if self.kind == "yes":
            return "Yes" if value else "No"
        if self.kind == "days":
            return ", ".join(WEEK[day][:3] for day in sorted(value)) or "None"
        if self.kind == "choice":
            return dict(self.choices).get(value, str(value))
        if self.kind == "text":
            return value or "Nothing"
        if self.kind == "lines":
            return " · ".join(value) or "None"
        return f"{value} {self.unit}".strip()


_rules: dict[str, Rule] = {}


def declare(*rules: Rule) -> None:
    for rule in rules:
        assert not rule.problem(rule.fallback), rule.problem(rule.fallback)
        _rules[rule.key] = rule


def rule_of(key: str) -> Rule:
    return _rules[key]


def every_rule() -> Mapping[str, Rule]:
    return _rules


def load() -> None:
    """Every app's shop_rules.py, in the order of the apps."""
    for config in apps.get_app_configs():
        if not config.name.startswith(("django", "allauth")) and find_spec(f"{config.name}.shop_rules"):
            importlib.import_module(f"{config.name}.shop_rules")


# --- the same in SQL ----------------------------------------------------------------------------------------------


def rendered() -> str:
    """Two functions that know every rule: whether a value fits, and whose scopes may set it."""
    fits = "\n".join(f"  when '{rule.key}' then {_fits(rule)}" for rule in _sorted())
    whose = "\n".join(f"  when '{rule.key}' then '{{{{{','.join(rule.scopes)}}}}}'::text[]" for rule in _sorted())
    return (
        (
            "-- Rendered from */shop_rules.py: what each rule of the shop may be, and who may set it.\n"
            "create or replace function ops.setting_fits(rule text, value jsonb) returns boolean language sql immutable"
            "\nas "
            f"$$ select coalesce(case rule\n{fits}\n  else false end, false) $$;\n\n"
            "create or replace function ops.setting_scopes(rule text) returns text[] language sql immutable as\n"
            f"$$ select coalesce(case rule\n{whose}\n  end, '{{{{}}}}'::text[]) $$;"
        )
        .replace("{{", "{")
        .replace("}}", "}")
    )


def _sorted() -> list[Rule]:
    return sorted(_rules.values(), key=lambda rule: rule.key)


def _fits(rule: Rule) -> str:
    if rule.kind == "yes":
        return "jsonb_typeof(value) = 'boolean'"
    if rule.kind == "number":
        return (
            "case when jsonb_typeof(value) = 'number' then value::numeric % 1 = 0"
            f" and value::numeric between {rule.low} and {rule.high} end"
        )
    if rule.kind == "choice":
        words = ", ".join(f"'\"{word}\"'::jsonb" for word, _ in rule.choices)
        return f"value in ({words})"
    if rule.kind == "text":
        odd = r"[\x01-\x09\x0b-\x1f]" if rule.long else r"[\x01-\x1f]"
        return (
            "case when jsonb_typeof(value) = 'string' then char_length(value #>> '{}')"
            f" between {rule.least} and {rule.high} and value #>> '{{{{}}}}' !~ '{odd}' end"
        )
    if rule.kind == "lines":
        return (
            f"case when jsonb_typeof(value) = 'array' then jsonb_array_length(value) between {rule.least} and"
            f" {MOST_LINES} and (select count(distinct d) = count(*) and coalesce(bool_and(jsonb_typeof(d) = 'string'"
            f" and char_length(d #>> '{{{{}}}}') between 1 and {LINE}), true) from jsonb_array_elements(value) d) end"
        )
    week = "[" + ", ".join(str(day) for day in range(7)) + "]"
    return (
        f"case when jsonb_typeof(value) = 'array' then value <@ '{week}'::jsonb and jsonb_array_length(value) >="
        f" {rule.least} and jsonb_array_length(value) = (select count(distinct d)"
        " from jsonb_array_elements(value) d) end"
    )
