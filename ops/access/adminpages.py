"""What all system admin pages share: rights as the database grants them, refusals in place, history to read."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse
from simple_history.admin import SimpleHistoryAdmin

from ops.errors import Refused, attempt


class RecordAdmin(SimpleHistoryAdmin):  # type: ignore[misc]
    """A page that edits; what PostgreSQL refuses is said in the form, beside what was typed."""

    object_history_list_template = "admin/history_list.html"
    object_history_form_template = "admin/history_row.html"
    list_per_page = 50
    show_full_result_count = False

    actions = None  # one at a time: what is deleted here deserves a look

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Asked before any row: Django looks for the object first, and PostgreSQL would say no less kindly."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        rows: models.QuerySet[Any] = super().get_queryset(request)
        return rows

    def save_model(self, request: HttpRequest, obj: models.Model, form: "ModelForm[Any]", change: bool) -> None:
        """Only the columns that were changed: UPDATE is granted by column (ruling 6)."""
        if not change:
            obj.save(force_insert=True)
        elif form.changed_data:
            obj.save(update_fields=form.changed_data)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        try:
            with attempt():
                drawn: HttpResponse = super().changeform_view(request, object_id, form_url, extra_context)
                return drawn
        except Refused as refused:
            request.refused = refused  # type: ignore[attr-defined]
        # Once more, and now the form itself says why not.
        redrawn: HttpResponse = super().changeform_view(request, object_id, form_url, extra_context)
        return redrawn

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any
    ) -> "type[ModelForm[Any]]":
        form: type[ModelForm[Any]] = super().get_form(request, obj, change, **options)
        refused: Refused | None = getattr(request, "refused", None)
        if refused is None:
            return form
        sentence = refused.sentence

        class Redrawn(form):  # type: ignore[valid-type,misc]
            def clean(self) -> Any:
                cleaned = super().clean()
                self.add_error(None, sentence)
                return cleaned

        return Redrawn

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        try:
            with attempt():
                drawn: HttpResponse = super().delete_view(request, object_id, extra_context)
                return drawn
        except Refused as refused:
            messages.error(request, refused.sentence)
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return HttpResponseRedirect(reverse(name, args=[object_id]))

    # --- history is read, never written -------------------------------------------------------------------------

    def revert_disabled(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, extra_context: Any = None
    ) -> Any:
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET"])
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        return super().history_form_view(request, object_id, version_id, extra_context)


class LookUpAdmin(RecordAdmin):
    """A page that only shows: changes have their own pages, with verbs."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
