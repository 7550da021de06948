"""A person who signs in, and, apart from it, the secret they sign in with.

The password hash lives in Credential, which only the database role of the door may read: a page that runs as a person
cannot reach anybody's hash, whatever the code asks for.
"""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property

from ops import clock
from ops.db.history import records
from ops.models import DatabaseNow, UuidV7

# The shape of User.overrides, as one jsonpath: two lists of words, and nothing given and taken away at once (A19).
OVERRIDES_ARE_SOUND = (
    'strict ($.type() == "object")'
    ' && !exists($.keyvalue() ? (@.key != "add" && @.key != "remove"))'
    ' && !exists($.keyvalue() ? (@.value.type() != "array"))'
    ' && !exists($.keyvalue().value[*] ? (@.type() != "string"))'
    ' && !exists($.keyvalue() ? (@.key == "add").value[*]'
    ' ? (@ == $.keyvalue() ? (@.key == "remove").value[*]))'
)


class PathMatches(models.Func):
    """jsonb_path_match: whether a JSON column has the shape that a jsonpath predicate says."""

    function = "jsonb_path_match"
    output_field = models.BooleanField()


class Roster(models.QuerySet["User"]):
    def active(self) -> Roster:
        return self.filter(is_active=True)

    def admins(self) -> Roster:
        """Those who can still look after everybody else's rights; the SQL twin is accounts/sql/last_admin.sql."""
        return self.active().filter(scopes__contains=["people_admin", "roles_admin"])

    def visible_to(self, user: User) -> Roster:
        """Colleagues know each other: everybody who signs in sees the list of people, and nobody else does."""
        return self if user.is_authenticated and user.is_active and user.has_scope("staff") else self.none()

    def locked(self, *pks: int) -> list[User]:
        return list(self.select_for_update(of=("self",)).filter(pk__in=pks).order_by("pk"))


class People(BaseUserManager.from_queryset(Roster)):  # type: ignore[misc]
    def get_queryset(self) -> Roster:
        """With the role: every page names it beside the person."""
        return Roster(self.model, using=self._db).select_related("role")

    def create_user(self, email: str, name: str, role: str, password: str | None = None) -> User:
        """Adds the person and, beside them, the credential and the verified address they sign in with."""
        from accounts.actions import add_person

        return add_person(email=email, name=name, role=role, password=password, by=None)

    def get_by_natural_key(self, username: str | None) -> User:
        user: User = self.get(email=(username or "").strip().lower())
        return user


class User(AbstractBaseUser):
    public_id = models.UUIDField(db_default=UuidV7(), unique=True, editable=False)
    email = models.EmailField(
        "e-mail", unique=True, error_messages={"unique": "Somebody signs in with this e-mail already."}
    )
    name = models.CharField(max_length=120)
    role = models.ForeignKey("ops.Role", models.PROTECT, to_field="key", db_column="role", related_name="people")
    overrides = models.JSONField(
        default=dict,
        blank=True,
        help_text="What this person may do beyond their role (add) or may not do although it allows it (remove).",
    )
    # Derived by a trigger from role and overrides (ops.role_for): nobody is granted UPDATE on these two.
    scopes = ArrayField(models.TextField(), db_default=RawSQL("'{}'::text[]", ()), editable=False)
    db_role = models.TextField(db_default="", editable=False)
    is_active = models.BooleanField("may sign in", default=True, db_default=True)
    epoch = models.IntegerField(
        default=0, db_default=0, editable=False, help_text="Raised to end every session of this person."
    )
    joined_at = models.DateTimeField(db_default=DatabaseNow(), editable=False)

    objects = People()
    history = records()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name", "role"]

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "people"
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(email=Lower("email")),
                name="user_email_is_lower_case",
                violation_error_message="Write the e-mail in lower case.",
            ),
            models.CheckConstraint(
                condition=~Q(name=""), name="user_has_a_name", violation_error_message="A person needs a name."
            ),
            models.CheckConstraint(
                condition=PathMatches(F("overrides"), Value(OVERRIDES_ARE_SOUND)),
                name="user_overrides_are_sound",
                violation_error_message='Write it like {"add": ["health"], "remove": ["imports"]}.',
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ", 1)[0]

    @property
    def initials(self) -> str:
        words = self.name.split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()

    @property
    def role_label(self) -> str:
        return self.role.label

    # --- what they may do ---------------------------------------------------------------------------------------

    def has_scope(self, name: str) -> bool:
        return self.is_active and name in self.scopes

    @property
    def is_staff(self) -> bool:
        return self.has_scope("admin_site")

    @property
    def is_superuser(self) -> bool:
        """Nobody is: every right is a scope, and the database asks for it."""
        return False

    @cached_property
    def _admin_rights(self) -> frozenset[str]:
        from ops.access.adminrights import rights_of_current_role

        return rights_of_current_role()

    def has_perm(self, perm: str, obj: models.Model | None = None) -> bool:
        return self.is_staff and perm in self._admin_rights

    def has_perms(self, perm_list: list[str], obj: models.Model | None = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff and any(perm.startswith(f"{app_label}.") for perm in self._admin_rights)

    # --- how they prove who they are ----------------------------------------------------------------------------

    # Naming password and last_login here keeps AbstractBaseUser's columns out of this table.

    @property
    def password(self) -> str:
        try:
            return self.credential.password
        except Credential.DoesNotExist:
            return getattr(self, "_unsaved_password", "")

    @password.setter
    def password(self, hashed: str) -> None:
        if self.pk is None:  # django-allauth hashes on an empty User, so that a wrong e-mail costs as much time
            self._unsaved_password = hashed  # type: ignore[unreachable]
            return
        self.credential, _ = Credential.objects.update_or_create(
            user=self, defaults={"password": hashed, "changed_at": DatabaseNow()}
        )

    @property
    def last_login(self) -> datetime | None:  # type: ignore[override]
        try:
            return self.signin.last_at
        except SignIn.DoesNotExist:
            return None

    def set_password(self, raw_password: str | None) -> None:
        """Writes the credential at once; accounts.actions.set_password also ends the other sessions."""
        self.password = make_password(raw_password)

    def set_unusable_password(self) -> None:
        self.password = make_password(None)

    def check_password(self, raw_password: str | None) -> bool:
        return check_password(raw_password, self.password, self.set_password)

    def has_usable_password(self) -> bool:
        """Always: who has none yet asks for one by mail. Asking the hash would need the door on every admin page."""
        return True

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Every session carries it; raising the epoch makes them all wrong, without reading the credential."""
        return salted_hmac("accounts.session", f"{self.pk}:{self.epoch}", secret=secret, algorithm="sha256").hexdigest()


class Credential(models.Model):
    """What the door compares a typed password with; no other role of the database can read it."""

    user = models.OneToOneField(User, models.PROTECT, primary_key=True, related_name="credential")
    password = models.CharField(max_length=256)
    changed_at = models.DateTimeField(db_default=DatabaseNow())

    def __str__(self) -> str:
        return f"Credential of person {self.user_id}"


class SignIn(models.Model):
    """When somebody was asked in, and when they last came. Apart from the person: colleagues need not know."""

    user = models.OneToOneField(User, models.PROTECT, primary_key=True, related_name="signin")
    invited_at = models.DateTimeField(null=True)
    invited_until = models.DateTimeField(null=True, help_text="Until then the link in the letter works, once.")
    accepted_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"How person {self.user_id} comes in"

    @property
    def state(self) -> str:
        """came in, invited, ended (nobody followed the letter in time), or new."""
        if self.last_at or self.accepted_at:
            return "came in"
        if self.invited_until is None:
            return "new"
        return "invited" if self.invited_until > clock.now() else "ended"
