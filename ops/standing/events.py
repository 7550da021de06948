"""What is recorded of views that stand."""

from ops import outbox
from ops.events import Kind, declare

declare(
    Kind("start.role_set", "decided that {role} opens {page} with “{name}”", "square-kanban"),
    Kind("start.role_ended", "decided that {role} opens {page} with everything", "square-kanban"),
)

outbox.call({"view_mail": "A saved view"})
