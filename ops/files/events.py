"""What can happen to a file; its events are seen by whoever sees the file, so they may name it."""

from ops.events import Kind, declare

declare(
    Kind("file.added", "added {name}", "paperclip", personal=frozenset({"name"})),
    Kind("file.removed", "removed {name}: {reason}", "trash-2", personal=frozenset({"name", "reason"})),
    Kind("file.restored", "put {name} back", "undo-2", personal=frozenset({"name"})),
    Kind("file.shown_to", "made {name} visible to: {whom}", "eye", personal=frozenset({"name"})),
)
