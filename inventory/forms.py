"""What is typed about stock. Each form has a key of its own, so that sent twice it is done once."""

from typing import Any
from uuid import uuid4

from django import forms

from inventory.models import Location, StockItem
from ops.forms import AmountField, DayInput

_NO_SUCH = "There is no product with this SKU. Choose one of the list, or load products first."


class MomentInput(forms.DateTimeInput):
    """The browser's own calendar and clock."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class QuantityField(AmountField):
    """Three decimals at most, like the columns."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_digits": 12, "decimal_places": 3, "min_value": 0, **kwargs})


class MoveForm(forms.Form):
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4, required=False)

    field_order: list[str] | None = None


class CountForm(MoveForm):
    title, does = "Count", "Save the count"
    counted = QuantityField(label="Counted")
    at = forms.DateTimeField(
        label="Counted at", required=False, widget=MomentInput,
        help_text="Leave blank when it was just now. What moved since then is taken into account.",
    )  # fmt: skip
    note = forms.CharField(max_length=400, required=False)


class ReceiveForm(MoveForm):
    title, does = "Receive", "Receive"
    quantity = QuantityField(label="How many came in")
    unit_cost = AmountField(label="Cost of one", required=False, min_value=0)
    note = forms.CharField(max_length=400, required=False, help_text="From whom, with which papers.")


class ScrapForm(MoveForm):
    title, does = "Scrap", "Scrap"
    quantity = QuantityField(label="How many are gone")
    note = forms.CharField(label="Why", max_length=400)


class OpenAgainForm(MoveForm):
    """Opening stock where everything that was here has been taken back."""

    title, does = "Opening stock", "Set opening stock"
    quantity = QuantityField(label="On hand")
    as_of = forms.DateField(
        label="As of", required=False, widget=DayInput, help_text="The day on which it was so; blank for today."
    )
    note = forms.CharField(max_length=400, required=False)


FORMS: dict[str, type[MoveForm]] = {
    "count": CountForm, "receive": ReceiveForm, "scrap": ScrapForm, "opening": OpenAgainForm,
}  # fmt: skip


class OpeningForm(OpenAgainForm):
    item = forms.CharField(
        label="Product", max_length=200, help_text="Its SKU, or its whole name.",
        widget=forms.TextInput({"list": "items", "autocomplete": "off"}),
    )  # fmt: skip
    location = forms.ModelChoiceField(Location.objects.none(), empty_label=None)
    field_order = ["item", "location", "quantity", "as_of", "note"]

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        places: forms.ModelChoiceField[Location] = self.fields["location"]  # type: ignore[assignment]
        places.queryset = Location.objects.visible_to(user)

    def clean_item(self) -> StockItem:
        said = self.cleaned_data["item"].strip()
        items = StockItem.objects.visible_to(self.user)
        found = list(items.filter(sku=said)[:1]) or list(items.filter(name__iexact=said)[:2])
        if not found:
            raise forms.ValidationError(_NO_SUCH)
        if len(found) > 1:
            raise forms.ValidationError("More than one product is called so. Write its SKU.")
        return found[0]


class LocationForm(forms.Form):
    name = forms.CharField(max_length=60)
