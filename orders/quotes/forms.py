"""What people type about quotes, and what customers type on the public page."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings

from accounts.models import User
from catalog.models import Product
from ops import clock
from ops.forms import DayInput
from ops.money import tidy
from ops.shop import setting
from orders.forms import NewOrderForm
from orders.quotes.actions import OfferInput, valid_until
from orders.quotes.models import QuoteLine, QuoteRecipient, QuoteSale, QuoteVersion


class OfferForm(NewOrderForm):
    """A new order's form, with the day until which it is valid and the terms. Its order counts at the same rate."""

    valid_until = forms.DateField(widget=DayInput())
    terms = forms.CharField(required=False, max_length=5000, widget=forms.Textarea({"rows": 3}),
                            help_text="The customer reads these.")  # fmt: skip

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields["email"].help_text = "The quote goes there, with a link to accept it."
        self.fields["rush"].help_text = "Once it is an order."

    def clean_valid_until(self) -> Any:
        day = self.cleaned_data["valid_until"]
        if day < clock.today():
            raise forms.ValidationError("That day is over; a quote is valid until a day from today on.")
        if day > clock.today() + timedelta(days=730):
            raise forms.ValidationError("That is more than two years away.")
        return day

    def offer(self, lines: Any) -> OfferInput:
        said = self.cleaned_data
        return OfferInput(
            customer=self.customer(),
            lines=[line.line() for line in lines if line.cleaned_data and not line.cleaned_data.get("DELETE")],
            valid_until=said["valid_until"], promise_on=said["promise_on"], channel=said["channel"],
            rush=said["rush"], note=said["note"], terms=said["terms"], currency=said["currency"],
            rate=said["rate"],
        )  # fmt: skip


def blank() -> dict[str, Any]:
    """What a new quote begins with."""
    return {"valid_until": valid_until(), "terms": setting("quotes.terms")}


def as_typed(version: QuoteVersion) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A draft as its form shows it: head and lines."""
    to, sale = QuoteRecipient.objects.get(pk=version.pk), QuoteSale.objects.get(pk=version.pk)
    names = ("valid_until", "promise_on", "channel", "rush", "note", "terms")
    head = {name: getattr(version, name) for name in names}
    head |= {name: getattr(to, name) for name in ("name", "phone", "email", "city")}
    head |= {
        "currency": sale.currency,
        "rate": sale.rate.normalize() if sale.currency != settings.SHOP_CURRENCY else "",
    }
    rows = QuoteLine.objects.filter(version=version).order_by("position").select_related("price")
    lines = [
        {
            "description": row.description, "quantity": Decimal(f"{row.quantity.normalize():f}"),
            "unit_price": tidy(row.price.unit_price, sale.currency),
            "discount": tidy(row.price.discount, sale.currency) if row.price.discount else None,
        }
        for row in rows
    ]  # fmt: skip
    return head, lines


class AcceptForm(forms.Form):
    name = forms.CharField(label="Who accepted", max_length=160)
    note = forms.CharField(label="How", max_length=300, required=False, help_text="On the phone, by WhatsApp …")


class LostForm(forms.Form):
    reason = forms.ChoiceField(label="Why")
    note = forms.CharField(label="In their words", max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = [(one, one) for one in setting("quotes.lost_reasons")]  # type: ignore[attr-defined]


class YesForm(forms.Form):
    name = forms.CharField(label="Your name", max_length=160, widget=forms.TextInput({"autocomplete": "name"}))


class NoForm(forms.Form):
    name = forms.CharField(
        label="Your name", max_length=160, required=False, widget=forms.TextInput({"autocomplete": "name"})
    )
    reason = forms.CharField(label="What is in the way", max_length=300, required=False,
                             widget=forms.Textarea({"rows": 2}), help_text="It helps us to do better.")  # fmt: skip


def products_for(user: User, most: int = 500) -> list[str]:
    """Names to pick from on a line."""
    rows = Product.objects.visible_to(user).filter(is_active=True)
    return list(rows.values_list("name", flat=True)[:most])
