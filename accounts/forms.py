"""What an admin types about a person. Whether it may be is decided by the verbs."""

from typing import Any

from django import forms

from ops.access.roles import policybook
from ops.models import Role


def _roles() -> forms.ModelChoiceField:
    return forms.ModelChoiceField(Role.objects.all(), label="Role", to_field_name="key", empty_label="Choose a role")


class AddPersonForm(forms.Form):
    name = forms.CharField(max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    email = forms.EmailField(
        label="E-mail",
        help_text="They sign in with it, and get a letter to choose their own password.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = _roles()


class RenameForm(forms.Form):
    name = forms.CharField(max_length=120)


class RoleForm(forms.Form):
    role = _roles()


class RightsForm(forms.Form):
    """One three-way choice per right: as the role says, always, never."""

    CHOICES = [("", "As the role says"), ("add", "Yes"), ("remove", "No")]

    def __init__(self, *args: Any, overrides: dict[str, list[str]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = overrides or {}
        for key, sentence in policybook().scopes.items():
            side = next((side for side in ("add", "remove") if key in stored.get(side, ())), "")
            self.fields[key] = forms.ChoiceField(label=sentence, choices=self.CHOICES, required=False, initial=side)

    def side(self, which: str) -> list[str]:
        return [key for key, side in self.cleaned_data.items() if side == which]
