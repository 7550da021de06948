"""Roles and rights that people can see: printed from the live policies, made and changed by the shop (B10, A19)."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts import role_queries, roles
from accounts.models import User
from accounts.role_forms import RoleForm, SuccessorForm
from accounts.views import reader
from ops.access import page, policies
from ops.access.viewing import ADMINS
from ops.errors import Refused
from ops.models import Role

ROLES = ["roles_admin"]


@page(scopes=ADMINS, nav="roles")
def role_list(request: HttpRequest) -> HttpResponse:
    """The roles, and what each right lets its holders do, as the database has it now."""
    context = {
        "roles": role_queries.roles_with_counts(), "groups": role_queries.rights(policies.live()),
        "makes": "roles_admin" in reader(request).scopes,
    }  # fmt: skip
    return render(request, "accounts/role_list.html", context)


@page(scopes=ADMINS, nav="roles")
def role_detail(request: HttpRequest, key: str) -> HttpResponse:
    role = _role(key)
    live = policies.live()
    groups = {
        title: [right for right in rights if right.key in role.scopes]
        for title, rights in role_queries.rights(live).items()
    }
    context = {
        "role": role,
        "people": list(User.objects.active().filter(role=role)),
        "groups": {title: rights for title, rights in groups.items() if rights},
        "matrix": role_queries.matrix(live, role),
        "story": role_queries.story_of_role(role),
    }
    return render(request, "accounts/role_detail.html", context)


@page(scopes=ROLES, nav="roles")
def role_new(request: HttpRequest) -> HttpResponse:
    """A role of the shop's own begins as a copy of one that exists: here it is chosen which."""
    return render(request, "accounts/role_new.html", {"roles": role_queries.roles_with_counts()})


@page(scopes=ROLES, nav="roles", methods=["GET", "POST"])
def role_copy(request: HttpRequest, key: str) -> HttpResponse:
    """A new role that begins as a copy: less to tick, and nothing is forgotten."""
    copied = _role(key)
    first = {"label": f"{copied.label} (copy)", "why": copied.why, "scopes": copied.scopes}
    form = RoleForm(request.POST or None, initial=first)
    refused = None
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                made = roles.make_role(copied=copied, by=reader(request), **form.cleaned_data)
        except Refused as error:
            refused = error
        else:
            messages.success(request, f"The role {made.label} is made. Nobody has it yet.")
            return redirect("roles:role_detail", made.key)
    return _form(request, form, copied, refused, copying=True)


@page(scopes=ROLES, nav="roles", methods=["GET", "POST"])
def role_change(request: HttpRequest, key: str) -> HttpResponse:
    """First the difference and whom it touches, then the save."""
    role = _role(key)
    form = RoleForm(request.POST or None, initial={"label": role.label, "why": role.why, "scopes": role.scopes})
    refused, change = None, None
    if request.method == "POST" and form.is_valid():
        change = role_queries.change_of(role, frozenset(form.cleaned_data["scopes"]))
        try:
            with transaction.atomic():
                saved = roles.change_role_rights(role, by=reader(request), **form.cleaned_data)
                if change and "save" not in request.POST:
                    transaction.set_rollback(True)  # a look: every refusal comes now, and nothing is saved
        except Refused as error:
            refused = error
        else:
            if not change or "save" in request.POST:
                messages.success(request, f"{saved.label} is saved. Its people have it with their next click.")
                return redirect("roles:role_detail", saved.key)
    return _form(request, form, role, refused, change=change if refused is None else None)


@page(scopes=ROLES, nav="roles", methods=["GET", "POST"])
def role_delete(request: HttpRequest, key: str) -> HttpResponse:
    role = _role(key)
    form = SuccessorForm(request.POST or None, leaving=role)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                moved = roles.delete_role(role, by=reader(request), successor=form.cleaned_data["successor"])
        except Refused as refused:
            form.add_error(refused.field, refused.sentence)
        else:
            messages.success(request, f"The role {role.label} is deleted; {moved} people moved.")
            return redirect("roles:role_list")
    people = list(User.objects.filter(role=role))
    context = {"role": role, "form": form, "people": people}
    return render(request, "accounts/role_delete.html", context, status=422 if form.errors else 200)


def _form(request: HttpRequest, form: RoleForm, role: Role, refused: Refused | None, **shown: object) -> HttpResponse:
    if refused is not None and refused.field in form.fields:
        form.add_error(refused.field, refused.sentence)
    had = () if shown.get("copying") else role.scopes
    context = {
        "form": form,
        "role": role,
        "refused": refused,
        "groups": form.groups(reader(request).scopes, had),
        **shown,
    }
    wrong = bool(form.errors or refused)
    return render(request, "accounts/role_form.html", context, status=422 if wrong else 200)


def _role(key: str) -> Role:
    role: Role | None = Role.objects.filter(pk=key).first()
    if role is None:
        raise Http404
    return role
