"""The kernel's rows for system admins: roles, stages and arrows to edit; job runs and saved views to look at."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest

from ops import lifecycle
from ops.access.adminpages import LookUpAdmin, RecordAdmin
from ops.access.roles import policybook
from ops.models import Arrow, JobRun, Role, SavedView, Stage


def _scopes(label: str, *, required: bool = True) -> forms.MultipleChoiceField:
    choices = [(key, f"{key}: {why}") for key, why in policybook().scopes.items()]
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=required, widget=forms.CheckboxSelectMultiple
    )


class RoleForm(forms.ModelForm):
    scopes = _scopes("What it may do")

    class Meta:
        model = Role
        fields = ("key", "label", "why", "scopes", "home", "position")


@admin.register(Role)
class RoleAdmin(RecordAdmin):
    """Shipped roles are read; a shop makes its own beside them."""

    form = RoleForm
    list_display = ("label", "key", "why", "builtin")
    list_filter = ("builtin",)

    def get_fields(self, request: HttpRequest, obj: Role | None = None) -> Any:
        return (*RoleForm.Meta.fields, "builtin") if obj else RoleForm.Meta.fields

    def get_readonly_fields(self, request: HttpRequest, obj: Role | None = None) -> Any:
        return ("key", "builtin") if obj else ()

    def has_change_permission(self, request: HttpRequest, obj: Role | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or not obj.builtin)

    def has_delete_permission(self, request: HttpRequest, obj: Role | None = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or not obj.builtin)


class _LifeAdmin(RecordAdmin):
    """Rows of a noun's life: the shipped ones are guarded by the database, and an edit is seen at once."""

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        lifecycle.forget(obj.noun)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        lifecycle.forget(obj.noun)


@admin.register(Stage)
class StageAdmin(_LifeAdmin):
    list_display = ("label", "noun", "key", "category", "chaser", "limit_hours", "position", "builtin")
    list_filter = ("noun", "category")
    list_select_related = ("chaser",)
    fields = ("noun", "key", "label", "glyph", "category", "position", "chaser", "limit_hours")

    def get_readonly_fields(self, request: HttpRequest, obj: Stage | None = None) -> Any:
        """A key is written once: rows, links and saved views name it."""
        return ("noun", "key", "builtin") if obj else ()

    def get_fields(self, request: HttpRequest, obj: Stage | None = None) -> Any:
        return (*self.fields, "builtin") if obj else self.fields


class ArrowForm(forms.ModelForm):
    scopes = _scopes("Who may make this move")
    late_scopes = _scopes("Who may still make it later", required=False)

    class Meta:
        model = Arrow
        fields = ("noun", "from_stage", "to_stage", "scopes", "undo", "within_minutes", "late_scopes")

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if self.instance.pk is None:
            known = {stage.key for stage in lifecycle.life(said.get("noun", "")).stages}
            for name in ("from_stage", "to_stage"):
                if said.get(name) and said[name] not in known:
                    self.add_error(name, f"There is no stage {said[name]!r}. Write its key.")
        return said


@admin.register(Arrow)
class ArrowAdmin(_LifeAdmin):
    form = ArrowForm
    list_display = ("__str__", "undo", "within_minutes", "builtin")
    list_filter = ("noun", "undo")

    def get_readonly_fields(self, request: HttpRequest, obj: Arrow | None = None) -> Any:
        return ("noun", "from_stage", "to_stage", "undo", "builtin") if obj else ()

    def get_fields(self, request: HttpRequest, obj: Arrow | None = None) -> Any:
        return (*ArrowForm.Meta.fields, "builtin") if obj else ArrowForm.Meta.fields


class _SeenAdmin(ModelAdmin):
    """Rows without a history of their own, to look at."""

    show_full_result_count = False
    has_add_permission = LookUpAdmin.has_add_permission
    has_change_permission = LookUpAdmin.has_change_permission
    has_delete_permission = LookUpAdmin.has_delete_permission


@admin.register(JobRun)
class JobRunAdmin(_SeenAdmin):
    list_display = ("name", "started_at", "ended_at", "rows", "error")
    list_filter = ("name",)
    ordering = ("-started_at",)


@admin.register(SavedView)
class SavedViewAdmin(_SeenAdmin):
    list_display = ("name", "board", "owner", "shared", "created_at")
    list_filter = ("board", "shared")
    list_select_related = ("owner",)
