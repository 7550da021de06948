"""What is typed to let a storefront in, and what a visitor of the demo storefront types."""

from django import forms

from accounts.models import User


class KeyForm(forms.Form):
    name = forms.CharField(max_length=32, label="Name of the storefront", help_text="Like “Web shop”. It stays.")
    agent = forms.ModelChoiceField(
        User.objects.none(), required=False, label="Whose its orders are", empty_label="The fairest agent",
        help_text="Left open: who keeps the customer, else the agent with the fewest open orders.",
    )  # fmt: skip

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        sells = User.objects.active().filter(scopes__overlap=["orders_own", "orders_all"])
        self.fields["agent"].queryset = sells.order_by("name")  # type: ignore[attr-defined]


class CheckoutForm(forms.Form):
    """`number` is made by the page, so that a double click places one order."""

    number = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(max_length=160, label="Your name")
    phone = forms.CharField(max_length=40, label="Phone")
    email = forms.EmailField(required=False, label="E-mail")
    city = forms.CharField(max_length=80, required=False, label="City")
    address = forms.CharField(max_length=500, required=False, label="Address")
