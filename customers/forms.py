"""What is typed about customers. Phone numbers are read by the verbs, which say what is wrong in one sentence."""

from typing import Any

from django import forms

from accounts.models import User
from customers.editing import LABELS

_LONG = forms.Textarea({"rows": 3})
_TEL = forms.TextInput({"inputmode": "tel", "autocomplete": "off"})


class PersonChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


def keepers() -> Any:
    found = User.objects.filter(scopes__overlap=["customers_own", "customers_all"], is_active=True)
    return found.order_by("name", "pk")


class CustomerForm(forms.Form):
    """All fields of a new customer."""

    name = forms.CharField(max_length=160, widget=forms.TextInput({"autocomplete": "off", "autofocus": True}))
    phone = forms.CharField(max_length=30, required=False, widget=_TEL)
    email = forms.EmailField(label="E-mail", required=False, widget=forms.EmailInput({"autocomplete": "off"}))
    city = forms.CharField(max_length=80, required=False)
    address = forms.CharField(max_length=1000, required=False, widget=_LONG)
    keeper = PersonChoice(label=LABELS["keeper"], queryset=User.objects.none(), required=False, empty_label="Me")
    notes = forms.CharField(max_length=5000, required=False, widget=_LONG)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if user.has_scope("customers_all"):
            self.fields["keeper"].queryset = keepers()  # type: ignore[attr-defined]
        else:
            del self.fields["keeper"]


class EditForm(forms.Form):
    """The fields that are asked for: one that was clicked, or all."""

    name = forms.CharField(max_length=160)
    phone = forms.CharField(max_length=30, required=False, widget=_TEL)
    email = forms.EmailField(label="E-mail", required=False)
    city = forms.CharField(max_length=80, required=False)
    address = forms.CharField(max_length=1000, required=False, widget=_LONG)
    keeper = PersonChoice(
        label=LABELS["keeper"], queryset=User.objects.none(), required=False, empty_label="Nobody in particular"
    )
    notes = forms.CharField(max_length=5000, required=False, widget=_LONG)
    wants_order_mail = forms.BooleanField(label="Gets mails about orders", required=False)
    wants_offers = forms.BooleanField(label="Gets offers", required=False)

    def __init__(self, *args: Any, only: frozenset[str], user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in set(self.fields) - only:
            del self.fields[name]
        if "keeper" in self.fields:
            self.fields["keeper"].queryset = keepers()  # type: ignore[attr-defined]


class ContactForm(forms.Form):
    value = forms.CharField(label="Phone or e-mail", max_length=254, widget=forms.TextInput({"autocomplete": "off"}))
    label = forms.CharField(max_length=40, required=False, help_text="Whose or where: wife, office.")
