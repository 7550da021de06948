"""How every form looks: one field template, and the class each widget needs, so that no form declares them."""

import re
from collections.abc import Callable
from typing import Any

from django.forms import DateInput, DecimalField, Form, TextInput, Widget
from django.forms.forms import BaseForm
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest, HttpResponse

from ops.errors import Refused, attempt
from ops.given import version_of

# A currency before the number: Rs, Rs., PKR, $, €.
_SIGN = re.compile(r"^(?:[A-Za-z]{1,3}\.?|[$€£₹¥])\s*")
_TICKS = {"checkbox", "radio"}
_NUMBERS = {"number"}


def _dress(widget: dict[str, Any]) -> None:
    """Add the class a widget needs, and go on into the parts of a widget that has parts."""
    kind = widget.get("type", "")
    for part in widget.get("subwidgets", ()):
        _dress(part)
    if widget.get("template_name", "").endswith(("/radio.html", "/checkbox_select.html")):
        for _, options, _ in widget.get("optgroups", ()):
            for option in options:
                option["attrs"].setdefault("class", "check")
        return
    if kind != "hidden" and not widget.get("subwidgets"):
        css = "check" if kind in _TICKS else "in n" if kind in _NUMBERS else "in"
        widget["attrs"].setdefault("class", css)


class Renderer(TemplatesSetting):
    """FORM_RENDERER: project templates first, fields by ui/field.html."""

    form_template_name = "ui/form.html"
    field_template_name = "ui/field.html"

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        if "widget" in context:
            context = {**context, "widget": {**context["widget"], "attrs": {**context["widget"]["attrs"]}}}
            _dress(context["widget"])
        return super().render(template_name, context, request)


class DayInput(DateInput):
    """The browser's own calendar; it only understands ISO days, whatever the language."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class AmountField(DecimalField):
    """An amount as people type it: '1,250.50', '1 250', 'Rs 1250'. Four decimals at most, like the columns (M1)."""

    widget = TextInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_digits": 19, "decimal_places": 4, **kwargs})

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = _SIGN.sub("", value.strip()).replace(",", "").replace(" ", "").replace("\N{NO-BREAK SPACE}", "")
            value = value.replace("\N{MINUS SIGN}", "-")
        return super().to_python(value)

    def widget_attrs(self, widget: Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "inputmode": "decimal", "autocomplete": "off", "class": "in n"}


def say_in_form(form: BaseForm, refused: Refused, *, otherwise: str | None = None) -> None:
    """Put a refusal beside the field that it names, or else beside `otherwise`, or above the form (ruling 28)."""
    form.add_error(refused.field if refused.field in form.fields else otherwise, refused.sentence)


def carry_out(
    request: HttpRequest,
    subject: Any,
    verb: Callable[..., Any],
    *,
    draw: Callable[..., HttpResponse],
    done: Callable[[Any], HttpResponse],
    asked: str = "",
    form: Form | None = None,
) -> HttpResponse:
    """The verb with what was typed, then `done` with what it made. A refusal redraws the page: with the form that
    `asked` names and what was typed, or with the sentence alone, of the row as it is now (ruling 28).
    """
    if form and not form.is_valid():
        return draw(request, subject, asked=asked, form=form, status=422)
    typed = dict(form.cleaned_data) if form else {}
    if (version := version_of(request.POST)) is not None:
        typed["version"] = version
    try:
        with attempt():
            made = verb(subject, by=request.user, **typed)
    except Refused as refused:
        now = type(subject).objects.filter(pk=subject.pk).first()
        if now is None:  # it left the person's view meanwhile: no page of it, the sentence alone
            raise
        if not form:
            return draw(request, now, status=refused.status, refused=refused.sentence)
        say_in_form(form, refused)
        return draw(request, subject, asked=asked, form=form, status=refused.status)
    return done(made)
