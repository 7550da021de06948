"""What is typed when a part of an order leaves, and about carriers."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms

from orders.models import Carrier, OrderLine


class PartForm(forms.Form):
    """One quantity for each line of which something is left; everything that is left is what it begins with."""

    tracking = forms.CharField(
        label="Tracking number", max_length=80, help_text="Goes to the customer by mail, when their e-mail is known."
    )
    carrier = forms.CharField(max_length=40, required=False, widget=forms.TextInput({"list": "carriers"}))

    def __init__(self, *args: Any, left: Mapping[OrderLine, Decimal], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = [line for line, rest in left.items() if rest > 0]
        for line in self.lines:
            rest = left[line]
            self.fields[f"line-{line.pk}"] = forms.DecimalField(
                label=line.description, min_value=0, max_value=rest, max_digits=12, decimal_places=3, required=False,
                initial=rest.normalize() if rest % 1 else int(rest), help_text=f"{rest.normalize():f} left",
            )  # fmt: skip

    def quantities(self) -> dict[int, Decimal]:
        return {line.pk: self.cleaned_data.get(f"line-{line.pk}") or Decimal(0) for line in self.lines}


class CarrierForm(forms.ModelForm):  # type: ignore[type-arg]  # only the stubs know the argument
    class Meta:
        model = Carrier
        fields = ("name", "tracking_url", "is_active")
        labels = {"tracking_url": "Address of its tracking page", "is_active": "Offered when an order ships"}
        help_texts = {"tracking_url": "Begins with https:// and has {number} where the tracking number goes."}
