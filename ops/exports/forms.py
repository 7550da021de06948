"""What a person says of a template besides its columns."""

from typing import Any, ClassVar

from django import forms

from ops.exports.models import Template


class TemplateForm(forms.ModelForm):
    class Meta:
        model = Template
        fields = ("name", "shared", "days", "decimal", "separator", "says_origin")
        labels: ClassVar = {
            "name": "Name", "shared": "Everybody may use it", "days": "Days", "decimal": "Decimals in CSV",
            "separator": "Between columns in CSV", "says_origin": "First line of a CSV says where it is from",
        }  # fmt: skip
        help_texts: ClassVar = {
            "shared": "Each person gets only the rows and columns that are theirs to see.",
            "says_origin": "List, filter, moment and who took it. Excel files always say so on their second sheet.",
        }

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("decimal") == said.get("separator") == ",":
            self.add_error("separator", "The comma already parts decimals. Choose a semicolon or a tab.")
        return said
