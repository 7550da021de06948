"""What can happen to a message. What it says stays out of its events: they are never changed, and messages go."""

from ops.events import Kind, declare

declare(
    Kind("message.written", "wrote a message", "message-square"),
    Kind("message.sent", "wrote to the customer", "send"),
    Kind("message.edited", "changed a message", "pencil"),
    Kind("message.removed", "removed a message", "trash-2"),
    # Told to whom a message names, with its first words.
    Kind("message.mentioned", "mentioned you: {text}", icon="at-sign", personal=frozenset({"text"})),
)
