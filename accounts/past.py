"""A person's past: what the audit calls them, and their row as of any moment."""

from accounts.models import User
from ops.asof import Part, Past

PERSON = Past(
    noun="user",
    parts=(Part("user", User, "Person", of="id"),),
    labels={"role_id": "role", "is_active": "works here"},
    page="people:person_detail",
    numbers=lambda ids: dict(User.objects.filter(pk__in=ids).values_list("pk", "name")),
    find=lambda name: User.objects.filter(name__iexact=name).values_list("pk", flat=True).first(),
)
