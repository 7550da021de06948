"""What can happen to a quote, and to the order that comes of it. Customers' names stay out: many read orders."""

from ops import outbox
from ops.events import Kind, declare

declare(
    Kind("quote.drafted", "wrote the quote", icon="file-pen-line"),
    Kind("quote.edited", "changed the draft of version {n}", "pencil"),
    Kind("quote.sent", "sent version {n}, valid until {until}{how}", "send"),
    Kind("quote.linked", "made a new link to version {n}; the links before it have ended", "link"),
    Kind("quote.revised", "began version {n}", "copy-plus"),
    Kind("quote.viewed", "looked at version {n}", "eye"),
    Kind("quote.accepted", "noted that the customer accepted version {n}", "circle-check"),
    Kind("quote.accepted_by_customer", "accepted version {n}", "circle-check"),
    Kind("quote.declined", "declined version {n}: {reason}", "circle-x"),
    Kind("quote.lost", "marked it lost: {reason}", "circle-x"),
    Kind("quote.expired", "ended it: version {n} was valid until {until}", "clock-alert"),
    Kind("quote.reopened", "opened it again", "undo-2"),
    Kind("quote.ordered", "made order {order} of version {n}", "package-plus"),
    Kind("quote.not_ordered", "could not make the order at once: {why}", "circle-alert"),
    Kind("order.from_quote", "made it of quote {quote}, version {n}, accepted on {day} by {who}", icon="file-check"),
)

outbox.call({"quote.sent": "To a customer: a quote", "quote.answered": "To an agent: a quote was answered"})
