"""The life of a quote. A customer's link may answer it; a job ends it on its day; the rest is for who sells."""

from ops.lifecycle import ArrowDef, Lifecycle, StageDef

DRAFT = "draft"
SENT = "sent"
ACCEPTED = "accepted"
LOST = "lost"
EXPIRED = "expired"

SELLS = ("quotes_all", "quotes_own")
_UNDO_MINUTES = 10

lifecycle = Lifecycle(
    noun="quote",
    stages=[
        StageDef(DRAFT, "Draft", "received", "open", chaser="sales_agent", limit_hours=48),
        StageDef(SENT, "Sent", "dispatched", "working", chaser="sales_agent"),
        StageDef(ACCEPTED, "Accepted", "delivered", "done"),
        StageDef(LOST, "Lost", "cancelled", "done"),
        StageDef(EXPIRED, "Expired", "hold", "done"),
    ],
    arrows=[
        ArrowDef("", DRAFT, SELLS),
        ArrowDef(DRAFT, SENT, SELLS),
        ArrowDef(SENT, ACCEPTED, (*SELLS, "link")),
        ArrowDef(SENT, LOST, (*SELLS, "link")),
        ArrowDef(DRAFT, LOST, SELLS),
        ArrowDef(SENT, EXPIRED, ("quote_days",)),
        # A new version is written: of a sent quote, and of one that was thought to be over.
        *(ArrowDef(stage, DRAFT, SELLS) for stage in (SENT, LOST, EXPIRED)),
        # What was answered by mistake is open again, as long as no order came of it.
        ArrowDef(LOST, SENT, SELLS, True),
        ArrowDef(ACCEPTED, SENT, SELLS, True, _UNDO_MINUTES, ("quotes_all",)),
    ],
)
