"""People on the system admin pages: the same verbs as everywhere else; no password, no deleting."""

from typing import Any, cast

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts import actions
from accounts.models import User
from accounts.overrides import Overrides
from ops.access.roles import policybook
from ops.errors import Refused


class PersonForm(ModelForm):
    class Meta:
        model = User
        fields = ["name", "email", "role", "overrides", "is_active"]

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def clean_overrides(self) -> dict[str, list[str]]:
        stored = self.cleaned_data["overrides"] or {}
        try:
            wanted = Overrides.parse(stored)
            wanted.require_known(policybook().scopes)
        except Refused as refused:
            raise ValidationError(refused.sentence) from None
        return wanted.as_json()


@admin.register(User)
class PersonAdmin(admin.ModelAdmin):
    form = PersonForm
    list_display = ["name", "email", "role", "is_active", "joined_at"]
    list_filter = ["role", "is_active"]
    list_select_related = ["role"]
    search_fields = ["name", "email"]
    readonly_fields = ["scopes", "db_role", "joined_at"]

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> list[Any]:
        return ["name", "email", "role"] if obj is None else [*self.form.Meta.fields, *self.readonly_fields]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        return [*self.readonly_fields, "email"] if obj else list(self.readonly_fields)

    def save_model(self, request: HttpRequest, obj: User, form: PersonForm, change: bool) -> None:
        """Each changed field has its verb: the same checks, the same record, whoever calls it."""
        by, wanted = cast("User", request.user), form.cleaned_data
        if not change:
            added = actions.add_person(email=obj.email, name=obj.name, role=wanted["role"].key, by=by)
            obj.pk = added.pk
            obj._state.adding = False
            return
        person = User.objects.get(pk=obj.pk)
        if "name" in form.changed_data:
            actions.rename_person(person, by=by, name=wanted["name"])
        if "role" in form.changed_data:
            actions.change_role(person, by=by, role=wanted["role"].key)
        if "overrides" in form.changed_data:
            own = Overrides.read(wanted["overrides"])
            actions.change_overrides(person, by=by, add=sorted(own.add), remove=sorted(own.remove))
        if "is_active" in form.changed_data:
            verb = actions.reactivate_person if wanted["is_active"] else actions.deactivate_person
            verb(person, by=by)


def _to_password(request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
    """The admin's own page would read the hash as the person; the door's page may."""
    return redirect("account_change_password")


# The one way in, with its second factor and its limits, also for the system admin pages.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.password_change = _to_password  # type: ignore[method-assign,assignment]
