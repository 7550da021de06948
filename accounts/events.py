"""What can happen to a person who signs in, in sentences. Imported when the app starts."""

from ops.events import Kind, declare

declare(
    Kind("person.added", "added them as {role}", icon="user-plus"),
    Kind(
        "person.renamed",
        "changed their name from {before} to {after}",
        icon="pencil",
        personal=frozenset({"before", "after"}),
    ),
    Kind("person.role_changed", "changed their role from {before} to {after}", icon="shield-check"),
    Kind("person.rights_changed", "changed their rights: {change}", icon="shield-check"),
    Kind("person.deactivated", "deactivated them and ended their sessions", icon="user-x"),
    Kind("person.reactivated", "let them sign in again", icon="user-check"),
    Kind("person.signed_out_everywhere", "ended all their sessions", icon="log-out"),
    Kind("person.password_changed", "changed their password; other sessions ended", icon="key-round"),
)
