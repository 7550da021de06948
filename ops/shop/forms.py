"""One rule to set, and holidays as people have them: a line each, the day and its name."""

import csv
from datetime import date
from typing import Any

from django import forms

from ops import clock
from ops.forms import DayInput
from ops.imports.problems import Unreadable
from ops.imports.values.dates import DMY, reader
from ops.shop.rules import LINE, MOST_LINES, WEEK, Rule

_MOST = 20_000


class SettingForm(forms.Form):
    """The field for the value follows from the rule's kind."""

    starts_on = forms.DateField(label="From", widget=DayInput(), help_text="Today, or a later day on which it begins.")
    reason = forms.CharField(label="Why", max_length=200, required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, rule: Rule, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rule = rule
        self.fields = {"value": _field(rule), **self.fields}
        self.fields["starts_on"].widget.attrs["min"] = clock.today().isoformat()

    def decided(self) -> Any:
        value = self.cleaned_data["value"]
        if self.rule.kind == "days":
            return sorted(int(day) for day in value)
        if self.rule.kind == "text":
            return "\n".join(value.splitlines()) if self.rule.long else " ".join(value.split())
        return list(dict.fromkeys(_tidy(value))) if self.rule.kind == "lines" else value


def typed(rule: Rule, value: Any) -> Any:
    """The value as its field shows it."""
    if rule.kind == "days":
        return [str(day) for day in value]
    return "\n".join(value) if rule.kind == "lines" else value


def _tidy(text: str) -> list[str]:
    return [line for line in (" ".join(line.split()) for line in text.splitlines()) if line]


def _field(rule: Rule) -> forms.Field:
    said = {"label": rule.label, "help_text": rule.sentence}
    if rule.kind == "yes":
        return forms.BooleanField(required=False, **said)  # type: ignore[arg-type]
    if rule.kind == "number":
        bounds = f"{rule.sentence} From {rule.low} to {rule.high}{' ' + rule.unit if rule.unit else ''}."
        return forms.IntegerField(label=rule.label, help_text=bounds, min_value=rule.low, max_value=rule.high)
    if rule.kind == "text":
        widget = forms.Textarea({"rows": 4}) if rule.long else forms.TextInput()
        return forms.CharField(required=rule.least > 0, max_length=rule.high, widget=widget, **said)  # type: ignore[arg-type]
    if rule.kind == "lines":
        several = f"{rule.sentence} One on a line, at most {MOST_LINES} of {LINE} letters."
        widget = forms.Textarea({"rows": 6})
        return forms.CharField(label=rule.label, help_text=several, required=rule.least > 0, widget=widget)
    if rule.kind == "days":
        days = [(str(number), name) for number, name in enumerate(WEEK)]
        return forms.MultipleChoiceField(
            choices=days, widget=forms.CheckboxSelectMultiple, required=rule.least > 0, **said  # type: ignore[arg-type]
        )  # fmt: skip
    return forms.ChoiceField(choices=rule.choices, **said)  # type: ignore[arg-type]


class HolidaysForm(forms.Form):
    """Lines of a calendar: `2026-12-25, Christmas`, or `25/12/2026; Christmas`. What cannot be read is said by line."""

    rows = forms.CharField(
        label="Days, one a line",
        max_length=_MOST,
        widget=forms.Textarea({"rows": 5, "placeholder": "2026-12-25, Christmas"}),
        help_text="The day, a comma, its name. Write days like 2026-12-25, 25/12/2026 or 25 Dec 2026.",
    )

    def clean_rows(self) -> list[tuple[date, str]]:
        text = self.cleaned_data["rows"]
        read, found, problems = _reader(), [], []
        delimiter = next((mark for mark in "\t;" if mark in text), ",")
        for number, cells in enumerate(csv.reader(text.splitlines(), delimiter=delimiter), start=1):
            cells = [cell.strip() for cell in cells]
            if not any(cells) or (number == 1 and cells[0].lower() in {"day", "date"}):
                continue
            try:
                day = date.fromisoformat(read(cells[0]))
            except Unreadable:
                problems.append(f"Line {number}: “{cells[0]}” is not a day.")
                continue
            if len(cells) < 2 or not cells[1]:
                problems.append(f"Line {number}: {day:%-d %b %Y} needs a name.")
                continue
            found.append((day, cells[1][:80]))
        if problems:
            raise forms.ValidationError(
                problems[:5] + ([f"… and {len(problems) - 5} more lines."] if problems[5:] else [])
            )
        return found


def _reader() -> Any:
    return reader(dict.fromkeys("-/. ", DMY), clock.zone(), with_time=False)
