"""What can happen to the rates of the shop."""

from ops.events import Kind, declare

declare(
    Kind("rates.kept", "kept {new} new rates and corrected {corrected}: {said}", "coins"),
    Kind("rates.corrected", "corrected {currency} of {day} from {old} to {new}", "coins"),
    Kind("rates.removed", "removed the rate of {currency} of {day}, {old}", "coins"),
)
