"""What can happen to stock, each with its sentence. Subjects are levels: one thing at one place."""

from ops.events import Kind, declare

declare(
    Kind("level.opened", "set the opening stock of {what} in {where}: {quantity}", "archive"),
    Kind("level.received", "received {quantity} of {what} in {where}", "arrow-down"),
    Kind("level.counted", "counted {counted} of {what} in {where} ({difference})", "list-checks"),
    Kind("level.scrapped", "scrapped {quantity} of {what} in {where}: {why}", "circle-alert"),
    Kind("stock.imported", "loaded {file}: {new} new, {changed} changed, {same} as before", "file-down"),
    Kind("location.added", "added the location {name}", "plus"),
    Kind("location.renamed", "called the location {name}, which was {before}", "pencil"),
)
