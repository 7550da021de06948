"""Who may know people, change them, and compare their passwords (A17, A19, A23, D17, ruling 3).

The door is the only role that reads a password hash, a session, a second factor or a mail address' proof. It binds
before anybody is known, and on the pages under /accounts/ where a person looks after their own way in.
"""

from ops.db.security import ROW, UID, Function, Guard, Policy, Table

# Derived columns (scopes, db_role), the public id and the date of joining are granted to nobody.
_EDITABLE = "update (email, name, role, overrides, is_active, epoch)"

functions = [
    Function("accounts/sql/cut_sessions.sql"),
    Function("accounts/sql/tell_streams.sql"),
    Function(
        "accounts/sql/last_admin.sql",
        reason="must count every active person who manages people, whatever the one who leaves may see",
    ),
    Function("accounts/sql/guard_rights.sql"),
    Function(
        "accounts/sql/invitations.sql",
        reason="makes, checks and uses up links that nobody may read; shows sessions without their keys",
        execute={
            "ops.invite(bigint, bytea, timestamptz)": ("people_admin",),
            "ops.uninvite(bigint)": ("people_admin",),
            "ops.invited()": ("link",),
            "ops.accept_invitation()": ("link",),
            "ops.sessions_of(bigint)": ("people_admin",),
        },
    ),
]


def _door_only(table: str, why: str) -> Table:
    return Table(
        table=table,
        policies=[Policy("the door keeps what signing in needs", to="door", using="true", check="true")],
        grants={"door": ROW},
        why=why,
    )


tables = [
    Table(
        "accounts.User",
        history=True,
        policies=[
            Policy("colleagues know each other", to="staff", using="true", cmd="select"),
            Policy("the door knows who may come in", to="door", using="true", cmd="select"),
            Policy("the door ends sessions", to="door", using="true", check="true", cmd="update"),
            Policy("people admins look after people", to="people_admin", using="true", check="true"),
            Policy("single sign-on adds newcomers in a narrow role", to="greeter", check="true", cmd="insert"),
        ],
        grants={
            "staff": "select",
            "door": ["select", "update (epoch)"],
            "greeter": "insert",
            "people_admin": ["select", "insert", _EDITABLE],
        },
        guards=[
            Guard("ab_rights_are_derived", "before insert or update of role, overrides", "ops.derive_rights"),
            Guard(
                "ac_nobody_gives_more_than_they_hold",
                "before insert or update of email, role, overrides, is_active",
                "ops.guard_rights",
            ),
            Guard("cut_sessions", "before update", "ops.cut_sessions"),
            Guard("tell_streams", "after update", "ops.tell_streams"),
            # Everything a person did keeps their name: they are deactivated, never deleted (D17).
            Guard("never_deleted", "before delete", "ops.refuse"),
            Guard("last_admin", "after update", "ops.last_admin", constraint=True),
        ],
        why="The list of people is open to everybody who signs in; rights are given by people admins only.",
    ),
    Table(
        "accounts.Credential",
        called="passwords",
        policies=[Policy("only the door compares passwords", to="door", using="true", check="true")],
        grants={"door": "select, insert, update"},
        why="Ruling 3: a page that runs as a person cannot reach anybody's hash.",
    ),
    Table(
        "accounts.SignIn",
        called="sign-ins",
        policies=[
            Policy("the door writes who comes in", to="door", using="true", check="true"),
            Policy("people admins see when somebody last came in", to="people_admin", using="true", cmd="select"),
            Policy("everybody sees when they came in themselves", to="staff", using=f"user_id = {UID}", cmd="select"),
        ],
        grants={"door": "select, insert, update", "people_admin": "select", "staff": "select"},
        why="Colleagues need not know when somebody last signed in.",
    ),
    Table(
        "ops.Event",
        policies=[
            Policy("people: every record", to="people_admin", using="noun = 'user'", cmd="select"),
            Policy("people: own record", to="staff", using=f"noun = 'user' and subject_id = {UID}", cmd="select"),
            Policy("roles: every record", to=("people_admin", "roles_admin"), using="noun = 'role'", cmd="select"),
            Policy("roles: changes are recorded", to="roles_admin", check="noun = 'role'", cmd="insert"),
            Policy(
                "people: events are recorded",
                to=("people_admin", "door", "greeter"),
                check="noun = 'user'",
                cmd="insert",
            ),
            Policy(
                "people: what one takes away is recorded",
                to="staff",
                cmd="insert",
                check=f"noun = 'user' and subject_id = {UID} and kind = 'board.exported'",
            ),
        ],
        grants={
            "people_admin": "select, insert",
            "roles_admin": "select, insert",
            "staff": "select, insert",
            "door": "insert",
            "greeter": "insert",
        },
    ),
    _door_only("django_session", "Whoever reads a session key is that person."),
    _door_only("usersessions_usersession", "Holds session keys; a person's own list is drawn by the door."),
    _door_only("account_emailaddress", "The address a person proves to be theirs, for signing in and for resets."),
    _door_only(
        "account_emailconfirmation", "Unused: confirmations are signed, not stored. Declared so that it is shut."
    ),
    _door_only("socialaccount_socialaccount", "Whom the single sign-on provider means by its own name for somebody."),
    *(
        Table(
            table=table,
            policies=[Policy("the door looks whether there is one", to="door", using="true", cmd="select")],
            grants={"door": "select"},
            why="Kept empty: the provider stands in the environment, and its tokens are used once and not stored.",
        )
        for table in ("socialaccount_socialapp", "socialaccount_socialtoken")
    ),
    _door_only("mfa_authenticator", "Second factors: secrets of one-time codes, recovery codes, public keys."),
]

sentences = {
    "ops_role_in_change": "The rights of this role are being changed just now. Try again in a moment.",
    "accounts_user_email_key": "Somebody signs in with this e-mail already.",
    "user_email_is_lower_case": "Write the e-mail in lower case.",
    "user_has_a_name": "A person needs a name.",
    "user_overrides_are_sound": "Rights beyond the role are two lists: what is added, and what is taken away.",
    "accounts_user_role_57e97df0_fk_ops_role_key": "This role has been deleted meanwhile. Choose another one.",
}
