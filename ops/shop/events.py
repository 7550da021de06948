"""What can happen to the shop's rules and days."""

from ops.events import Kind, declare

declare(
    Kind("shop.setting_changed", "set {label} from {old} to {new}, from {starts}", "sliders-horizontal"),
    Kind("shop.setting_withdrawn", "took back the planned {new} for {label}", "undo-2"),
    Kind("shop.holidays_added", "added holidays: {days}", "calendar-days"),
    Kind("shop.holiday_removed", "removed the holiday {name} on {day}", "calendar-days"),
)
