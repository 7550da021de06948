"""What can happen to a person who signs in, in sentences. Imported when the app starts."""

from ops import outbox
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
    Kind("person.invited", "sent an invitation that ends {until}", icon="mail"),
    Kind("person.uninvited", "took the invitation back", icon="mail-x"),
    Kind("person.came_in", "accepted the invitation and chose a password", icon="log-in"),
    Kind("person.arrived", "came in by single sign-on for the first time", icon="log-in"),
    Kind("person.deactivated", "deactivated them and ended their sessions", icon="user-x"),
    Kind("person.reactivated", "let them sign in again", icon="user-check"),
    Kind("person.signed_out_everywhere", "ended all their sessions", icon="log-out"),
    Kind("view_as.started", "began to look at the shop as them", icon="eye"),
    Kind("view_as.stopped", "stopped looking at the shop as them: {why}", icon="eye-off"),
    Kind("role.made", "made the role {label}, a copy of {copied}", icon="shield-check"),
    Kind("role.changed", "changed the role {label}: {change}", icon="shield-check"),
    Kind("role.deleted", "deleted the role {label}; {went}", icon="trash-2"),
    Kind("person.password_changed", "changed their password; other sessions ended", icon="key-round"),
)

outbox.call({
    "invite": "Invitation to sign in",
    "welcome": "Welcome",
    "password_reset_key": "Link to a new password",
    "password_changed": "The password was changed",
})  # fmt: skip
