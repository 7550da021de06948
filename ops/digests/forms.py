"""What somebody types who cannot act now."""

from django import forms

from ops.forms import DayInput


class ExtendForm(forms.Form):
    until = forms.DateField(label="New day", widget=DayInput(), help_text="Nobody is reminded before it has passed.")
    reason = forms.CharField(label="Why it takes longer", max_length=200)


class SnoozeForm(forms.Form):
    until = forms.DateField(label="Back on my list on", widget=DayInput(), help_text="Your own list leaves it out.")


class NotMineForm(forms.Form):
    reason = forms.CharField(
        label="Why it is not yours", max_length=200, help_text="It goes to who sees all; they hand it on."
    )


class DoneForm(forms.Form):
    """The row moves on; nothing is asked."""


class InsistForm(forms.Form):
    """Whose it is, it stays; nothing is asked."""
