"""What can happen to a storefront's key, and the order that it brings."""

from ops.events import Kind, declare

declare(
    Kind("order.arrived", "received it from {storefront}, there {number}", "inbox"),
    Kind("intake.key_made", "let the storefront send orders", "link"),
    Kind("intake.key_renewed", "gave it a new secret; the older one works for one more day", "shield-check"),
    Kind("intake.key_retired", "stopped its deliveries", "ban"),
)
