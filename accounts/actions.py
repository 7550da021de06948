"""What happens to people who sign in. A change of rights ends their sessions and cuts their live streams: the
triggers in accounts/sql do that beneath every one of these verbs, so a change made in psql does it too.
"""

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from accounts.models import Credential, User
from accounts.overrides import Overrides
from ops import clock, events
from ops.access.roles import known_scopes
from ops.db.actor import acting_as, current_actor, door
from ops.errors import Refused
from ops.models import Role


@transaction.atomic
def add_person(*, email: str, name: str, role: str, by: User | None, password: str | None = None) -> User:
    """A new person; without a password they ask for one by mail ('Forgot your password?')."""
    email, name = email.strip().lower(), " ".join(name.split())
    if not name:
        raise Refused("Write the name of the person.", field="name")
    if User.objects.filter(email=email).exists():
        raise Refused(f"Somebody signs in with {email} already.", field="email")
    wanted = _role(role)

    user = User.objects.create(email=email, name=name, role=wanted, joined_at=clock.now())
    with acting_as(door(by.pk if by else None)):
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        user.set_password(password)

    events.record("person.added", user, by=by, role=wanted.label)
    return user


@transaction.atomic
def change_role(user: User, *, by: User | None, role: str) -> User:
    """Another role, from the next request on: their sessions end and they sign in again with the new rights."""
    person = _locked(user)

    wanted = _role(role)
    if person.role_id == wanted.key:
        return person
    _refuse_self(person, by, "change your own role")

    before = person.role.label
    person.role = wanted
    _save(person, "role")

    events.record("person.role_changed", person, by=by, before=before, after=wanted.label)
    return _fresh(user, person)


@transaction.atomic
def change_overrides(user: User, *, by: User | None, add: list[str], remove: list[str]) -> User:
    """Rights beyond the role, and rights of the role that this one person does not have (A19)."""
    person = _locked(user)

    wanted = Overrides.of(add=add, remove=remove)
    wanted.require_known(known_scopes())
    if Overrides.read(person.overrides) == wanted:
        return person
    _refuse_self(person, by, "change your own rights")

    before = Overrides.read(person.overrides)
    person.overrides = wanted.as_json()
    _save(person, "overrides")

    events.record(
        "person.rights_changed", person, by=by, added=wanted.added_since(before), removed=wanted.removed_since(before)
    )
    return _fresh(user, person)


@transaction.atomic
def deactivate_person(user: User, *, by: User | None) -> User:
    """They are signed out everywhere at once and cannot sign in; everything they did keeps their name."""
    person = _locked(user)

    if not person.is_active:
        return person
    _refuse_self(person, by, "deactivate yourself")

    person.is_active = False
    _save(person, "is_active")
    _end_sessions(person)

    events.record("person.deactivated", person, by=by)
    return _fresh(user, person)


@transaction.atomic
def reactivate_person(user: User, *, by: User | None) -> User:
    """They may sign in again, with the role and the rights they had."""
    person = _locked(user)

    if person.is_active:
        return person

    person.is_active = True
    _save(person, "is_active")

    events.record("person.reactivated", person, by=by)
    return _fresh(user, person)


@transaction.atomic
def sign_out_everywhere(user: User, *, by: User | None) -> User:
    """Ends every session of the person on every device, the present one too."""
    with acting_as(door(by.pk if by else user.pk)):
        person = _locked(user)

        person.epoch += 1
        person.save(update_fields=["epoch"])
        _end_sessions(person)

    events.record("person.signed_out_everywhere", person, by=by)
    return _fresh(user, person)


@transaction.atomic
def set_password(user: User, *, by: User | None, password: str) -> User:
    """A new password; every session but the one that asks for it ends (the caller refreshes its own hash)."""
    with acting_as(door(by.pk if by else user.pk)):
        person = _locked(user)

        user.set_password(password)
        person.epoch += 1
        person.save(update_fields=["epoch"])

    events.record("person.password_changed", person, by=by)
    return _fresh(user, person)


def record_sign_in(user: User) -> None:
    """Only the door calls this: when they last came in."""
    Credential.objects.filter(user=user).update(last_login=clock.now())


def _locked(user: User) -> User:
    locked = User.objects.locked(user.pk)
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


def _save(person: User, field: str) -> None:
    # The guard on accounts_user takes the lock and counts the remaining admins: also for changes that skip this verb.
    person.save(update_fields=[field])


def _fresh(user: User, person: User) -> User:
    """Hands the trigger's answers (scopes, db_role, epoch) to both copies of the row."""
    person.refresh_from_db()
    if user is not person:
        for field in ("role_id", "overrides", "is_active", "epoch", "scopes", "db_role"):
            setattr(user, field, getattr(person, field))
    return person


def _end_sessions(person: User) -> None:
    """The epoch has ended them already; this takes them out of the list too."""
    actor = current_actor.get()
    with acting_as(door(actor.uid if actor else None)):
        sessions = UserSession.objects.filter(user_id=person.pk)
        Session.objects.filter(session_key__in=list(sessions.values_list("session_key", flat=True))).delete()
        sessions.delete()
