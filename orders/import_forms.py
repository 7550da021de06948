"""What a person says with a file: which program it is from, and what the file itself does not tell."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from orders.imports import presets

MOST_BYTES = 200 << 20
PAGE_BYTES = 20 << 20
_MEGABYTE = 1 << 20


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One file, or the several tables of one export."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[Any]]":
        files = data if isinstance(data, list | tuple) else [data]
        cleaned = [super(FilesField, self).clean(file, initial) for file in files]
        size = sum(file.size or 0 for file in cleaned)
        if size > MOST_BYTES:
            raise forms.ValidationError(f"A load is at most {MOST_BYTES // _MEGABYTE} MB. Split the file.")
        if size > PAGE_BYTES:
            raise forms.ValidationError(
                f"Files over {PAGE_BYTES // _MEGABYTE} MB take longer than a page may. Ask who keeps the system to load"
                " this one with “manage.py import_orders”."
            )
        return cleaned


class LoadForm(forms.Form):
    file = FilesField(
        label="File",
        allow_empty_file=True,
        help_text="CSV, TSV, XLSX, XLS or ODS, also packed as .gz or .zip. Several tables: choose them together.",
    )
    preset = forms.ChoiceField(label="Comes from")
    dates = forms.ChoiceField(
        label="Dates",
        required=False,
        choices=[("", "As the file shows"), ("dmy", "Day first: 31/03/2026"), ("mdy", "Month first: 03/31/2026")],
        help_text="If the dates read both ways, you are asked to choose.",
    )
    decimals = forms.ChoiceField(
        label="Decimals",
        required=False,
        choices=[("", "As the file shows"), (".", "With a point: 1,234.56"), (",", "With a comma: 1.234,56")],
        help_text="If the numbers read both ways, you are asked to choose.",
    )
    currency = forms.RegexField(
        r"^[A-Za-z]{3}$",
        required=False,
        help_text="Three letters. Left blank, the one that the program writes its files in.",
        error_messages={"invalid": "A currency is three letters, like PKR."},
    )
    rate = forms.DecimalField(
        min_value=Decimal("0.00000001"),
        max_digits=19,
        decimal_places=8,
        required=False,
        help_text="What one unit of it is in the shop's currency. Needed for every other currency.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(preset.key, preset.label) for preset in presets().values()]
        choices: Sequence[tuple[str, str]] = [("", "Choose what the file is from"), *known]
        self.fields["preset"].choices = choices  # type: ignore[attr-defined]
