"""What can happen in the catalogue."""

from ops.events import Kind, declare

declare(
    Kind("skualias.kept", "said that {alias} is {sku}", "merge"),
    Kind("skualias.removed", "took back that {alias} is {sku}", "undo-2"),
)
