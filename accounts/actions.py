"""What happens to people who sign in. A change of rights ends their sessions and cuts their live streams: triggers in
accounts/sql do that beneath every one of these verbs, so a change made in psql does it too.
"""

from collections.abc import Iterable

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction

from accounts.models import SignIn, User
from accounts.overrides import Overrides
from ops import events
from ops.access.roles import policybook
from ops.db.actor import Actor, acting_as, current_actor, door, greeter
from ops.errors import Refused
from ops.models import DatabaseNow, Role

_LAST_ADMIN = "select pg_advisory_xact_lock(hashtextextended('accounts.last_admin', 0))"


@transaction.atomic
def add_person(*, email: str, name: str, role: str, by: User | None, password: str | None = None) -> User:
    """A new person; without a password they choose one by mail ('Forgot your password?')."""
    email, name = email.strip().lower(), _one_line(name)
    _require_email(email)
    wanted = _role(role)
    require_givable(by, wanted.scopes)

    user: User = User.objects.create(email=email, name=name, role=wanted)
    with acting_as(_door(by)):
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        user.set_password(password)

    events.record("person.added", user, role=wanted.label)
    return user


@transaction.atomic
def arrive(*, email: str, name: str, role: str) -> User:
    """Somebody new whom single sign-on vouches for; the database lets that be a narrow role only."""
    email, name = email.strip().lower(), _one_line(name)[:120]
    with acting_as(door()):
        _require_email(email)
        wanted = _role(role)

    with acting_as(greeter()), connection.cursor() as cursor:
        # Plain INSERT: the greeter adds and reads nothing, so nothing can be returned to it.
        cursor.execute(
            "insert into accounts_user (email, name, role, overrides, is_active, epoch)"
            " values (%s, %s, %s, '{}', true, 0)",
            [email, name, wanted.key],
        )
    with acting_as(door()):
        user: User = User.objects.get(email=email)
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        user.set_password(None)
        events.record("person.arrived", user)
    return user


@transaction.atomic
def rename_person(user: User, *, by: User | None, name: str) -> User:
    """What colleagues read beside everything this person does, also in the past."""
    person = _locked(user)

    name = _one_line(name)
    if person.name == name:
        return person

    before, person.name = person.name, name
    person.save(update_fields=["name"])

    events.record("person.renamed", person, before=before, after=name)
    return _fresh(user, person)


@transaction.atomic
def change_role(user: User, *, by: User | None, role: str) -> User:
    """Another role at once: their sessions end, and they sign in again with the new rights."""
    lock_admins()
    person = _locked(user)

    wanted = _role(role)
    if person.role_id == wanted.key:
        return person
    _refuse_self(person, by, "change your own role")
    own = Overrides.read(person.overrides)
    require_givable(by, own.applied_to(wanted.scopes) - set(person.scopes))

    before, person.role = person.role, wanted
    person.save(update_fields=["role"])
    require_an_admin()
    _end_sessions(person, by)

    events.record("person.role_changed", person, before=before.label, after=wanted.label)
    return _fresh(user, person)


@transaction.atomic
def change_overrides(user: User, *, by: User | None, add: list[str], remove: list[str]) -> User:
    """Rights beyond the role, and rights of the role that this one person does not have (A19)."""
    lock_admins()
    person = _locked(user)

    before, wanted = Overrides.read(person.overrides), Overrides.of(add=add, remove=remove)
    wanted.require_known(policybook().scopes)
    if before == wanted:
        return person
    _refuse_self(person, by, "change your own rights")
    require_givable(by, wanted.applied_to(person.role.scopes) - set(person.scopes))

    person.overrides = wanted.as_json()
    person.save(update_fields=["overrides"])
    require_an_admin()
    _end_sessions(person, by)

    events.record("person.rights_changed", person, change=wanted.change_since(before))
    return _fresh(user, person)


@transaction.atomic
def deactivate_person(user: User, *, by: User | None) -> User:
    """They are signed out everywhere at once and cannot sign in; everything they did keeps their name."""
    lock_admins()
    person = _locked(user)

    if not person.is_active:
        return person
    _refuse_self(person, by, "deactivate yourself")

    person.is_active = False
    person.save(update_fields=["is_active"])
    require_an_admin()
    _end_sessions(person, by)

    events.record("person.deactivated", person)
    return _fresh(user, person)


@transaction.atomic
def reactivate_person(user: User, *, by: User | None) -> User:
    """They may sign in again, with the role and the rights they had."""
    person = _locked(user)

    if person.is_active:
        return person
    require_givable(by, person.scopes)

    person.is_active = True
    person.save(update_fields=["is_active"])

    events.record("person.reactivated", person)
    return _fresh(user, person)


@transaction.atomic
def sign_out_everywhere(user: User, *, by: User | None) -> User:
    """Ends every session of the person on every device, the present one too."""
    with acting_as(_door(by)):
        person = _locked(user)

        _require_own_or_admin(person, by)

        person.epoch += 1
        person.save(update_fields=["epoch"])
        _end_sessions(person, by)

        events.record("person.signed_out_everywhere", person)
        return _fresh(user, person)


@transaction.atomic
def set_password(user: User, *, by: User | None, password: str) -> User:
    """A new password; every session but the one that asks for it ends (the caller refreshes its own hash)."""
    with acting_as(_door(by)):
        person = _locked(user)

        _require_own_or_admin(person, by)

        user.set_password(password)
        person.epoch += 1
        person.save(update_fields=["epoch"])

        events.record("person.password_changed", person)
        return _fresh(user, person)


@transaction.atomic
def end_session(user: User, session: int) -> None:
    """One of the person's own sessions; one that has ended meanwhile is no error."""
    with acting_as(_door(user)):
        found = UserSession.objects.filter(pk=session, user_id=user.pk).first()

        if found is not None:
            found.end()


def record_sign_in(user: User) -> None:
    """When they last came in. Only the door can write it."""
    SignIn.objects.update_or_create(user=user, defaults={"last_at": DatabaseNow()})


# --- steps the verbs share --------------------------------------------------------------------------------------


def _door(by: User | None) -> Actor:
    """The door, with the name of whoever asked, so that history says who it was."""
    actor = current_actor.get()
    uid = by.pk if by is not None else actor.uid if actor is not None else None
    return door(uid, actor.request if actor is not None else "")


def _one_line(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise Refused("Write the name of the person.", field="name")
    return name


def _require_email(email: str) -> None:
    try:
        validate_email(email)
    except ValidationError:
        raise Refused(f"{email or 'Nothing'} is not an e-mail address.", field="email") from None
    if User.objects.filter(email=email).exists():
        raise Refused(f"Somebody signs in with {email} already.", field="email")


def lock_admins() -> None:
    """Two admins who remove each other at the same moment are judged one after the other."""
    with connection.cursor() as cursor:
        cursor.execute(_LAST_ADMIN)


def require_an_admin() -> None:
    """The SQL twin, for every other way of writing, is accounts/sql/last_admin.sql."""
    if not User.objects.admins().exists():
        raise Refused("Nobody else could manage people and roles any more. Make somebody else an admin first.")


def require_givable(by: User | None, gained: Iterable[str]) -> None:
    """Nobody gives what they do not hold (roles.yaml: covers, hires). The SQL twin is ops.not_mine_to_give."""
    book = policybook()
    if by is None or not (strange := sorted(frozenset(gained) - book.givable(by.scopes))):
        return
    said = "; ".join(book.scopes.get(key, key).rstrip(".") for key in strange)
    raise Refused(f"You can give only what you may do yourself. This is not yours to give: {said}.")


def _locked(user: User) -> User:
    locked: list[User] = User.objects.locked(user.pk)
    if not locked:
        raise Refused("This person is not in the list of people any more.")
    return locked[0]


def _role(key: str) -> Role:
    role = Role.objects.filter(key=key).first()
    if role is None:
        raise Refused(f"There is no role {key!r}. Choose one of the list.", field="role")
    return role


def _refuse_self(person: User, by: User | None, what: str) -> None:
    if by is not None and by.pk == person.pk:
        raise Refused(f"You cannot {what}. Ask another admin to do it.")


def _require_own_or_admin(person: User, by: User | None) -> None:
    """The door may end anybody's sessions, so here the verb itself must ask who wants it."""
    if by is not None and by.pk != person.pk and not by.has_scope("people_admin"):
        raise Refused("Only people who manage people may do this for somebody else.")


def _fresh(user: User, person: User) -> User:
    """Hands the trigger's answers (scopes, db_role, epoch) to both copies of the row."""
    person.refresh_from_db()
    if user is not person:
        for field in ("name", "role_id", "overrides", "is_active", "epoch", "scopes", "db_role"):
            setattr(user, field, getattr(person, field))
    return person


def _end_sessions(person: User, by: User | None) -> None:
    """The epoch has ended them already; this takes them out of the list too."""
    with acting_as(_door(by)):
        sessions = UserSession.objects.filter(user_id=person.pk)
        Session.objects.filter(session_key__in=list(sessions.values_list("session_key", flat=True))).delete()
        sessions.delete()
