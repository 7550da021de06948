"""What is typed about products."""

from decimal import Decimal
from typing import Any

from django import forms

from catalog.editing import LABELS
from ops.forms import AmountField

_SKU = forms.TextInput({"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"})
_CATEGORY = forms.TextInput({"list": "categories", "autocomplete": "off"})


class ProductForm(forms.Form):
    """All fields of a product, or with `only` those that are asked for."""

    sku = forms.CharField(
        label=LABELS["sku"], max_length=60, widget=_SKU, help_text="Files and storefronts know it by this."
    )
    name = forms.CharField(max_length=200, widget=forms.TextInput({"autocomplete": "off"}))
    category = forms.CharField(
        max_length=80, required=False, widget=_CATEGORY, help_text="A name that is new makes a new category."
    )
    price = AmountField(min_value=Decimal(0), help_text="The list price, in shop currency.")
    is_active = forms.BooleanField(label=LABELS["is_active"], required=False, initial=True)

    def __init__(self, *args: Any, only: frozenset[str] = frozenset(), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in set(self.fields) - only if only else ():
            del self.fields[name]
