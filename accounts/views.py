"""One's own profile, and the pages where people admins look after people. Signing in itself is django-allauth's."""

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts import actions, emails, queries
from accounts.forms import AddPersonForm, RenameForm, RightsForm, RoleForm
from accounts.models import User
from ops.access import page
from ops.errors import Refused

PEOPLE = ["people_admin"]


@page(scopes=["staff"])
def me(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/me.html", {"rights": queries.rights_of(request.user)})


@page(scopes=["staff"], methods=["POST"])
def my_sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    actions.sign_out_everywhere(request.user, by=request.user)
    return redirect("account_login")


@page(scopes=["staff"], methods=["POST"])
def session_end(request: HttpRequest, pk: int) -> HttpResponse:
    actions.end_session(request.user, pk)
    return redirect("usersessions_list")


@page(scopes=["staff"])
def to_me(request: HttpRequest) -> HttpResponse:
    """The address stays the one that people admins know; changing it is theirs."""
    return redirect("accounts:me")


@page(scopes=["staff"], nav="people")
def person_list(request: HttpRequest) -> HttpResponse:
    people = User.objects.visible_to(request.user).order_by("-is_active", "name", "pk")
    return render(request, "accounts/person_list.html", {"people": people})


@page(scopes=PEOPLE, nav="people", methods=["GET", "POST"])
def person_add(request: HttpRequest) -> HttpResponse:
    form = AddPersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                person = actions.add_person(
                    email=form.cleaned_data["email"],
                    name=form.cleaned_data["name"],
                    role=form.cleaned_data["role"].key,
                    by=request.user,
                )
                emails.send_welcome(person, by=request.user, origin=_origin(request))
        except Refused as refused:
            form.add_error(refused.field, refused.sentence)
        else:
            messages.success(request, f"{person.name} is added. A letter to choose a password is on its way.")
            return redirect("people:person_detail", person.pk)
    return render(request, "accounts/person_add.html", {"form": form}, status=422 if form.errors else 200)


@page(scopes=["staff"], nav="people")
def person_detail(request: HttpRequest, pk: int) -> HttpResponse:
    person = _person(request, pk)
    context = {"person": person}
    if request.user.has_scope("people_admin"):
        context |= {
            "rename_form": RenameForm(initial={"name": person.name}),
            "role_form": RoleForm(initial={"role": person.role_id}),
            "rights_form": RightsForm(overrides=person.overrides),
            "rights": queries.rights_of(person),
            "story": queries.story_of(person),
        }
    return render(request, "accounts/person_detail.html", context)


@page(scopes=PEOPLE, methods=["POST"])
def person_rename(request: HttpRequest, pk: int) -> HttpResponse:
    person, form = _person(request, pk), RenameForm(request.POST)
    if form.is_valid():
        actions.rename_person(person, by=request.user, name=form.cleaned_data["name"])
    return redirect("people:person_detail", pk)


@page(scopes=PEOPLE, methods=["POST"])
def person_role(request: HttpRequest, pk: int) -> HttpResponse:
    person, form = _person(request, pk), RoleForm(request.POST)
    if form.is_valid():
        actions.change_role(person, by=request.user, role=form.cleaned_data["role"].key)
        messages.success(request, f"{person.name} is now {person.role_label}, and signs in again.")
    return redirect("people:person_detail", pk)


@page(scopes=PEOPLE, methods=["POST"])
def person_rights(request: HttpRequest, pk: int) -> HttpResponse:
    person, form = _person(request, pk), RightsForm(request.POST)
    if form.is_valid():
        actions.change_overrides(person, by=request.user, add=form.side("add"), remove=form.side("remove"))
        messages.success(request, f"The rights of {person.name} are saved.")
    return redirect("people:person_detail", pk)


@page(scopes=PEOPLE, methods=["POST"])
def person_deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    person = actions.deactivate_person(_person(request, pk), by=request.user)
    messages.success(request, f"{person.name} is signed out and cannot sign in.")
    return redirect("people:person_detail", pk)


@page(scopes=PEOPLE, methods=["POST"])
def person_reactivate(request: HttpRequest, pk: int) -> HttpResponse:
    person = actions.reactivate_person(_person(request, pk), by=request.user)
    messages.success(request, f"{person.name} may sign in again.")
    return redirect("people:person_detail", pk)


@page(scopes=PEOPLE, methods=["POST"])
def person_sign_out(request: HttpRequest, pk: int) -> HttpResponse:
    person = actions.sign_out_everywhere(_person(request, pk), by=request.user)
    messages.success(request, f"{person.name} is signed out everywhere.")
    return redirect("people:person_detail", pk)


@page(scopes=PEOPLE, methods=["POST"])
def person_welcome(request: HttpRequest, pk: int) -> HttpResponse:
    person = _person(request, pk)
    emails.send_welcome(person, by=request.user, origin=_origin(request))
    messages.success(request, f"A letter to choose a password is on its way to {person.email}.")
    return redirect("people:person_detail", pk)


def _person(request: HttpRequest, pk: int) -> User:
    return get_object_or_404(User.objects.visible_to(request.user), pk=pk)


def _origin(request: HttpRequest) -> str:
    return settings.ORIGIN or f"{request.scheme}://{request.get_host()}"
