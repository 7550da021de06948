"""What can happen to targets, and who took a report away."""

from ops.events import Kind, declare

declare(
    Kind("targets.set", "set {cells} targets for {month}", "target"),
    Kind("targets.copied", "copied {cells} targets from {source} to {month}", "copy"),
)
