"""Roles of the shop's own: copied from one that is there, changed, deleted when their people have gone elsewhere (A19).

Shipped roles are read. Whoever works in a role has its new rights with their next request: the trigger beneath derives
them again and cuts their live streams.
"""

import re

from django.db import connection, transaction

from accounts.actions import lock_admins, require_an_admin, require_givable
from accounts.models import User
from ops import events
from ops.access.roles import policybook
from ops.errors import Refused
from ops.models import Role, Stage


@transaction.atomic
def make_role(*, copied: Role, by: User, label: str, why: str, scopes: list[str]) -> Role:
    """A new role beside the shipped ones."""
    label, why = _said(label, why)

    wanted = _sound(scopes)
    require_givable(by, wanted)

    role: Role = Role.objects.create(
        key=_free_key(label), label=label, why=why, scopes=wanted, home=copied.home, position=100
    )

    events.record_about("role", "role.made", role=role.key, label=label, copied=copied.label)
    return role


@transaction.atomic
def change_role_rights(role: Role, *, by: User, label: str, why: str, scopes: list[str]) -> Role:
    """Its words and rights; everybody in it has them from their next request on."""
    lock_admins()
    held = _locked(role)

    label, why = _said(label, why, but=held.key)
    wanted = _sound(scopes)
    require_givable(by, set(wanted) - set(held.scopes))
    if (held.label, held.why, held.scopes) == (label, why, wanted):
        return held

    before = frozenset(held.scopes)
    held.label, held.why, held.scopes = label, why, wanted
    held.save(update_fields=["label", "why", "scopes"])
    require_an_admin()

    events.record_about(
        "role", "role.changed", role=held.key, label=label, change=difference(before, frozenset(wanted)) or "its words"
    )
    return held


@transaction.atomic
def delete_role(role: Role, *, by: User, successor: Role | None) -> int:
    """Its people, and the stages it chases, go to `successor` first. Answers how many people moved."""
    lock_admins()
    held = _locked(role)

    people = User.objects.locked(*User.objects.filter(role=held).values_list("pk", flat=True))
    chased = Stage.objects.filter(chaser=held)
    if successor is None and (people or chased.exists()):
        raise Refused(_needed(held, people, [stage.label for stage in chased]), field="successor")
    if successor is not None and successor.pk == held.pk:
        raise Refused(f"{held.label} is the role that goes. Choose another one.", field="successor")
    if people and successor is not None:
        _require_people_admin(by)
        require_givable(by, set(successor.scopes) - set(held.scopes))
        if any(person.pk == by.pk for person in people):
            raise Refused("You work in this role yourself. Ask another admin to delete it.")
    if chased and not by.has_scope("stages_admin"):
        raise Refused("It chases what is late in some stages. Ask somebody who keeps the stages to change that first.")

    for person in people:
        person.role = successor
        person.save(update_fields=["role"])
        events.record("person.role_changed", person, before=held.label, after=successor.label if successor else "")
    if chased:
        chased.update(chaser=successor)
    require_an_admin()
    held.delete()
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")

    went = f"{len(people)} of its people are {successor.label} now" if people and successor else "nobody had it"
    events.record_about("role", "role.deleted", role=role.key, label=role.label, went=went)
    return len(people)


def difference(before: frozenset[str], after: frozenset[str]) -> str:
    """'gives health; takes imports': what a change of rights comes to."""
    sides = {"gives": after - before, "takes": before - after}
    return "; ".join(f"{how} {', '.join(sorted(scopes))}" for how, scopes in sides.items() if scopes)


# --- steps the verbs share --------------------------------------------------------------------------------------


def _locked(role: Role) -> Role:
    """For change, so that nobody can be given the role meanwhile. A shipped one is locked for nobody."""
    locked = Role.objects.select_for_update().filter(pk=role.pk, builtin=False).first()
    if locked is not None:
        return locked
    if Role.objects.filter(pk=role.pk).exists():
        raise Refused(f"{role.label} came with the product: it stays as it is. Make a copy and change that.")
    raise Refused("This role has been deleted meanwhile.")


def _said(label: str, why: str, *, but: str = "") -> tuple[str, str]:
    label, why = " ".join(label.split()), " ".join(why.split())
    if not label:
        raise Refused("Give the role a name.", field="label")
    if len(label) > 60:
        raise Refused("A name of at most 60 letters fits.", field="label")
    if Role.objects.filter(label__iexact=label).exclude(pk=but).exists():
        raise Refused(f"There is a role {label} already. Choose another name.", field="label")
    return label, why


def _sound(scopes: list[str]) -> list[str]:
    known = policybook().scopes
    if strange := sorted(set(scopes) - known.keys()):
        raise Refused(f"There is no right called {', '.join(strange)}.", field="scopes")
    if "staff" not in scopes:
        raise Refused("Everybody who works here signs in: a role needs the first right of the list.", field="scopes")
    return sorted(set(scopes))


def _free_key(label: str) -> str:
    stem = re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")[:30] or "role"
    taken = set(Role.objects.filter(key__startswith=stem).values_list("key", flat=True))
    return next(key for key in (stem, *(f"{stem}_{n}" for n in range(2, 1000))) if key not in taken)


def _needed(role: Role, people: list[User], chased: list[str]) -> str:
    if people:
        names = ", ".join(person.name for person in people[:5])
        more = f" and {len(people) - 5} more" if len(people) > 5 else ""
        return f"{role.label} is the role of {names}{more}. Choose which role they get."
    return f"{role.label} chases what is late in {', '.join(chased)}. Choose which role does that now."


def _require_people_admin(by: User) -> None:
    if not by.has_scope("people_admin"):
        raise Refused("Only people who manage people may give its people another role. Ask one of them first.")
