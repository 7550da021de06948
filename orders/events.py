"""What can happen to an order, each with its sentence. Declared once; the timeline and mails read it."""

from ops import outbox
from ops.events import Kind, declare

declare(
    Kind("order.received", "received the order", "inbox"),
    Kind("order.started", "gave it to {assignee} for production", "hammer"),
    Kind("order.ready", "marked it ready to ship", "package-check"),
    Kind("order.shipped", "shipped it with {carrier}, tracking {tracking}", "truck"),
    Kind("order.part_shipped", "sent {what} with {carrier}, tracking {tracking}", "package"),
    Kind("order.part_back", "took the parcel {tracking} back", "undo-2"),
    Kind("order.woken", "woke it: the day to look again has come", "play"),
    Kind("order.copied", "made it as a copy of {number}", "copy"),
    Kind("order.printed", "printed its {paper}", "printer"),
    Kind("order.delivered", "confirmed that it was delivered", "circle-check"),
    Kind("order.moved", "moved it to {came}", "arrow-right"),
    Kind("order.undone", "took the last move back: {came} again", "undo-2"),
    Kind("order.tracking_kept", "kept tracking {tracking} as it was typed", "truck"),
    Kind("order.corrected", "wrote to the customer that it is not on its way yet", "mail"),
    Kind("order.linked", "made a link for the customer", "link"),
    Kind("order.withdrawn", "kept the mail to the customer from going", "mail"),
    Kind("order.written", "wrote a mail to the customer: {what}", "mail"),
    Kind("order.mail_again", "let a failed mail go again", "mail"),
    Kind("order.cancelled", "cancelled it: {reason}", "ban"),
    Kind("order.held", "put it on hold: {reason}", "pause"),
    Kind("order.released", "released it from hold", "play"),
    Kind("order.extended", "moved its day to {until}: {reason}", "calendar-days"),
    Kind("order.handed_back", "handed it back: {reason}", "undo-2"),
    Kind("order.insisted", "left it with who has it", "user-round-check"),
    Kind("order.edited", "changed {fields}", "pencil"),
    Kind("order.taken_back", "took back a change of {fields}", "undo-2"),
    Kind("order.costed", "set its costs", "coins"),
    Kind("order.handed_over", "handed it to {agent}", "user-round-check"),
    Kind("order.shared", "shared it with {colleague}", "users"),
    Kind("order.unshared", "stopped sharing it with {colleague}", "users"),
    Kind("orders.changed_by_file", "changed {changed} from the list {file}", "file-down"),
    Kind("orders.imported", "loaded {file}: {new} new, {changed} changed, {same} as before", "file-down"),
)

outbox.call({
    "order.received": "To a customer: the order was received",
    "order.shipped": "To a customer: the order is on its way",
    "order.not_shipped": "To a customer: it has not left yet",
    "order.delivered": "To a customer: the order was delivered",
    "order.news": "To a customer: how the order stands",
    "order.woken": "To an agent: an order is awake again",
})  # fmt: skip
