"""What people type about orders. Forms check shape; verbs and the database check rules."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.forms import formset_factory
from django.utils.functional import cached_property

from accounts.models import User
from catalog.models import Product
from ops import clock
from ops.forms import AmountField, DayInput
from ops.imports.values.currencies import codes
from ops.numbers import number
from ops.rates.models import ExchangeRate
from ops.rates.queries import kept_on, unknown
from ops.shop import shown, working_day_from
from orders.actions import CustomerInput, LineInput
from orders.models import Carrier


class PersonChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: User) -> str:
        return obj.name


def makers() -> Any:
    """Who can have an order in production."""
    return User.objects.active().filter(scopes__contains=["orders_floor"]).order_by("name")


def sellers() -> Any:
    return User.objects.active().filter(scopes__overlap=["orders_own", "orders_all"]).order_by("name")


class StartForm(forms.Form):
    assignee = PersonChoice(queryset=User.objects.none(), label="Who makes it", empty_label="Choose somebody")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assignee"].queryset = makers()  # type: ignore[attr-defined]


class ShipForm(forms.Form):
    tracking = forms.CharField(
        label="Tracking number", max_length=80, help_text="Goes to the customer by mail, when their e-mail is known."
    )
    carrier = forms.CharField(max_length=40, required=False, widget=forms.TextInput({"list": "carriers"}))

    def carriers(self) -> list[str]:
        """Names to pick from; another may be typed."""
        return list(Carrier.objects.filter(is_active=True).order_by("name").values_list("name", flat=True))


class ReasonForm(forms.Form):
    reason = forms.CharField(label="Why", max_length=200)


def _look_again_on() -> date:
    return working_day_from(clock.today() + timedelta(days=shown("orders.hold_days")))


class HoldForm(ReasonForm):
    until = forms.DateField(label="Look again on", required=False, widget=DayInput(), initial=_look_again_on)


class HandOverForm(forms.Form):
    agent = PersonChoice(queryset=User.objects.none(), label="Who has it from now on", empty_label="Choose somebody")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agent"].queryset = sellers()  # type: ignore[attr-defined]


class DetailsForm(forms.Form):
    """The details of an order; `fields_of` are those the person's role may edit."""

    promise_on = forms.DateField(label="Promised for", required=False, widget=DayInput())
    rush = forms.BooleanField(required=False)
    channel = forms.CharField(max_length=40, required=False, help_text="Instagram, walk-in, shop …")
    assignee = PersonChoice(queryset=User.objects.none(), label="In production with", required=False,
                            empty_label="Nobody yet")  # fmt: skip
    carrier = forms.CharField(max_length=40, required=False)
    tracking_number = forms.CharField(max_length=80, required=False)
    production_note = forms.CharField(
        required=False, max_length=5000, widget=forms.Textarea({"rows": 3}), help_text="Production reads this."
    )

    def __init__(self, *args: Any, fields_of: frozenset[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assignee"].queryset = makers()  # type: ignore[attr-defined]
        for name in [name for name in self.fields if name not in fields_of]:
            del self.fields[name]


class CostsForm(forms.Form):
    production_cost = AmountField(min_value=0)
    shipping_cost = AmountField(min_value=0)
    marketing_cost = AmountField(min_value=0)


class MoneyForm(forms.Form):
    """The currency of what is sold and, for another than the shop's, its rate: that of the day, shown before it counts,
    or one that the person says."""

    currency = forms.CharField(max_length=3, initial=settings.SHOP_CURRENCY)
    rate = forms.DecimalField(
        max_digits=19, decimal_places=8, min_value=Decimal("0.00000001"), required=False,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_foreign and self.shop_rate is None:
            rate = self.fields["rate"]
            rate.required, rate.error_messages["required"] = True, unknown(self.typed_currency, clock.today())

    @property
    def typed_currency(self) -> str:
        return str(self["currency"].value() or settings.SHOP_CURRENCY).strip().upper()

    @property
    def is_foreign(self) -> bool:
        return self.typed_currency in codes() - {settings.SHOP_CURRENCY}

    @cached_property
    def shop_rate(self) -> ExchangeRate | None:
        """The shop's rate of today."""
        return kept_on(self.typed_currency, clock.today()) if self.is_foreign else None

    @property
    def seen(self) -> str:
        """What the form comes back with, so that nobody's order counts at a rate that they were not shown, or at one
        that they wrote for another currency."""
        return f"{self.typed_currency} {number(self.shop_rate.rate)}" if self.shop_rate else self.typed_currency

    @property
    def rate_note(self) -> str:
        kept, home = self.shop_rate, settings.SHOP_CURRENCY
        if kept is None:
            return f"The shop has no rate of {self.typed_currency} yet: write how many {home} one counts."
        worth = f"1 {kept.currency} = {number(kept.rate)} {home}"
        return f"{worth}, the shop's rate since {kept.day:%-d %b %Y}. Or write another."

    def clean_currency(self) -> str:
        currency = str(self.cleaned_data["currency"]).upper()
        if not (currency.isascii() and currency.isalpha() and len(currency) == 3):
            raise forms.ValidationError("A currency is three letters, like PKR.")
        if currency not in codes():
            raise forms.ValidationError(f"“{currency}” is no currency in use; write its three letters, like USD.")
        return currency

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        currency, home = said.get("currency"), settings.SHOP_CURRENCY
        if currency == home:
            said["rate"] = Decimal(1)
            self.errors.pop("rate", None)
        elif currency and not said.get("rate") and "rate" not in self.errors:
            self._take_the_shops(said)
        elif currency and said.get("rate"):
            self._say_if_of_another(currency)
        return said

    def _say_if_of_another(self, currency: str) -> None:
        """The currency can be another than the one whose rate stands beside it, when it is sent before that changed."""
        beside = str(self.data.get("rate_seen") or "").split()[:1]
        if beside and beside != [currency]:
            self.add_error(
                "rate",
                f"This rate was written for {beside[0][:3]}. Write how many {settings.SHOP_CURRENCY} one {currency}"
                " counts, or send it once more if that is right.",
            )

    def _take_the_shops(self, said: dict[str, Any]) -> None:
        kept = self.shop_rate
        if kept is None:
            return  # then it is asked for, as what must be typed
        if self.data.get("rate_seen") != self.seen:
            self.add_error(
                "rate",
                f"1 {kept.currency} counts as {number(kept.rate)} {settings.SHOP_CURRENCY} today."
                " Send it once more if that is right, or write another rate.",
            )
        else:
            said["rate"] = kept.rate


class NewOrderForm(MoneyForm):
    name = forms.CharField(
        label="Customer", max_length=160, widget=forms.TextInput({"autocomplete": "off", "autofocus": True})
    )
    phone = forms.CharField(max_length=30, required=False, help_text="A known number finds the customer again.",
                            widget=forms.TextInput({"inputmode": "tel", "autocomplete": "off"}))  # fmt: skip
    email = forms.EmailField(label="E-mail", required=False, help_text="Told when the order ships.")
    city = forms.CharField(max_length=80, required=False)
    promise_on = forms.DateField(label="Promised for", required=False, widget=DayInput())
    channel = forms.CharField(max_length=40, required=False, widget=forms.TextInput({"list": "channels"}))
    agent = PersonChoice(queryset=User.objects.none(), required=False, empty_label="Me")
    rush = forms.BooleanField(required=False)
    note = forms.CharField(label="Production note", required=False, max_length=5000, widget=forms.Textarea({"rows": 2}))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if user.has_scope("orders_all"):
            self.fields["agent"].queryset = sellers()  # type: ignore[attr-defined]
        else:
            del self.fields["agent"]

    def clean_promise_on(self) -> Any:
        day = self.cleaned_data["promise_on"]
        if day is not None and day < clock.today():
            raise forms.ValidationError("That day is over; promise a day from today on.")
        return day

    @property
    def of_lines(self) -> dict[str, Any]:
        """What the forms of its lines are told."""
        return {"user": self.user, "currency": self.typed_currency}

    def customer(self) -> CustomerInput:
        said = self.cleaned_data
        return CustomerInput(said["name"], said["phone"], said["email"], said["city"])


class LineForm(forms.Form):
    description = forms.CharField(
        label="What", max_length=200, widget=forms.TextInput({"list": "products", "autocomplete": "off"})
    )
    quantity = forms.DecimalField(min_value=Decimal("0.001"), max_digits=12, decimal_places=3, initial=1)
    unit_price = AmountField(label="Price", min_value=0, required=False)
    discount = AmountField(min_value=0, required=False)

    def __init__(self, *args: Any, user: User, currency: str = settings.SHOP_CURRENCY, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.currency = user, currency

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        known = Product.objects.visible_to(self.user).select_related("category")
        product = known.filter(name=said.get("description", "")).first()
        said["product"] = product
        if said.get("unit_price") is None and "unit_price" not in self.errors:
            if product is None:
                self.add_error("unit_price", "Type a price: this is not in the catalogue.")
            elif self.currency != settings.SHOP_CURRENCY:
                home = settings.SHOP_CURRENCY
                self.add_error("unit_price", f"Type a price in {self.currency}: the catalogue's is in {home}.")
            else:
                said["unit_price"] = product.price
        total = (said.get("quantity") or 0) * (said.get("unit_price") or 0) - (said.get("discount") or 0)
        if total < 0:
            self.add_error("discount", "The discount is larger than the line.")
        return said

    def line(self) -> LineInput:
        said = self.cleaned_data
        return LineInput(
            said["description"].strip(),
            said["quantity"],
            said["unit_price"],
            said["discount"] or Decimal(0),
            said["product"],
        )


LineFormSet = formset_factory(
    LineForm, extra=0, min_num=1, validate_min=True, max_num=100, validate_max=True, can_delete=True
)
