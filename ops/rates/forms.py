"""Rates as people have them: lines of a list, and one that is corrected."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation

from django import forms

from ops import clock
from ops.imports.problems import Unreadable
from ops.imports.values.currencies import codes
from ops.imports.values.dates import DMY, reader
from ops.rates.actions import RateLine, line_problem, rate_problem

_MOST = 300_000
_SHOWN = 5
_PARTS = re.compile(r"[\s,;]+")


class RatesForm(forms.Form):
    """Lines like `2026-01-05 USD 278.5`, also with commas, semicolons or tabs. What cannot be read is said by line."""

    rows = forms.CharField(
        label="Rates, one a line",
        max_length=_MOST,
        widget=forms.Textarea({"rows": 6, "placeholder": "2026-01-05 USD 278.5"}),
        help_text="The day, the currency, and what one of it is in the shop's. Write days like 2026-01-05, 05/01/2026"
        " or 5 Jan 2026, and decimals with a point.",
    )

    def clean_rows(self) -> list[RateLine]:
        found: list[RateLine] = []
        problems: list[str] = []
        for number, text in enumerate(self.cleaned_data["rows"].splitlines(), start=1):
            if not text.strip() or (number == 1 and not re.search(r"\d", text)):
                continue
            try:
                line = read_line(text)
            except Unreadable as wrong:
                problems.append(f"Line {number}: {wrong.sentence}")
                continue
            if problem := line_problem(line):
                problems.append(f"Line {number}: {problem}")
            found.append(line)
        if problems:
            more = [f"… and {len(problems) - _SHOWN} more lines."] if problems[_SHOWN:] else []
            raise forms.ValidationError(problems[:_SHOWN] + more)
        return found


class RateForm(forms.Form):
    rate = forms.CharField(max_length=40, widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}))
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean_rate(self) -> Decimal:
        try:
            rate = Decimal(self.cleaned_data["rate"].strip())
        except InvalidOperation:
            raise forms.ValidationError("Write the rate with a point, like 278.5.") from None
        if problem := rate_problem(rate):
            raise forms.ValidationError(problem)
        return rate

    def clean_seen(self) -> Decimal | None:
        try:
            return Decimal(self.cleaned_data["seen"]) if self.cleaned_data["seen"] else None
        except InvalidOperation:
            raise forms.ValidationError("Look at the rate again, then correct it.") from None


def read_line(text: str) -> RateLine:
    """Raises Unreadable with a sentence that says what is missing."""
    parts = [part for part in _PARTS.split(text.strip()) if part]
    at = next((i for i, part in enumerate(parts) if len(part) == 3 and part.upper() in codes()), None)
    if at is None:
        raise Unreadable("it names no currency; write three letters, like USD.")
    if at == 0:
        raise Unreadable("it has no day; write it in front, like 2026-01-05.")
    day, rate = " ".join(parts[:at]), parts[at + 1 :]
    try:
        read = reader(dict.fromkeys("-/. ", DMY), clock.zone(), with_time=False)(day)
    except Unreadable as wrong:
        raise Unreadable(f"“{day}” is not a day.") from wrong
    if read is None or len(rate) != 1:
        raise Unreadable("write one rate behind the currency, with a point for decimals, like 278.5.")
    try:
        return RateLine(date.fromisoformat(read), parts[at].upper(), Decimal(rate[0]))
    except InvalidOperation as wrong:
        raise Unreadable(f"“{rate[0]}” is not a rate; write it like 278.5.") from wrong
