"""One's own profile, and the pages where people admins look after people. Signing in itself is django-allauth's."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts import actions, emails, invitations, queries
from accounts.forms import AddPersonForm, RenameForm, RightsForm, RoleForm
from accounts.models import User
from ops.access import page, viewing
from ops.errors import Refused

PEOPLE = ["people_admin"]


@page(scopes=["staff"])
def me(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/me.html", {"rights": queries.rights_of(reader(request))})


@page(scopes=["staff"], methods=["POST"])
def my_sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    actions.sign_out_everywhere(reader(request), by=reader(request))
    return redirect("account_login")


@page(scopes=["staff"], methods=["POST"])
def session_end(request: HttpRequest, pk: int) -> HttpResponse:
    actions.end_session(reader(request), pk)
    return redirect("usersessions_list")


@page(scopes=["staff"])
def to_me(request: HttpRequest) -> HttpResponse:
    """The address stays the one that people admins know; changing it is theirs."""
    return redirect("accounts:me")


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
                    by=reader(request),
                )
                emails.send_invitation(person, by=reader(request), origin=_origin(request))
        except Refused as refused:
            form.add_error(refused.field, refused.sentence)
        else:
            messages.success(request, f"{person.name} is added. The invitation is on its way.")
            return redirect("people:person_detail", person.pk)
    return render(request, "accounts/person_add.html", {"form": form}, status=422 if form.errors else 200)


@page(scopes=["staff"], nav="people")
def person_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _detail(request, person_of(request, pk))


@page(scopes=PEOPLE, nav="people", methods=["POST"])
def person_rename(request: HttpRequest, pk: int) -> HttpResponse:
    person, form = person_of(request, pk), RenameForm(request.POST)
    if not form.is_valid():
        return _detail(request, person, rename_form=form)
    return _do(request, person, "The name is saved.", actions.rename_person, name=form.cleaned_data["name"])


@page(scopes=PEOPLE, nav="people", methods=["POST"])
def person_role(request: HttpRequest, pk: int) -> HttpResponse:
    person, form = person_of(request, pk), RoleForm(request.POST)
    if not form.is_valid():
        return _detail(request, person, role_form=form)
    role = form.cleaned_data["role"]
    return _do(request, person, f"{person.name} is now {role.label}.", actions.change_role, role=role.key)


@page(scopes=PEOPLE, nav="people", methods=["POST"])
def person_rights(request: HttpRequest, pk: int) -> HttpResponse:
    person, form = person_of(request, pk), RightsForm(request.POST)
    if not form.is_valid():
        return _detail(request, person, rights_form=form)
    sides = {"add": form.side("add"), "remove": form.side("remove")}
    return _do(request, person, f"The rights of {person.name} are saved.", actions.change_overrides, **sides)


@page(scopes=PEOPLE, nav="people", methods=["POST"])
def person_deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    person = person_of(request, pk)
    return _do(request, person, f"{person.name} is signed out and cannot sign in.", actions.deactivate_person)


@page(scopes=PEOPLE, nav="people", methods=["POST"])
def person_reactivate(request: HttpRequest, pk: int) -> HttpResponse:
    person = person_of(request, pk)
    return _do(request, person, f"{person.name} may sign in again.", actions.reactivate_person)


@page(scopes=PEOPLE, nav="people", methods=["POST"])
def person_sign_out(request: HttpRequest, pk: int) -> HttpResponse:
    person = person_of(request, pk)
    return _do(request, person, f"{person.name} is signed out everywhere.", actions.sign_out_everywhere)


@page(scopes=PEOPLE, nav="people", methods=["POST"])
def person_welcome(request: HttpRequest, pk: int) -> HttpResponse:
    person = person_of(request, pk)
    if queries.sign_in_of(person).state == "came in":
        said, send = f"A letter to choose a password is on its way to {person.email}.", emails.send_welcome
    else:
        said, send = (
            f"The invitation is on its way to {person.email}; one sent before has ended.",
            emails.send_invitation,
        )
    return _do(request, person, said, send, origin=_origin(request))


@page(scopes=PEOPLE, nav="people", methods=["POST"])
def person_uninvite(request: HttpRequest, pk: int) -> HttpResponse:
    person = person_of(request, pk)
    return _do(request, person, "The invitation is taken back: its link leads nowhere now.", invitations.uninvite)


def _do(request: HttpRequest, person: User, said: str, verb: Callable[..., object], **given: object) -> HttpResponse:
    """Runs a verb on the person; a refusal redraws their page, with nothing saved (ruling 28)."""
    try:
        with transaction.atomic():
            verb(person, by=reader(request), **given)
    except Refused as refused:
        return _detail(request, person_of(request, person.pk), refused=refused)
    messages.success(request, said)
    return redirect("people:person_detail", person.pk)


def _detail(request: HttpRequest, person: User, **shown: object) -> HttpResponse:
    by = reader(request)
    context: dict[str, object] = {"person": person}
    if any(by.has_scope(scope) for scope in viewing.ADMINS):
        context |= {"may_look": by.pk != person.pk, "why_not_look": viewing.why_not(by, person)}
    if reader(request).has_scope("people_admin"):
        context |= {
            "rename_form": RenameForm(initial={"name": person.name}),
            "role_form": RoleForm(initial={"role": person.role_id}),
            "rights_form": RightsForm(overrides=person.overrides),
            "rights": queries.rights_of(person),
            "story": queries.story_of(person),
            "signin": queries.sign_in_of(person),
            "sessions": queries.sessions_of(person),
        }
    return render(request, "accounts/person_detail.html", context | shown, status=422 if shown else 200)


def reader(request: HttpRequest) -> User:
    """Whoever is signed in; `page` lets nobody else through."""
    assert isinstance(request.user, User)
    return request.user


def person_of(request: HttpRequest, pk: int) -> User:
    person: User = get_object_or_404(User.objects.visible_to(reader(request)), pk=pk)
    return person


def _origin(request: HttpRequest) -> str:
    return settings.ORIGIN or f"{request.scheme}://{request.get_host()}"
