"""What a role of the shop's own is made of: its words, and rights that are ticked under their headings."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms

from ops.access.roles import policybook
from ops.models import Role


@dataclass(frozen=True)
class Tick:
    """One right as the form lists it; what is not the reader's to give cannot be ticked, only left as it is."""

    key: str
    sentence: str
    on: bool
    mine: bool


class RoleForm(forms.Form):
    label = forms.CharField(max_length=60, label="Name", widget=forms.TextInput(attrs={"autocomplete": "off"}))
    why = forms.CharField(
        label="Why this role exists", required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="One sentence: it stands beside the role wherever somebody is given it.",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"] = forms.MultipleChoiceField(choices=list(policybook().scopes.items()), required=False)

    def words(self) -> list[forms.BoundField]:
        return [self["label"], self["why"]]

    def chosen(self) -> frozenset[str]:
        return frozenset(self["scopes"].value() or ())

    def groups(self, giver: Iterable[str], had: Iterable[str] = ()) -> dict[str, list[Tick]]:
        book, chosen = policybook(), self.chosen()
        givable = book.givable(giver) | frozenset(had)
        return {
            title: [Tick(key, book.scopes[key], key in chosen, key in givable) for key in keys]
            for title, keys in book.grouped().items()
        }


class SuccessorForm(forms.Form):
    """Where the people of a role go that is deleted."""

    def __init__(self, *args: Any, leaving: Role, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["successor"] = forms.ModelChoiceField(
            Role.objects.exclude(pk=leaving.pk),
            label="They become",
            to_field_name="key",
            empty_label="Choose a role",
            required=False,
        )
